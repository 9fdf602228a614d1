package onebot11

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with a file under testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

const (
	self  qq.UserID  = 10001
	alice qq.UserID  = 20001
	bob   qq.UserID  = 20002
	club  qq.GroupID = 300001
	noon  qq.Time    = 1_700_000_000_123
)

var (
	aliceFriend = &qq.Friend{User: qq.User{ID: alice, Nickname: "Alice", Remark: "Al", Sex: qq.SexFemale, Age: 20, QID: "a1", Bio: "hi"}}
	clubGroup   = &qq.Group{ID: club, Name: "Club", Owner: alice, Members: 3, MaxMembers: 200, Created: noon, Description: "memo", WholeMute: true}
	bobMember   = &qq.Member{
		Group: club, User: bob, Nickname: "Bob", Card: "Bobby", Title: "VIP", Level: 7, QQLevel: 30, Role: qq.RoleAdmin,
		Joined: noon, LastSpoke: noon, MutedUntil: noon,
	}
)

func groupMessage(content ...qq.Segment) *qq.Message {
	return &qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 42, ID: 123456}, Time: noon, Sender: bob, Nickname: "Bob",
		Segments: content, Group: clubGroup, Member: bobMember,
	}
}

func friendMessage(content ...qq.Segment) *qq.Message {
	return &qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.FriendChat(alice), Seq: 7, ID: 777}, Time: noon, Sender: alice, Nickname: "Alice",
		Segments: content, Friend: aliceFriend,
	}
}

func requests() []*qq.GroupNotice {
	join := &qq.GroupRequest{
		GroupRequestRef: qq.GroupRequestRef{Group: club, Seq: 901, Kind: qq.JoinRequest}, Time: noon, GroupName: "Club",
		Initiator: alice, Nickname: "Alice", Comment: "let me in",
	}
	invitation := &qq.GroupRequest{
		GroupRequestRef: qq.GroupRequestRef{Group: club, Seq: 902, Kind: qq.Invitation}, Time: noon, GroupName: "Club",
		Initiator: bob, Nickname: "Bob", State: qq.RequestAccepted, Operator: self,
	}
	return []*qq.GroupNotice{
		{Kind: qq.NoticeRequest, Seq: 902, Group: club, Request: invitation},
		{Kind: qq.NoticeRequest, Seq: 901, Group: club, Request: join},
		{Kind: qq.NoticeKick, Seq: 900, Group: club},
	}
}

func filteredRequests() []*qq.GroupNotice {
	r := &qq.GroupRequest{
		GroupRequestRef: qq.GroupRequestRef{Group: club, Seq: 905, Kind: qq.InvitedJoinRequest, Filtered: true}, Time: noon,
		Initiator: bob, Nickname: "Bob", Target: alice,
	}
	return []*qq.GroupNotice{{Kind: qq.NoticeRequest, Seq: 905, Group: club, Request: r}}
}

// fakeCaller answers from the fixtures and writes down what it was asked.
type fakeCaller struct {
	id  qq.UserID
	ops []qq.Operation
	err error
}

func (c *fakeCaller) Account() qq.UserID { return c.id }

func (c *fakeCaller) Do(_ context.Context, op qq.Operation) (any, error) {
	c.ops = append(c.ops, op)
	if c.err != nil {
		return nil, c.err
	}
	if k, ok := op.(qq.Keyed); ok {
		op = k.Op
	}
	switch op := op.(type) {
	case qq.GetLogin:
		return qq.Login{User: qq.User{ID: c.id, Nickname: "Bot", Avatar: "http://a/b"}, Online: true}, nil
	case qq.GetStatus:
		return qq.Status{Online: true, Good: true, Received: 5, Sent: 6, LastMessage: noon, Started: noon}, nil
	case qq.GetUser:
		return &qq.User{ID: op.User, Nickname: "Alice", Sex: qq.SexFemale, Age: 20, Level: 9, QID: "a1", Bio: "hi", City: "C", Country: "D"}, nil
	case qq.ListFriends:
		return []*qq.Friend{aliceFriend}, nil
	case qq.ListGroups:
		return []*qq.Group{clubGroup}, nil
	case qq.GetGroup:
		return clubGroup, nil
	case qq.ListMembers:
		return []*qq.Member{bobMember}, nil
	case qq.GetMember:
		return bobMember, nil
	case qq.SendMessage:
		return &qq.Sent{MessageRef: qq.MessageRef{Chat: op.Chat, Seq: 43, ID: 654321}, Time: noon, Forward: "res1"}, nil
	case qq.GetMessage:
		return groupMessage(&qq.Text{Text: "a & [b]"}), nil
	case qq.GetHistory:
		second := friendMessage(&qq.Text{Text: "two"})
		second.Self, second.Sender = true, c.id
		return &qq.History{Messages: []*qq.Message{friendMessage(&qq.Text{Text: "one"}), second}}, nil
	case qq.ListGroupNotices:
		if op.Filtered {
			return &qq.GroupNotices{Notices: filteredRequests()}, nil
		}
		return &qq.GroupNotices{Notices: requests()}, nil
	}
	return fakeAnswer(op), nil
}

// fakeDirectory serves callers in order.
type fakeDirectory []*fakeCaller

func (d fakeDirectory) First() (qq.Caller, bool) {
	if len(d) == 0 {
		return nil, false
	}
	return d[0], true
}

func (d fakeDirectory) Account(id qq.UserID) (qq.Caller, bool) {
	for _, c := range d {
		if c.id == id {
			return c, true
		}
	}
	return nil, false
}

func (d fakeDirectory) All() []qq.Caller {
	var all []qq.Caller
	for _, c := range d {
		all = append(all, c)
	}
	return all
}

// opsText writes operations one a line: their name and their JSON.
func opsText(ops []qq.Operation) string {
	var b strings.Builder
	for _, op := range ops {
		text, err := json.Marshal(op)
		if err != nil {
			text = []byte(err.Error())
		}
		b.WriteString("  " + qq.OpName(op) + " " + string(text) + "\n")
	}
	return b.String()
}

func testOptions() Options {
	return Options{App: App{"llbot", "1.2.3"}, Credentials: AllCredentials}
}

func newHTTP(t testing.TB, change func(*Options)) *HTTP {
	t.Helper()
	o := testOptions()
	if change != nil {
		change(&o)
	}
	s, err := NewHTTP(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newSocket(t testing.TB, change func(*Options)) *WebSocket {
	t.Helper()
	o := testOptions()
	if change != nil {
		change(&o)
	}
	s, err := NewWebSocket(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// get is the head of a plain request; headers are those that Get answers.
func get(method, path, query string, headers map[string]string) *face.Head {
	return &face.Head{
		Method: method, Path: path, Query: query, Host: "127.0.0.1:3000", Get: func(name string) string { return headers[name] },
	}
}
