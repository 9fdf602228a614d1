package onebot11

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// silent lists the events that OneBot has nothing for.
var silent = map[string]string{
	"FriendDeleted":   "OneBot has no notice of a lost friend",
	"FriendChanged":   "OneBot has no notice of a friend's changes",
	"PinChanged":      "OneBot has no pinned chats",
	"ButtonPressed":   "OneBot has no notice of pressed buttons",
	"ProfileChanged":  "OneBot has no notice of the account's own changes",
	"LoginProgressed": "OneBot has no logins",
}

type eventCase struct {
	name  string
	event qq.Event
}

func eventCases() []eventCase {
	group := func(content ...qq.Segment) qq.Event { return &qq.MessageReceived{Message: *groupMessage(content...)} }
	own := groupMessage(&qq.Text{Text: "mine"})
	own.Self, own.Sender, own.Member = true, self, nil
	temp := friendMessage(&qq.Text{Text: "psst"})
	temp.Chat, temp.Group, temp.Friend = qq.TempChat(alice), clubGroup, nil
	ref := qq.MessageRef{Chat: qq.GroupChat(club), Seq: 42, ID: 123456}
	friendRef := qq.MessageRef{Chat: qq.FriendChat(alice), Seq: 7, ID: 777}
	upload := qq.File{Media: qq.Media{Name: "a.pdf", Size: 12, URL: "http://h/f"}, FileID: "/f1"}
	ownTemp := *temp
	ownTemp.Self, ownTemp.Sender = true, self
	ownFriend := friendMessage(&qq.Text{Text: "mine"})
	ownFriend.Self, ownFriend.Sender = true, self
	return []eventCase{
		{"friend own", &qq.MessageReceived{Message: *ownFriend}},
		{"temp own", &qq.MessageReceived{Message: ownTemp}},
		{"group cards", group(
			&qq.Record{Media: qq.Media{Name: "a.silk", URL: "http://h/r", Size: 3}}, &qq.Video{Media: qq.Media{Name: "v.mp4", URL: "http://h/v"}},
			&qq.File{Media: qq.Media{Name: "a.pdf", Size: 12}, FileID: "/f1"}, &qq.Forward{ID: "res/1"}, &qq.Dice{Result: 4}, &qq.RPS{Result: 2},
			&qq.Shake{}, &qq.Poke{Kind: 126, ID: 2003, Name: "hit"}, &qq.Share{URL: "http://h", Title: "T", Image: "http://h/i"},
			&qq.Contact{User: alice}, &qq.Contact{Group: club}, &qq.Location{Latitude: 39.9, Longitude: -116.25, Title: "here"},
			&qq.Music{Platform: "163", ID: "7"}, &qq.Music{URL: "http://h/m", Title: "song"}, &qq.LightApp{Payload: `{"app":"a,[b]"}`},
			&qq.XML{Payload: "<a>&amp;</a>"}, &qq.MarketFace{Package: 5, ID: "e", Key: "k", Summary: "[S]", URL: "http://h/e"},
			&qq.Markdown{Content: "# hi"}, &qq.Keyboard{Rows: []qq.KeyboardRow{{Buttons: []qq.Button{{ID: "1", Label: "L", Permission: qq.PermitAll}}}}},
			&qq.FlashFile{Set: "s", Title: "T", Scene: 1}, &qq.RedPacket{Title: "R"}, &qq.Speech{Text: "say"},
		)},
		{"group text", group(&qq.Text{Text: "a & [b], \u2028<c>"})},
		{"group all segments", group(
			&qq.Reply{MessageRef: qq.MessageRef{ID: 99}}, &qq.Mention{User: self, Name: "Bot"}, &qq.MentionAll{}, &qq.Text{Text: " x"},
			&qq.Face{ID: "14"}, &qq.Face{ID: "300"}, &qq.Face{ID: "5", Large: true},
			&qq.Image{Media: qq.Media{Name: "a,b.png", URL: "http://h/p?x=1&y=2", Size: 12}}, &qq.Image{Media: qq.Media{ID: "id7"}, Sticker: true},
			&qq.Raw{Kind: "no-name", Data: []byte("{\n \"a\" :\t[1,\n2], \"b]\":\"\\n\"\n}")},
			&qq.Raw{Kind: "future", Data: []byte(`{"a":"x,y","b":[1,{"c":null}],"d":null}`)}, &qq.Raw{Kind: "odd", Data: []byte("broken")},
		)},
		{"group quote that is lost", group(&qq.Reply{}, &qq.Text{Text: "x"})},
		{"group own", &qq.MessageReceived{Message: *own}},
		{"friend", &qq.MessageReceived{Message: *friendMessage(&qq.Text{Text: "hello"})}},
		{"temp", &qq.MessageReceived{Message: *temp}},
		{"recall group", &qq.MessageRecalled{MessageRef: ref, Sender: bob, Operator: alice}},
		{"recall friend", &qq.MessageRecalled{MessageRef: friendRef, Sender: alice, Operator: alice}},
		{"friend request", &qq.FriendRequested{FriendRequest: qq.FriendRequest{Initiator: bob, InitiatorUID: "u_bob", Comment: "hi", Via: "search"}}},
		{"friend request filtered", &qq.FriendRequested{FriendRequest: qq.FriendRequest{Initiator: bob, InitiatorUID: "u_bob", Filtered: true}}},
		{"friend added", &qq.FriendAdded{Friend: aliceFriend}},
		{"friend deleted", &qq.FriendDeleted{User: alice}},
		{"join request", &qq.GroupRequested{GroupRequest: *requests()[1].Request}},
		{"invitation", &qq.GroupRequested{GroupRequest: *requests()[0].Request}},
		{"invited join request", &qq.GroupRequested{GroupRequest: *filteredRequests()[0].Request}},
		{"joined by approval", &qq.MemberIncreased{Group: club, User: bob, Operator: alice}},
		{"joined by invitation", &qq.MemberIncreased{Group: club, User: bob, Operator: alice, Inviter: self}},
		{"left", &qq.MemberDecreased{Group: club, User: bob}},
		{"kicked", &qq.MemberDecreased{Group: club, User: bob, Operator: alice}},
		{"kicked myself", &qq.MemberDecreased{Group: club, User: self, Operator: alice, Self: true}},
		{"left myself", &qq.MemberDecreased{Group: club, User: self, Self: true}},
		{"disbanded", &qq.GroupDisbanded{Group: club, Operator: alice}},
		{"admin set", &qq.AdminChanged{Group: club, User: bob, Operator: alice, On: true}},
		{"admin unset", &qq.AdminChanged{Group: club, User: bob, Operator: alice}},
		{"card", &qq.CardChanged{Group: club, User: bob, Old: "Bobby", New: "Bo"}},
		{"muted", &qq.MemberMuted{Group: club, User: bob, Operator: alice, Seconds: 600}},
		{"unmuted", &qq.MemberMuted{Group: club, User: bob, Operator: alice}},
		{"group muted", &qq.GroupMuted{Group: club, Operator: alice, On: true}},
		{"group unmuted", &qq.GroupMuted{Group: club, Operator: alice}},
		{"upload", &qq.FileUploaded{MessageRef: ref, User: bob, File: upload}},
		{"upload friend", &qq.FileUploaded{MessageRef: friendRef, User: alice, File: upload}},
		{"poke", &qq.Nudged{Chat: ref.Chat, Sender: bob, Receiver: self, Action: "pokes", Suffix: "'s head", Image: "http://h/p"}},
		{"poke friend", &qq.Nudged{Chat: friendRef.Chat, Sender: alice, Receiver: self}},
		{"poke recalled", &qq.NudgeRecalled{Chat: ref.Chat, Sender: bob, Receiver: self}},
		{"lucky king", &qq.LuckyKing{Group: club, Sender: alice, Winner: bob}},
		{"honor", &qq.HonorGained{Group: club, User: bob, Honor: qq.HonorTalkative}},
		{"title", &qq.TitleChanged{Group: club, User: bob, Old: "VIP", New: "MVP"}},
		{"profile like", &qq.ProfileLiked{User: alice, Nickname: "Alice", Times: 3}},
		{"typing", &qq.TypingChanged{User: alice, Kind: 1, Text: "is typing"}},
		{"renamed", &qq.GroupRenamed{Group: club, Operator: alice, Old: "Club", New: "The Club"}},
		{"gray tip", &qq.GrayTip{MessageRef: ref, User: bob, Business: "1061", Text: "tip", Raw: "{}"}},
		{"essence", &qq.EssenceChanged{MessageRef: ref, Sender: bob, Operator: alice, On: true}},
		{"essence gone", &qq.EssenceChanged{MessageRef: ref, Sender: bob, Operator: alice}},
		{"reaction", &qq.ReactionChanged{MessageRef: ref, User: alice, Sender: bob, Emoji: qq.EmojiOf("128077"), Count: 2, On: true}},
		{"device", &qq.DeviceChanged{Device: qq.Device{App: 5, Name: "PC", Kind: "windows"}, Online: true}},
		{"flash uploading", &qq.FlashProgressed{Set: flashSet, Step: qq.FlashUploading, Done: 3, Speed: 1, Remaining: 2}},
		{"flash uploaded", &qq.FlashProgressed{Set: flashSet, Step: qq.FlashUploaded}},
		{"flash downloading", &qq.FlashProgressed{Set: flashSet, Step: qq.FlashDownloading, Done: 3, Speed: 1, Remaining: 2}},
		{"flash downloaded", &qq.FlashProgressed{Set: flashSet, Step: qq.FlashDownloaded}},
		{"friend changed", &qq.FriendChanged{Friend: aliceFriend}},
		{"pinned", &qq.PinChanged{Chat: ref.Chat, On: true}},
		{"button", &qq.ButtonPressed{MessageRef: ref, User: bob}},
		{"profile changed", &qq.ProfileChanged{}},
		{"login", &qq.LoginProgressed{}},
		{"offline", &qq.StatusChanged{Reason: "kicked"}},
		{"online", &qq.StatusChanged{Online: true}},
		{"gap", &qq.EventsLost{After: 1700000000000007, Next: 1700000000000042, Reason: "no longer held"}},
		{"unknown", &qq.UnknownEvent{Kind: "Future"}},
	}
}

