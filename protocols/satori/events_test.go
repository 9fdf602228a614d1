package satori

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// happenings is one event or more of every kind.
var happenings = []qq.Event{
	&qq.MessageReceived{Message: *groupMessage(7)},
	&qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.GroupChat(group), Seq: 8}, Time: 1700000002000, Sender: 10005, Nickname: "Gone"}},
	&qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.FriendChat(10001), Seq: 9}, Time: 1700000002000, Sender: 10001, Nickname: "Alice", Friend: alice,
		Segments: qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.FriendChat(10001), Seq: 3}, Sender: self, Quoted: qq.NewText("old")}, &qq.Face{ID: "4"}},
	}},
	&qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.FriendChat(10001), Seq: 10}, Sender: self, Nickname: "Bot", Self: true, Friend: alice,
		Segments: qq.Segments{&qq.Image{Media: qq.Media{URL: "http://x/?a=1&b=2", Name: "a.png", Width: 3, Height: 4}, Sticker: true}},
	}},
	&qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.TempChat(10007), Seq: 1}, Sender: 10007, Nickname: "Eve", Group: theGroup,
		Segments: qq.Segments{&qq.MentionAll{}, &qq.Raw{Kind: "dice", Data: []byte(`{"n":6}`)}},
	}},
	&qq.MessageRecalled{MessageRef: qq.MessageRef{Chat: qq.GroupChat(group), Seq: 7}, Sender: 10001, Operator: self},
	&qq.MessageRecalled{MessageRef: qq.MessageRef{Chat: qq.FriendChat(10001), Seq: 9}, Sender: 10001, Operator: 10001},
	&qq.FriendRequested{FriendRequest: qq.FriendRequest{Time: 1700000000500, Initiator: 10006, InitiatorUID: "u_bob", Comment: "I <3 you"}},
	&qq.FriendAdded{Friend: alice},
	&qq.FriendDeleted{User: 10001},
	&qq.GroupRequested{GroupRequest: qq.GroupRequest{GroupRequestRef: qq.GroupRequestRef{Group: group, Seq: 5, Kind: qq.JoinRequest}, GroupName: "Tea", Initiator: 10006, Nickname: "Bob", Comment: "let me in"}},
	&qq.GroupRequested{GroupRequest: qq.GroupRequest{GroupRequestRef: qq.GroupRequestRef{Group: group, Seq: 6, Kind: qq.InvitedJoinRequest, Filtered: true}, Initiator: 10001, Nickname: "Alice", Target: 10006}},
	&qq.GroupRequested{GroupRequest: qq.GroupRequest{GroupRequestRef: qq.GroupRequestRef{Group: group, Seq: 7, Kind: qq.Invitation}, Initiator: 10001, Nickname: "Alice"}},
	&qq.MemberIncreased{Group: group, User: 10006, Inviter: 10001},
	&qq.MemberIncreased{Group: group, User: 10001, Operator: self, Member: owner},
	&qq.MemberIncreased{Group: group, User: self, Operator: 10001, Self: true},
	&qq.MemberDecreased{Group: group, User: 10006},
	&qq.MemberDecreased{Group: group, User: 10006, Operator: 10001},
	&qq.MemberDecreased{Group: group, User: self, Operator: 10001, Self: true},
	&qq.GroupDisbanded{Group: group, Operator: 10001},
	&qq.AdminChanged{Group: group, User: self, Operator: 10001, On: false, Member: admin},
	&qq.AdminChanged{Group: group, User: 10006, Operator: 10001, On: true},
	&qq.CardChanged{Group: group, User: 10001, Operator: 10001, Old: "Boss", Member: owner},
	&qq.CardChanged{Group: group, User: 10006, Operator: 10001, New: "Bobby"},
	&qq.MemberMuted{Group: group, User: 10006, Operator: 10001, Seconds: 60},
	&qq.MemberMuted{Group: group, User: 10006, Operator: 10001},
	&qq.GroupMuted{Group: group, Operator: 10001, On: true},
	&qq.StatusChanged{Online: true, Added: true, Login: qq.Login{User: qq.User{ID: self, Nickname: "Bot"}}},
	&qq.StatusChanged{Online: false, Reason: "kicked", Login: qq.Login{User: qq.User{ID: self, Nickname: "Bot"}, Online: true}},
	&qq.EventsLost{After: 1700000000000007, Next: 1700000000000042, Reason: "no longer held"},
	&qq.EventsLost{After: 55, Reason: "not a number of this server"},
}

