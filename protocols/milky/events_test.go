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

type toldEvent struct {
	name  string
	event qq.Event
}

// told are events with the type they are told as; the golden file is named
// after the case.
var told = []toldEvent{
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
	{"peer_pin_change", &qq.PinChanged{Chat: qq.GroupChat(club), On: true}},
	{"peer_pin_change friend", &qq.PinChanged{Chat: qq.FriendChat(alice)}},
	{"friend_nudge", &qq.Nudged{Chat: qq.FriendChat(alice), Sender: alice, Receiver: bot, Action: "poked", Suffix: "'s shoulder", Image: "https://nudge.example/1"}},
	{"friend_nudge own", &qq.Nudged{Chat: qq.FriendChat(alice), Sender: bot, Receiver: alice}},
	{"friend_nudge oneself", &qq.Nudged{Chat: qq.FriendChat(alice), Sender: bot, Receiver: bot}},
	{"group_nudge", &qq.Nudged{Chat: qq.GroupChat(club), Sender: alice, Receiver: bob, Action: "poked", Suffix: "'s head", Image: "https://nudge.example/1"}},
	{"group_message_reaction", &qq.ReactionChanged{MessageRef: groupMessage().MessageRef, User: alice, Emoji: qq.Emoji{Kind: qq.EmojiFace, ID: "178"}, On: true}},
	{"group_message_reaction emoji", &qq.ReactionChanged{MessageRef: groupMessage().MessageRef, User: alice, Emoji: qq.Emoji{Kind: qq.EmojiUnicode, ID: "128077"}}},
	{"group_essence_message_change", &qq.EssenceChanged{MessageRef: groupMessage().MessageRef, Sender: alice, Operator: bob, On: true}},
	{"friend_file_upload", &qq.FileUploaded{MessageRef: friendMessage().MessageRef, User: alice, File: qq.File{Media: qq.Media{Name: "plan.pdf", Size: 1024}, FileID: "file1", Hash: "abcd"}}},
	{"friend_file_upload own", &qq.FileUploaded{MessageRef: ownMessage().MessageRef, User: bot, File: qq.File{Media: qq.Media{Name: "a.txt"}, FileID: "file2"}, Self: true}},
	{"friend_file_upload temp", &qq.FileUploaded{MessageRef: tempMessage().MessageRef, User: bob, File: qq.File{Media: qq.Media{Name: "a.txt", Size: 1}, FileID: "file3"}}},
	{"group_file_upload", &qq.FileUploaded{MessageRef: groupMessage().MessageRef, User: alice, File: qq.File{Media: qq.Media{Name: "plan.pdf", Size: 1024}, FileID: "file4"}}},
	{"group_name_change", &qq.GroupRenamed{Group: club, Operator: bob, Old: "Club", New: "Club 2"}},
	{"bot_offline", &qq.StatusChanged{Reason: "logged in elsewhere"}},
}

// silent are events that Milky has no words for.
var silent = []qq.Event{
	&qq.FriendAdded{Friend: aliceFriend()},
	&qq.FriendDeleted{User: alice},
	&qq.CardChanged{Group: club, User: alice, Operator: alice, New: "x"},
	&qq.StatusChanged{Online: true},
	&qq.FriendChanged{Friend: aliceFriend()},
	&qq.ProfileLiked{User: alice, Nickname: "Alice", Times: 3},
	&qq.ProfileChanged{},
	&qq.LoginProgressed{},
	&qq.DeviceChanged{},
	&qq.NudgeRecalled{Chat: qq.GroupChat(club), Sender: alice, Receiver: bob},
	&qq.Nudged{Chat: qq.TempChat(alice), Sender: alice, Receiver: bot},
	&qq.TypingChanged{User: alice, Kind: 1},
	&qq.GrayTip{MessageRef: groupMessage().MessageRef, Text: "a tip"},
	&qq.ButtonPressed{MessageRef: groupMessage().MessageRef, User: alice, Button: "1"},
	&qq.FlashProgressed{},
	&qq.TitleChanged{Group: club, User: alice, New: "Star"},
	&qq.HonorGained{Group: club, User: alice},
	&qq.LuckyKing{Group: club, Sender: alice, Winner: bob},
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
			if faults := spec(t).Event([]byte(rest)); len(faults) > 0 {
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
			if faults := spec(t).Event(text); len(faults) > 0 && !strings.HasPrefix(c.name, "message_receive") {
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
		if !slices.Contains(known, qq.EventKind(e)) {
			t.Errorf("%s is neither told nor listed as silent", qq.EventKind(e))
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