var flashSet = qq.FlashSet{ID: "s1", Title: "Set", Link: "https://qfile.qq.com/q/x", Files: []qq.FlashPart{{Name: "a", Size: 4}, {Name: "b", Size: 5}}}

func entry(e qq.Event) *qq.Entry {
	return &qq.Entry{SN: 100000000000007, Account: self, Time: noon + 5000, Event: e}
}

func TestEventsGolden(t *testing.T) {
	var b strings.Builder
	for _, c := range eventCases() {
		fmt.Fprintf(&b, "# %s\n", c.name)
		for _, format := range []MessageFormat{Array, String} {
			if _, message := c.event.(*qq.MessageReceived); format == String && !message {
				continue
			}
			text, ok := Encoder{Format: format}.Encode(nil, entry(c.event))
			if !ok {
				b.WriteString("(nothing)\n")
				continue
			}
			if !json.Valid(text) || strings.ContainsAny(string(text), "\r\n") {
				t.Errorf("%s: not JSON on one line: %s", c.name, text)
			}
			b.Write(append(text, '\n'))
		}
	}
	golden(t, "events.golden", b.String())
}

func TestEveryKindOfEventIsEncodedOrSilent(t *testing.T) {
	encoded := map[string]bool{}
	for _, c := range eventCases() {
		if _, ok := (Encoder{Format: Array}).Encode(nil, entry(c.event)); ok {
			encoded[qq.EventKind(c.event)] = true
		}
	}
	for _, e := range qq.EventKinds() {
		kind := qq.EventKind(e)
		if encoded[kind] == (silent[kind] != "") {
			t.Errorf("%s: encoded %v, silent because %q", kind, encoded[kind], silent[kind])
		}
	}
}