func entry(i int, e qq.Event) *qq.Entry {
	return &qq.Entry{SN: qq.SN(1000 + i), Account: self, Time: 1700000009000 + qq.Time(i), Event: e}
}

func TestEventsGolden(t *testing.T) {
	encoder := Encoder{Platform: "llonebot", Adapter: "llbot", Internal: true}
	var out strings.Builder
	for i, e := range slices.Concat(happenings, moreHappenings) {
		text, ok := encoder.Encode(nil, entry(i, e))
		if !ok {
			t.Errorf("%s is silent", qq.EventKind(e))
		}
		if !json.Valid(text) {
			t.Errorf("%s: no JSON: %s", qq.EventKind(e), text)
		}
		fmt.Fprintf(&out, "%s\n  %s\n", qq.EventKind(e), text)
	}
	golden(t, "events.golden", out.String())
}

// TestEventCensus: every kind of event is encoded, or silent on purpose.
func TestEventCensus(t *testing.T) {
	silent := map[string]bool{} // without Internal
	for _, kind := range internalKinds {
		silent[kind] = true
	}
	known := map[string]bool{}
	for _, e := range slices.Concat(happenings, moreHappenings) {
		known[qq.EventKind(e)] = true
	}
	for _, e := range qq.EventKinds() {
		kind := qq.EventKind(e)
		if !known[kind] {
			t.Errorf("%s has no golden event", kind)
		}
		dst := []byte("x")
		text, ok := Encoder{Platform: "p"}.Encode(dst, entry(0, e))
		if ok == silent[kind] {
			t.Errorf("%s: encoded %t", kind, ok)
		}
		if !ok && string(text) != "x" {
			t.Errorf("%s: silent, yet dst became %s", kind, text)
		}
		if _, ok := (Encoder{Internal: true}).Encode(nil, entry(0, e)); !ok {
			t.Errorf("%s: silent with Internal", kind)
		}
	}
	if _, ok := (Encoder{Internal: true}).Encode(nil, entry(0, &qq.UnknownEvent{Kind: "New"})); ok {
		t.Error("an unknown event was encoded")
	}
}

// TestEveryEventHasWhatClientsNeed: sn equal to id, the login, and a member
// for everything said in a group.
func TestEveryEventHasWhatClientsNeed(t *testing.T) {
	encoder := Encoder{Platform: "p", Bare: true}
	for i, e := range slices.Concat(happenings, moreHappenings) {
		text, ok := encoder.Encode(nil, entry(i, e))
		if !ok {
			continue
		}
		var ev struct {
			SN, ID    int
			Type      string
			Timestamp int
			Login     struct {
				SN       int
				Platform string
				User     User
			}
			Channel *Channel
			Guild   *Guild
			Member  *Member
			User    *User
		}
		if err := json.Unmarshal(text, &ev); err != nil {
			t.Fatal(err)
		}
		if ev.SN != 1000+i || ev.ID != ev.SN || ev.Timestamp != 1700000009000+i {
			t.Errorf("%s: %s", ev.Type, text)
		}
		if ev.Login.SN == 0 || ev.Login.Platform != "p" || ev.Login.User.ID != "10002" {
			t.Errorf("%s: login of %s", ev.Type, text)
		}
		if strings.HasPrefix(ev.Type, "message-") && ev.Channel.Type == ChannelText && (ev.Guild == nil || ev.Member == nil || ev.User == nil) {
			t.Errorf("%s: %s", ev.Type, text)
		}
	}
}

func TestFrameWrapsTheSameBody(t *testing.T) {
	e := entry(3, happenings[0])
	framed, _ := Encoder{Platform: "p"}.Encode([]byte("<"), e)
	bare, _ := Encoder{Platform: "p", Bare: true}.Encode(nil, e)
	if want := `<{"op":0,"body":` + string(bare) + `}`; string(framed) != want {
		t.Errorf("%s\nwant %s", framed, want)
	}
}

func TestEncodersAreComparable(t *testing.T) {
	a, b := newServer(t, Options{}), newServer(t, Options{})
	if any(a.encoder(false)) != any(b.encoder(false)) || any(a.encoder(false)) == any(a.encoder(true)) {
		t.Error("encoders of equal options must be equal, and frames differ from bodies")
	}
}

func BenchmarkEncode(b *testing.B) {
	encoder, e, dst := Encoder{Platform: "llonebot"}, entry(0, happenings[0]), make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		dst, _ = encoder.Encode(dst[:0], e)
	}
}
