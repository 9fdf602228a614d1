package milky

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

var _ face.Encoder = Encoder{}

// told are events with the type they are told as; the golden file is named
// after the case.
var told = []struct {
	name  string
	event qq.Event
}{
	{"message_receive group", &qq.MessageReceived{Message: *groupMessage()}},
	{"message_receive friend", &qq.MessageReceived{Message: *friendMessage()}},
	{"message_receive own", &qq.MessageReceived{Message: *ownMessage()}},
	{"message_receive temp", &qq.MessageReceived{Message: *tempMessage()}},
	{"message_receive group_unknown", &qq.MessageReceived{Message: *bare(groupMessage())}},
	{"message_receive friend_unknown", &qq.MessageReceived{Message: *bare(friendMessage())}},
	{"message_receive own_to_unknown", &qq.MessageReceived{Message: *bare(ownMessage())}},
	{"message_receive temp_unknown", &qq.MessageReceived{Message: *bare(tempMessage())}},
	{"message_recall group", &qq.MessageRecalled{MessageRef: groupMessage().MessageRef, Sender: alice, Operator: bob, Suffix: "and smiled"}},
	{"message_recall friend", &qq.MessageRecalled{MessageRef: friendMessage().MessageRef, Sender: alice}},
	{"friend_request", &qq.FriendRequested{FriendRequest: qq.FriendRequest{Initiator: alice, InitiatorUID: "u_alice", Target: bot, Comment: "hi", Via: "search"}}},
	{"group_join_request", &qq.GroupRequested{GroupRequest: *joinRequest(qq.JoinRequest)}},
	{"group_invited_join_request", &qq.GroupRequested{GroupRequest: *joinRequest(qq.InvitedJoinRequest)}},
	{"group_invitation", &qq.GroupRequested{GroupRequest: *joinRequest(qq.Invitation)}},
	{"group_invitation from_group", &qq.GroupRequested{GroupRequest: qq.GroupRequest{
		GroupRequestRef: qq.GroupRequestRef{Group: club, Seq: 1, Kind: qq.Invitation}, Initiator: alice, SourceGroup: club + 1,
	}}},
	{"group_member_increase", &qq.MemberIncreased{Group: club, User: alice, Member: qq.StubMember(club, alice, "Alice")}},
	{"group_member_increase approved", &qq.MemberIncreased{Group: club, User: alice, Operator: bob, Inviter: bob}},
	{"group_member_decrease", &qq.MemberDecreased{Group: club, User: alice}},
	{"group_member_decrease kicked", &qq.MemberDecreased{Group: club, User: bot, Operator: bob, Self: true}},
	{"group_disband", &qq.GroupDisbanded{Group: club, Operator: bob}},
	{"group_admin_change", &qq.AdminChanged{Group: club, User: alice, Operator: bob, On: true}},
	{"group_mute", &qq.MemberMuted{Group: club, User: alice, Operator: bob, Seconds: 600}},
	{"group_mute lifted", &qq.MemberMuted{Group: club, User: alice, Operator: bob}},
	{"group_whole_mute", &qq.GroupMuted{Group: club, Operator: bob, On: true}},
	{"bot_offline", &qq.StatusChanged{Reason: "logged in elsewhere"}},
}

// silent are events that Milky has no words for.
var silent = []qq.Event{
	&qq.FriendAdded{Friend: aliceFriend()},
	&qq.FriendDeleted{User: alice},
	&qq.CardChanged{Group: club, User: alice, Operator: alice, New: "x"},
	&qq.StatusChanged{Online: true},
	&qq.EventsLost{After: 1, Next: 5, Reason: "gone"},
	&qq.UnknownEvent{Kind: "Yawned", Data: []byte(`{}`)},
}

func TestEvents(t *testing.T) {
	for _, c := range told {
		t.Run(c.name, func(t *testing.T) {
			text, ok := Encoder{}.Encode([]byte("kept"), &qq.Entry{SN: 1, Account: bot, Time: noon, Event: c.event})
			rest, kept := strings.CutPrefix(string(text), "kept")
			if !ok || !kept {
				t.Fatalf("encoded %q, %v", text, ok)
			}
			if faults := spec(t).check("#/structs/Event", []byte(rest)); len(faults) > 0 {
				t.Errorf("%s\n%s", rest, strings.Join(faults, "\n"))
			}
			kind, _, _ := strings.Cut(c.name, " ")
			if !strings.HasPrefix(rest, `{"event_type":"`+kind+`","time":1767225600,"self_id":10001000,"data":{`) || strings.Contains(rest, "\n") {
				t.Errorf("not one line of the right head: %s", rest)
			}
			golden(t, "events/"+strings.ReplaceAll(c.name, " ", "."), json.RawMessage(rest))
		})
	}
}

// TestEventsWithoutARequiredID takes each id away in turn: whatever is still
// told must be valid.
func TestEventsWithoutARequiredID(t *testing.T) {
	silenced := 0
	for _, c := range told {
		stored, err := qq.EncodeEvent(c.event)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"10001000", "20002000", "20002001", "30003000"} {
			e, err := qq.DecodeEvent([]byte(strings.ReplaceAll(string(stored), ":"+id, ":0")))
			if err != nil {
				t.Fatal(err)
			}
			text, ok := Encoder{}.Encode(nil, &qq.Entry{Account: bot, Time: noon, Event: e})
			if !ok {
				silenced++
				continue
			}
			// A friend or group that a lookup got wrong is the driver's fault, not ours.
			if faults := spec(t).check("#/structs/Event", text); len(faults) > 0 && !strings.HasPrefix(c.name, "message_receive") {
				t.Errorf("%s without %s: %s\n%s", c.name, id, text, strings.Join(faults, "\n"))
			}
		}
	}
	if silenced < len(told)/2 {
		t.Errorf("only %d were silent", silenced)
	}
}

func TestSilentEvents(t *testing.T) {
	for _, e := range silent {
		if text, ok := (Encoder{}).Encode([]byte("kept"), &qq.Entry{Account: bot, Time: noon, Event: e}); ok || string(text) != "kept" {
			t.Errorf("%s is told as %s", qq.EventKind(e), text)
		}
	}
}

func TestEveryEventIsToldOrSilent(t *testing.T) {
	var known []string
	for _, c := range told {
		known = append(known, qq.EventKind(c.event))
	}
	for _, e := range silent {
		known = append(known, qq.EventKind(e))
	}
	for _, e := range qq.EventKinds() {
		if slices.Contains(known, qq.EventKind(e)) == slices.Contains(notBuiltEvents, qq.EventKind(e)) {
			t.Errorf("%s is neither told nor listed as silent, or both told and listed as not built", qq.EventKind(e))
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	entry := &qq.Entry{SN: 1, Account: bot, Time: noon, Event: &qq.MessageReceived{Message: *groupMessage()}}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst, _ = Encoder{}.Encode(dst[:0], entry)
	}
}