func TestNoEventHasAnEchoAndAllHaveAPostType(t *testing.T) {
	for _, c := range eventCases() {
		text, ok := Encoder{Format: Array}.Encode(nil, entry(c.event))
		if !ok {
			continue
		}
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(text, &keys); err != nil {
			t.Fatal(err)
		}
		if keys["echo"] != nil || keys["post_type"] == nil || keys["self_id"] == nil || keys["time"] == nil {
			t.Errorf("%s: %s", c.name, text)
		}
	}
}

func TestEncodeAppendsAndAddsTheNumber(t *testing.T) {
	e := entry(&qq.GroupMuted{Group: club, Operator: alice})
	text, ok := Encoder{Format: Array, SN: true}.Encode([]byte("head:"), e)
	if !ok || !strings.HasPrefix(string(text), `head:{"time"`) || !strings.HasSuffix(string(text), `,"_sn":100000000000007}`) {
		t.Fatalf("%v %s", ok, text)
	}
	text, ok = Encoder{Format: Array, SN: true}.Encode([]byte("head:"), entry(&qq.UnknownEvent{}))
	if ok || string(text) != "head:" {
		t.Fatalf("%v %s", ok, text)
	}
}

func TestEmptyMessagesAreReportedOnDebugOnly(t *testing.T) {
	e := entry(&qq.MessageReceived{Message: *groupMessage(&qq.Reply{})})
	if text, ok := (Encoder{Format: Array}).Encode(nil, e); ok {
		t.Errorf("reported: %s", text)
	}
	text, ok := Encoder{Format: Array, Debug: true}.Encode(nil, e)
	if !ok || !strings.Contains(string(text), `"message":[],"raw_message":"",`) {
		t.Errorf("%v %s", ok, text)
	}
}

func TestEncoderIsComparable(t *testing.T) {
	var a, b face.Encoder = Encoder{Format: Array}, Encoder{Format: Array}
	if !reflect.TypeOf(a).Comparable() || a != b || a == face.Encoder(Encoder{Format: String}) {
		t.Error("encoders do not compare as they should")
	}
}

func BenchmarkEncode(b *testing.B) {
	e := entry(&qq.MessageReceived{Message: *groupMessage(
		&qq.Reply{MessageRef: qq.MessageRef{ID: 99}}, &qq.Mention{User: self, Name: "Bot"}, &qq.Text{Text: " hello, what is the weather like today?"},
	)})
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		dst, _ = Encoder{Format: Array}.Encode(dst[:0], e)
	}
}
