package satori

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"llbot/protocols/qq"
)

// reader is the client of our own server.
func reader() *Client {
	return &Client{Account: self, Dialect: DialectOf(defaultAdapter, defaultPlatform), Names: PlainNames{}}
}

// throughEvent is an event as it comes back from the wire.
func throughEvent(t testing.TB, i int, e qq.Event) (Heard, bool) {
	t.Helper()
	body, told := Encoder{Platform: defaultPlatform, Adapter: defaultAdapter, Internal: true, OwnUploads: true, Bare: true}.Encode(nil, entry(i, e))
	if !told {
		return Heard{}, false
	}
	h, err := reader().ReadEvent(body)
	if err != nil {
		t.Fatalf("%T: %v\n%s", e, err, body)
	}
	return h, true
}

var alike = cmp.Options{cmpopts.EquateEmpty()}

// TestEventsComeThrough: all of them, but for the written list.
func TestEventsComeThrough(t *testing.T) {
	for i, e := range append(append([]qq.Event{}, happenings...), moreHappenings...) {
		want := lessEvent(self, e)
		got, told := throughEvent(t, i, e)
		if told != (want != nil) {
			t.Fatalf("%T: told %v", e, told)
		}
		if !told {
			continue
		}
		if diff := cmp.Diff(timed(want, entry(i, e).Time), got.Event, alike); diff != "" {
			t.Errorf("%T (-want +got)\n%s", e, diff)
		}
		if en := entry(i, e); got.SN != uint64(en.SN) || got.Time != en.Time || got.Account != self {
			t.Errorf("%T: %+v", e, got)
		}
	}
}

// timed gives what has no time that of the event.
func timed(e qq.Event, at qq.Time) qq.Event {
	switch e := e.(type) {
	case *qq.MessageReceived:
		if e.Time == 0 {
			e.Time = at
		}
	case *qq.FriendRequested:
		if e.Time == 0 {
			e.Time = at
		}
	case *qq.GroupRequested:
		if e.Time == 0 {
			e.Time = at
		}
	}
	return e
}

// TestLossesAreOfKnownKinds: the list names what exists.
func TestLossesAreOfKnownKinds(t *testing.T) {
	known := map[string]bool{"User": true, "Friend": true, "Group": true, "Member": true, "Login": true, "Message": true, "UnknownEvent": true}
	for _, e := range qq.EventKinds() {
		known[reflect.TypeOf(e).Elem().Name()] = true
	}
	for _, s := range qq.SegmentKinds() {
		known[reflect.TypeOf(s).Elem().Name()] = true
	}
	seen := map[string]bool{}
	for _, l := range Losses() {
		if !known[l.Of] || seen[l.Of] || l.What == "" {
			t.Errorf("%q is no kind, or stands twice", l.Of)
		}
		seen[l.Of] = true
	}
}

// TestListedEventsLoseSomething: whatever event does not come through whole
// stands in the list. What people and messages lose is listed with them.
func TestListedEventsLoseSomething(t *testing.T) {
	listed := map[string]bool{"MessageReceived": true}
	for _, l := range Losses() {
		listed[l.Of] = true
	}
	apart := cmp.Options{alike, cmpopts.IgnoreTypes(&qq.Member{}, &qq.Friend{})}
	for _, e := range append(append([]qq.Event{}, happenings...), moreHappenings...) {
		name := reflect.TypeOf(e).Elem().Name()
		if diff := cmp.Diff(e, lessEvent(self, e), apart); diff != "" && !listed[name] {
			t.Errorf("%s loses something that is not listed:\n%s", name, diff)
		}
	}
}

// TestOthersAndNonsense: events of other logins, of unknown kinds and of no kind.
func TestOthersAndNonsense(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`{"sn":3,"type":"message-created","timestamp":1,"login":{"user":{"id":"10009"}}}`, "none"},
		{`{"sn":3,"type":"guild-role-created","self_id":"10002"}`, "satori:guild-role-created"},
		{`{"id":3,"type":"internal","_type":"onebot/notice","_data":[1],"self_id":"10002"}`, "satori:onebot/notice"},
		{`{"sn":3,"type":"internal","_type":"llbot/group_mute","_data":[1],"self_id":"10002"}`, "satori:llbot/group_mute"},
		{`{"sn":3,"type":"message-created","self_id":"10002","message":{"id":"x"}}`, "satori:message-created"},
		{`{"sn":3,"type":"message-created","self_id":"10002","message":{"id":"1|10001|4"},"channel":{"id":"#general","type":0},"user":{"id":"x"}}`, "satori:message-created"},
		{`{"sn":3,"type":"message-created","message":7}`, "satori:message-created"},
		{`{"sn":3,"type":"guild-member-updated","self_id":"10002","guild":{"id":"5"},"user":{"id":"10001"},"member":{"nick":"a","roles":["admin"]}}`, "satori:guild-member-updated"},
		{`{"sn":3,"type":"guild-updated","self_id":"10002","channel":{"id":"5","type":0}}`, "satori:guild-updated"},
		{`{"type":`, "error"},
		{`[]`, "error"},
		{`{"sn":"x","type":5}`, "error"},
	} {
		h, err := reader().ReadEvent([]byte(c.body))
		got := "none"
		if u, ok := h.Event.(*qq.UnknownEvent); ok {
			if got = u.Kind; string(u.Data) != c.body || h.SN != 3 {
				t.Errorf("%s: kept %s, sn %d", c.body, u.Data, h.SN)
			}
		} else if h.Event != nil {
			got = reflect.TypeOf(h.Event).String()
		}
		if err != nil {
			got = "error"
		}
		if got != c.want {
			t.Errorf("%s: %s, not %s (%v)", c.body, got, c.want, err)
		}
	}
}

// TestOneThingInAMember: without native data one thing alone tells what changed.
func TestOneThingInAMember(t *testing.T) {
	for _, c := range []struct {
		member string
		want   qq.Event
	}{
		{`{"roles":["admin"]}`, &qq.AdminChanged{Group: 5, User: 10001, On: true}},
		{`{"roles":[{"id":"0"}]}`, &qq.AdminChanged{Group: 5, User: 10001}},
		{`{"nick":"card"}`, &qq.CardChanged{Group: 5, User: 10001, New: "card"}},
	} {
		h, err := reader().ReadEvent([]byte(`{"sn":3,"type":"guild-member-updated","self_id":"10002","guild":{"id":"5"},"user":{"id":"10001"},"member":` + c.member + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, h.Event); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.member, diff)
		}
	}
}
