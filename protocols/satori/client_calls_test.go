package satori

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// asked makes a client's call to our server over an account that can do
// everything, and answers the operation that came there and the answer.
func asked[C any](t *testing.T, method string, request func() (C, error)) (qq.Operation, []byte) {
	t.Helper()
	params, err := request()
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	account := newAccount(self)
	r := call(t, newServer(t, Options{}), fakeDirectory{account}, method, string(wire.MustMarshal(params)))
	if err := Failure(r.Status, r.Body); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	account.mu.Lock()
	defer account.mu.Unlock()
	if len(account.ops) == 0 {
		t.Fatalf("%s: nothing was asked of the account", method)
	}
	return account.ops[0], r.Body
}

// comes checks that an operation comes to the server as it was.
func comes[O qq.Operation, C any](t *testing.T, method string, request func(*Client, O) (C, error), op O) {
	t.Helper()
	got, _ := asked(t, method, func() (C, error) { return request(reader(), op) })
	if diff := cmp.Diff(qq.Operation(op), got, alike); diff != "" {
		t.Errorf("%s (-want +got)\n%s", method, diff)
	}
}

func TestCallsComeAsTheyWere(t *testing.T) {
	ref := inGroup(7)
	face := qq.Emoji{Kind: qq.EmojiFace, ID: "66"}
	comes(t, "user.get", (*Client).AskUser, qq.GetUser{User: 10001})
	comes(t, "friend.delete", (*Client).EndFriendship, qq.DeleteFriend{User: 10001})
	comes(t, "guild.get", (*Client).AskGroup, qq.GetGroup{Group: group})
	comes(t, "guild.member.get", (*Client).AskMember, qq.GetMember{Group: group, User: 10001})
	comes(t, "guild.member.kick", (*Client).Kick, qq.KickMember{Group: group, Member: 10001, Block: true})
	comes(t, "guild.member.kick", (*Client).Kick, qq.KickMember{Group: group, Member: 10001})
	comes(t, "guild.member.mute", (*Client).Mute, qq.MuteMember{Group: group, Member: 10001, For: time.Minute})
	comes(t, "guild.member.mute", (*Client).Mute, qq.MuteMember{Group: group, Member: 10001})
	comes(t, "guild.member.role.set", (*Client).SetAdmin, qq.SetAdmin{Group: group, Member: 10001, On: true})
	comes(t, "guild.member.role.set", (*Client).SetAdmin, qq.SetAdmin{Group: group, Member: 10001})
	comes(t, "channel.mute", (*Client).MuteGroup, qq.MuteGroup{Group: group, On: true})
	comes(t, "channel.mute", (*Client).MuteGroup, qq.MuteGroup{Group: group})
	comes(t, "channel.update", (*Client).Rename, qq.SetGroupName{Group: group, Name: "Coffee"})
	comes(t, "channel.delete", (*Client).Leave, qq.LeaveGroup{Group: group})
	comes(t, "message.get", (*Client).AskMessage, qq.GetMessage{Ref: ref})
	comes(t, "message.delete", (*Client).Recall, qq.RecallMessage{Ref: qq.MessageRef{Chat: qq.TempChat(10007), Seq: 3}})
	comes(t, "reaction.create", (*Client).React, qq.React{Ref: ref, Emoji: face, On: true})
	comes(t, "reaction.delete", (*Client).React, qq.React{Ref: ref, Emoji: face})
	comes(t, "reaction.list", (*Client).AskReactions, qq.ListReactions{Ref: ref, Emoji: qq.Emoji{Kind: qq.EmojiUnicode, ID: "128512"}, Cursor: "c"})
	comes(t, "friend.approve", (*Client).AnswerFriend, qq.AnswerFriendRequest{InitiatorUID: "u_bob", Filtered: true, Approve: true})
	comes(t, "guild.approve", (*Client).AnswerGroup, qq.AnswerGroupRequest{Ref: qq.GroupRequestRef{Group: group, Seq: 5, Kind: qq.Invitation}, Reason: "no"})
	comes(t, "guild.member.approve", (*Client).AnswerGroup, qq.AnswerGroupRequest{Ref: qq.GroupRequestRef{Group: group, Seq: 5, Kind: qq.InvitedJoinRequest, Filtered: true}, Approve: true})
	comes(t, "message.create", (*Client).SayAgain, qq.ForwardMessage{Ref: ref, To: qq.FriendChat(10001)})
	comes(t, "message.create", (*Client).Say, qq.SendMessage{Chat: qq.FriendChat(10007), Via: 77, Segments: qq.NewText("a <b>\n")})
	history := func(c *Client, op qq.GetHistory) (ListCall, error) { return c.AskHistory(op), nil }
	comes(t, "message.list", history, qq.GetHistory{Chat: qq.GroupChat(group), Count: 20})
	comes(t, "message.list", history, qq.GetHistory{Chat: qq.GroupChat(group), Start: 7, Count: 20})
	comes(t, "message.list", history, qq.GetHistory{Chat: qq.FriendChat(10001), Start: 7, Count: 20, Forward: true})
}

