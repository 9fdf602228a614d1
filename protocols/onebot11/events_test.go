package onebot11

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// silent lists the events that OneBot has nothing for.
var silent = map[string]string{"FriendDeleted": "OneBot has no notice of a lost friend"}

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
	return []eventCase{
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
		{"offline", &qq.StatusChanged{Reason: "kicked"}},
		{"online", &qq.StatusChanged{Online: true}},
		{"gap", &qq.EventsLost{After: 1700000000000007, Next: 1700000000000042, Reason: "no longer held"}},
		{"unknown", &qq.UnknownEvent{Kind: "Future"}},
	}
}

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
		if encoded[kind] == (silent[kind] != "" || slices.Contains(notBuiltEvents, kind)) {
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
