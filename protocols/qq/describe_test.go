package qq

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestDescribe(t *testing.T) {
	alice := &Member{Group: 7, User: 10001, Nickname: "Alice", Card: "A"}
	for want, e := range map[string]Event{
		"group 7 · A (10001): hi @Bob @10003 @all[face 14][image cat.png][image][reply to 3][hologram]": &MessageReceived{Message{
			MessageRef: MessageRef{Chat: GroupChat(7)}, Sender: 10001, Nickname: "Alice", Member: alice,
			Segments: Segments{&Text{"hi "}, &Mention{10002, "Bob"}, &Text{" "}, &Mention{User: 10003}, &Text{" "}, &MentionAll{}, &Face{ID: "14"},
				&Image{Media: Media{Name: "cat.png"}}, &Image{}, &Reply{MessageRef: MessageRef{Seq: 3}}, &Raw{Kind: "hologram"}},
		}},
		"friend 10002 · Bot (10009) (self): x": &MessageReceived{Message{
			MessageRef: MessageRef{Chat: FriendChat(10002)}, Sender: 10009, Nickname: "Bot", Self: true, Segments: NewText("x"),
		}},
		"group 7: 10002 took back message 5 of 10001":                    &MessageRecalled{MessageRef: MessageRef{Chat: GroupChat(7), Seq: 5}, Sender: 10001, Operator: 10002},
		"temp 8: 10001 took back message 5":                              &MessageRecalled{MessageRef: MessageRef{Chat: TempChat(8), Seq: 5}, Sender: 10001, Operator: 10001},
		`10001 asks to be a friend: "let me"`:                            &FriendRequested{FriendRequest{Initiator: 10001, Comment: "let me"}},
		"Alice (10001) is a friend now":                                  &FriendAdded{&Friend{User: User{ID: 10001, Nickname: "Alice"}}},
		"somebody is a friend now":                                       &FriendAdded{},
		"10001 is no friend any more":                                    &FriendDeleted{10001},
		"group 7: Al (10001) wants to join":                              &GroupRequested{GroupRequest{GroupRequestRef: GroupRequestRef{Group: 7, Kind: JoinRequest}, Initiator: 10001, Nickname: "Al"}},
		"group 7: 10001 invites 10002":                                   &GroupRequested{GroupRequest{GroupRequestRef: GroupRequestRef{Group: 7, Kind: InvitedJoinRequest}, Initiator: 10001, Target: 10002}},
		"group 7: 10001 invites this account":                            &GroupRequested{GroupRequest{GroupRequestRef: GroupRequestRef{Group: 7, Kind: Invitation}, Initiator: 10001}},
		"group 7: A (10001) joined, invited by 10002, approved by 10003": &MemberIncreased{Group: 7, User: 10001, Inviter: 10002, Operator: 10003, Member: alice},
		"group 7: 10001 left":                                            &MemberDecreased{Group: 7, User: 10001},
		"group 7: A (10001) was kicked by 10002":                         &MemberDecreased{Group: 7, User: 10001, Operator: 10002, Member: alice},
		"group 7: dissolved by 10001":                                    &GroupDisbanded{7, 10001},
		"group 7: 10001 is an admin now":                                 &AdminChanged{Group: 7, User: 10001, On: true},
		"group 7: 10001 is no admin any more":                            &AdminChanged{Group: 7, User: 10001},
		`group 7: 10002 changed the card of 10001 from "" to "x"`:        &CardChanged{Group: 7, User: 10001, Operator: 10002, New: "x"},
		"group 7: 10002 muted 10001 for 60 s":                            &MemberMuted{Group: 7, User: 10001, Operator: 10002, Seconds: 60},
		"group 7: 10002 lets 10001 speak again":                          &MemberMuted{Group: 7, User: 10001, Operator: 10002},
		"group 7: 10002 muted everybody":                                 &GroupMuted{7, 10002, true},
		"group 7: 10002 lets everybody speak again":                      &GroupMuted{7, 10002, false},
		"online":                                                    &StatusChanged{Online: true},
		`offline: "kicked"`:                                         &StatusChanged{Reason: "kicked"},
		`events behind 5 are missing: "gone"`:                       &EventsLost{After: 5, Next: 9, Reason: "gone"},
		`friend 7: 10001 nudges 10002: "pats head"`:                 &Nudged{Chat: FriendChat(7), Sender: 10001, Receiver: 10002, Action: "pats", Suffix: " head"},
		"friend 7: 10001 took back a nudge of 10002":                &NudgeRecalled{FriendChat(7), 10001, 10002},
		"group 7: pinned":                                           &PinChanged{GroupChat(7), true},
		"group 7: no longer pinned":                                 &PinChanged{GroupChat(7), false},
		"group 7: A (10001) put face 4 on message 5":                &ReactionChanged{MessageRef: MessageRef{Chat: GroupChat(7), Seq: 5}, User: 10001, Emoji: Emoji{EmojiFace, "4"}, On: true, Member: alice},
		"group 7: 10001 took emoji 128516 off message 5":            &ReactionChanged{MessageRef: MessageRef{Chat: GroupChat(7), Seq: 5}, User: 10001, Emoji: Emoji{EmojiUnicode, "128516"}},
		"group 7: 10001 made message 5 essence":                     &EssenceChanged{MessageRef: MessageRef{Chat: GroupChat(7), Seq: 5}, Operator: 10001, On: true},
		`group 7: 10001 uploaded "a.zip" (9 bytes)`:                 &FileUploaded{MessageRef: MessageRef{Chat: GroupChat(7)}, User: 10001, File: File{Media: Media{Name: "a.zip", Size: 9}}},
		`friend 10001: typing state 1: "is typing"`:                 &TypingChanged{10001, 1, "is typing"},
		`group 7: tip 1061: "cheers"`:                               &GrayTip{MessageRef: MessageRef{Chat: GroupChat(7)}, Business: "1061", Text: "cheers"},
		`group 7: 10001 pressed "b1" under message 5`:               &ButtonPressed{MessageRef: MessageRef{Chat: GroupChat(7), Seq: 5}, User: 10001, Button: "b1"},
		`flash transfer "holiday" uploading: 3 of 9 bytes`:          &FlashProgressed{Set: FlashSet{Title: "holiday", Files: []FlashPart{{Size: 9}}}, Step: FlashUploading, Done: 3},
		`group 7: 10001 renamed it to "Tea"`:                        &GroupRenamed{Group: 7, Operator: 10001, New: "Tea"},
		`group 7: the title of A (10001) is "poet"`:                 &TitleChanged{Group: 7, User: 10001, New: "poet", Member: alice},
		"group 7: 10001 won the honour talkative":                   &HonorGained{Group: 7, User: 10001, Honor: HonorTalkative},
		"group 7: 10002 drew the most from the red packet of 10001": &LuckyKing{7, 10001, 10002},
		"Alice (10001) changed":                                     &FriendChanged{&Friend{User: User{ID: 10001, Nickname: "Alice"}}},
		"a friend changed":                                          &FriendChanged{},
		"Alice (10001) likes the profile (3 times)":                 &ProfileLiked{10001, "Alice", 3},
		"the own profile changed: Bot (10009)":                      &ProfileChanged{Login{User: User{ID: 10009, Nickname: "Bot"}}},
		`login: kicked: "elsewhere"`:                                &LoginProgressed{LoginState{Step: LoginKicked, Reason: "elsewhere"}},
		"another device (phone) is online":                          &DeviceChanged{Device{Name: "phone"}, true},
		"an event that this version does not know (2 bytes)":        &UnknownEvent{"x", []byte("{}")},
	} {
		if got := Describe(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestEveryEventIsDescribed(t *testing.T) {
	for _, e := range EventKinds() {
		if Describe(e) == "" {
			t.Errorf("%s has no description", EventKind(e))
		}
	}
}

// What people wrote may not move the cursor of somebody's terminal.
func TestDescribeIsOneLine(t *testing.T) {
	evil := NewText("a\x1b[2Jb\r\nc\u202ed\u2028e👩\u200d💻\u009bf")
	if got := Describe(&MessageReceived{Message{Segments: evil}}); !strings.HasSuffix(got, "a [2Jb  c d e👩\u200d💻 f") {
		t.Errorf("%q", got)
	}
	for _, kind := range EventKinds() {
		rapid.Check(t, func(t *rapid.T) {
			e := reflect.New(reflect.TypeOf(kind).Elem()).Interface().(Event)
			fill(t, reflect.ValueOf(e).Elem(), 2)
			if got := Describe(e); strings.ContainsFunc(got, unicode.IsControl) {
				t.Fatalf("%q", got)
			}
		})
	}
}

func TestDescribeSegments(t *testing.T) {
	for want, seg := range map[string]Segment{
		"[record 3 s]": &Record{Media: Media{Duration: 3}}, "[record]": &Record{}, "[video 61 s]": &Video{Media: Media{Duration: 61}},
		"[file a.zip]": &File{Media: Media{Name: "a.zip"}}, "[flash_file holiday]": &FlashFile{Title: "holiday"},
		`[speech "hi"]`: &Speech{"hi"}, "[forward Chat]": &Forward{Title: "Chat"}, "[market_face hug]": &MarketFace{Summary: "hug"},
		"[dice 6]": &Dice{6}, "[dice]": &Dice{}, "[rps 2]": &RPS{2}, "[share News]": &Share{Title: "News"}, "[music Song]": &Music{Title: "Song"},
		"[location Tower]": &Location{Title: "Tower"}, "[light_app com.tencent.map]": &LightApp{App: "com.tencent.map"},
		"[contact]": &Contact{User: 10001}, "[xml]": &XML{}, "[markdown]": &Markdown{Content: "# x"}, "[keyboard]": &Keyboard{},
	} {
		if got := (Segments{seg}).Describe(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