// TestOldestFirst: forward from nothing begins with the first message.
func TestOldestFirst(t *testing.T) {
	got, _ := asked(t, "message.list", func() (ListCall, error) {
		return reader().AskHistory(qq.GetHistory{Chat: qq.GroupChat(group), Count: 3, Forward: true}), nil
	})
	if diff := cmp.Diff(qq.Operation(qq.GetHistory{Chat: qq.GroupChat(group), Start: 1, Count: 3, Forward: true}), got); diff != "" {
		t.Error(diff)
	}
}

func TestUploadsComeAsFiles(t *testing.T) {
	got, answer := asked(t, "message.create", func() (CreateCall, error) {
		return reader().Upload(qq.UploadFile{Chat: qq.GroupChat(group), Folder: "/f", File: &qq.Media{URL: "data:text/plain;base64,aGk=", Name: "a.txt"}})
	})
	want := qq.SendMessage{Chat: qq.GroupChat(group), Segments: qq.Segments{&qq.File{Media: qq.Media{URI: "base64://aGk=", Name: "a.txt", MIME: "text/plain"}, Folder: "/f"}}}
	if diff := cmp.Diff(qq.Operation(want), got, alike); diff != "" {
		t.Error(diff)
	}
	if s, _, err := reader().ReadSent(qq.GroupChat(group), answer, 1); err != nil || s.Seq != 7 || s.Time != 1700000002000 {
		t.Errorf("%+v %v", s, err)
	}
}

// TestAnswersComeThrough: what our server answers, but for the written list.
func TestAnswersComeThrough(t *testing.T) {
	c := reader()
	_, body := asked(t, "message.get", func() (MessageCall, error) { return c.AskMessage(qq.GetMessage{Ref: inGroup(7)}) })
	var m HeardMessage
	read(t, body, &m)
	got, err := c.ReadMessage(&m, qq.Chat{})
	want := lessMessage(self, *groupMessage(7))
	same(t, &want, got, err)

	_, body = asked(t, "message.list", func() (ListCall, error) {
		return c.AskHistory(qq.GetHistory{Chat: qq.GroupChat(group), Start: 7, Count: 2}), nil
	})
	var page MessagePage
	read(t, body, &page)
	h, err := c.ReadHistory(qq.GetHistory{Chat: qq.GroupChat(group), Start: 7, Count: 2}, page)
	older := lessMessage(self, *groupMessage(6))
	same(t, &qq.History{Messages: []*qq.Message{&older, &want}, Older: 5}, h, err)

	_, body = asked(t, "friend.list", func() (PageCall, error) { return PageCall{}, nil })
	var friends List[FriendOrUser]
	read(t, body, &friends)
	list, err := ReadList(friends, ReadFriend)
	same(t, []*qq.Friend{lessFriend(alice)}, list, err)

	_, body = asked(t, "guild.get", func() (GuildCall, error) { return c.AskGroup(qq.GetGroup{Group: group}) })
	var guild Guild
	read(t, body, &guild)
	g, err := ReadGuild(guild)
	same(t, lessGroup(theGroup), g, err)

	_, body = asked(t, "guild.member.list", func() (GuildCall, error) { return GuildCall{Guild: group.String()}, nil })
	var members List[Member]
	read(t, body, &members)
	roster, err := ReadList(members, func(m Member) (*qq.Member, error) { return ReadMember(group, m) })
	same(t, []*qq.Member{lessMember(owner), lessMember(admin)}, roster, err)

	_, body = asked(t, "reaction.list", func() (MessageCall, error) {
		return c.AskReactions(qq.ListReactions{Ref: inGroup(7), Emoji: qq.EmojiOf("66")})
	})
	var users List[User]
	read(t, body, &users)
	reactions, err := ReadReactions(users)
	u := lessUser(alice.User)
	same(t, &qq.Reactions{Users: []*qq.User{&u}, Next: "c2"}, reactions, err)
}

func read(t *testing.T, body []byte, into any) {
	t.Helper()
	if err := wire.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
}

func same(t *testing.T, want, got any, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, alike); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestFailuresKeepStatusAndText: and tell whether the call may have been applied.
func TestFailuresKeepStatusAndText(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		kind    error
		text    string
		outcome qq.Outcome
	}{
		{400, "content: no\n", qq.ErrInvalid, "content: no", qq.NotApplied},
		{401, "", qq.ErrForbidden, "the server answered with status 401", qq.NotApplied},
		{403, "invalid token", qq.ErrForbidden, "invalid token", qq.NotApplied},
		{404, "no such message", qq.ErrNotFound, "no such message", qq.NotApplied},
		{405, "use POST", qq.ErrUnsupported, "use POST", qq.NotApplied},
		{409, "done before", qq.ErrConflict, "done before", qq.NotApplied},
		{429, "slower", qq.ErrRateLimited, "slower", qq.NotApplied},
		{500, "Error: boom\x00\xff", qq.ErrUpstream, "Error: boom", qq.Unknown},
		{501, "not here", qq.ErrUnsupported, "not here", qq.NotApplied},
		{502, "<html>", qq.ErrUpstream, "<html>", qq.Unknown},
		{503, "not logged in", qq.ErrOffline, "not logged in", qq.Unknown},
		{504, "late", qq.ErrTimeout, "late", qq.Unknown},
		{302, "", qq.ErrUpstream, "the server answered with status 302", qq.NotApplied},
		{500, strings.Repeat("x", 9000), qq.ErrUpstream, strings.Repeat("x", longestReason), qq.Unknown},
	} {
		e := qq.AsError(Failure(c.status, []byte(c.body)))
		if e.Kind != c.kind || e.Text != c.text || e.Code != c.status || e.Outcome != c.outcome {
			t.Errorf("%d %q: %+v", c.status, c.body, e)
		}
	}
	if err := Failure(204, nil); err != nil {
		t.Error(err)
	}
}

// TestSendsThatTellNothing: without an id nobody can say what was sent.
func TestSendsThatTellNothing(t *testing.T) {
	for _, c := range []struct {
		answer  string
		outcome qq.Outcome
	}{
		{`[]`, qq.NotApplied}, {`OK`, qq.Applied}, {`[{}]`, qq.Applied}, {`[{"id":"what"}]`, qq.Applied},
	} {
		_, _, err := reader().ReadSent(qq.GroupChat(group), []byte(c.answer), 1)
		if e := qq.AsError(err); err == nil || e.Outcome != c.outcome {
			t.Errorf("%s: %v", c.answer, err)
		}
	}
	s, content, err := reader().ReadSent(qq.GroupChat(group), []byte(`[{"id":"2|123456|8"},{"id":"2|123456|9","content":"<message forward=\"True\" id=\"resid\"/>"}]`), 5)
	if err != nil || s.Seq != 9 || s.Time != 5 || s.Forward != "resid" || len(content) != 1 {
		t.Errorf("%+v %v %v", s, content, err)
	}
}

// TestWhatAServerWouldLoseIsRefused: rather than say less than was asked.
func TestWhatAServerWouldLoseIsRefused(t *testing.T) {
	for _, c := range []struct {
		adapter, platform string
		segment           qq.Segment
		sent              bool
	}{
		{"llbot", "llonebot", &qq.Dice{}, true},
		{"llonebot", "llonebot", &qq.Dice{}, false},
		{"llonebot", "llonebot", &qq.Face{ID: "1"}, true},
		{"llonebot", "llonebot", &qq.File{}, false},
		{"llonebot", "llonebot", &qq.Forward{ID: "resid"}, false},
		{"llonebot", "llonebot", &qq.Forward{Nodes: []*qq.ForwardNode{nil, {Segments: qq.NewText("x")}}}, true},
		{"llonebot", "llonebot", &qq.Forward{Nodes: []*qq.ForwardNode{{Segments: qq.Segments{&qq.Share{}}}}}, false},
		{"milky", "milky", &qq.Face{ID: "1"}, false},
		{"onebot", "onebot", &qq.Face{ID: "1"}, true},
		{"x", "y", &qq.Image{}, true},
		{"x", "y", &qq.LightApp{}, false},
	} {
		client := &Client{Account: self, Dialect: DialectOf(c.adapter, c.platform), Names: PlainNames{}}
		_, err := client.Say(qq.SendMessage{Chat: qq.GroupChat(group), Segments: qq.Segments{c.segment}})
		if sent := err == nil; sent != c.sent {
			t.Errorf("%s: %T: %v", client.Dialect.Name, c.segment, err)
		}
	}
}

// TestFrames: what the socket carries.
func TestFrames(t *testing.T) {
	if got, want := string(Identify(`a"b`, 7)), `{"op":3,"body":{"token":"a\"b","sn":7}}`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := string(Identify("", 0)), `{"op":3,"body":{"token":""}}`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	for _, c := range []struct {
		text string
		op   int // -1: an error
	}{
		{`{"op":2,"body":{}}`, OpPong}, {`{"op":2}`, OpPong}, {`{"op":0,"body":{"sn":1}}`, OpEvent},
		{`{}`, -1}, {`[]`, -1}, {`{"op":"0"}`, -1}, {`{`, -1}, {``, -1},
	} {
		f, err := ReadFrame([]byte(c.text))
		if err != nil && c.op >= 0 || err == nil && f.Op != c.op {
			t.Errorf("%s: %+v %v", c.text, f, err)
		}
	}
	m, err := ReadReady([]byte(`{"logins":[{"sn":1,"platform":"llonebot","user":{"id":"10009"},"status":1,"adapter":"x"},{"user":{"id":"10002"}}],"proxy_urls":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := Choose(m.Logins, 10009); !ok || l.Platform != "llonebot" {
		t.Errorf("%+v", l)
	}
	if _, ok := Choose(m.Logins, 10010); ok {
		t.Error("chose somebody else")
	}
}
