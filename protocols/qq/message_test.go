package qq

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEachRefVisitsEverything(t *testing.T) {
	inner := &Reply{MessageRef: MessageRef{Seq: 3}}
	outer := &Reply{MessageRef: MessageRef{Seq: 2}, Quoted: Segments{&Text{"x"}, inner}}
	m := Message{MessageRef: MessageRef{Seq: 1}, Segments: Segments{outer}}
	for _, r := range []Referrer{&m, &MessageReceived{m}, &History{Messages: []*Message{&m}}} {
		var seqs []int64
		r.EachRef(func(ref *MessageRef) {
			seqs = append(seqs, ref.Seq)
			ref.ID = MessageID(ref.Seq)
		})
		if !slices.Equal(seqs, []int64{1, 2, 3}) {
			t.Errorf("%T: %v", r, seqs)
		}
	}
	if outer.ID != 2 || inner.ID != 3 {
		t.Error("ids cannot be stamped")
	}
	for _, r := range []Referrer{&Sent{MessageRef: MessageRef{Seq: 4}}, &MessageRecalled{MessageRef: MessageRef{Seq: 4}}} {
		r.EachRef(func(ref *MessageRef) {
			if ref.Seq != 4 {
				t.Errorf("%T: %v", r, ref)
			}
		})
	}
}

func TestEachMediaStopsAtAnError(t *testing.T) {
	s := Segments{&Text{"x"}, &Image{Media: Media{URI: "a"}}, &Image{Media: Media{URI: "b"}}, &Reply{Quoted: Segments{&Image{}}}}
	var seen []string
	err := SendMessage{Segments: s}.EachMedia(func(m *Media) error {
		seen = append(seen, m.URI)
		m.ID = "r"
		if m.URI == "b" {
			return io.EOF
		}
		return nil
	})
	if !errors.Is(err, io.EOF) || !slices.Equal(seen, []string{"a", "b"}) || s[1].(*Image).ID != "r" {
		t.Errorf("%v %v", seen, err)
	}
}

// TestCloneCanBeStamped: what ids and ingest write into a copy must not reach
// the original.
func TestCloneCanBeStamped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genSegments(t, 3)
		before := genCopy(s)
		c := s.Clone()
		if diff := cmp.Diff(s, c); diff != "" {
			t.Fatal(diff)
		}
		c.EachRef(func(r *MessageRef) { r.ID++ })
		if err := c.EachMedia(func(m *Media) error { m.URI += "!"; return nil }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, s); diff != "" {
			t.Fatalf("the original changed\n%s", diff)
		}
	})
	if Segments(nil).Clone() != nil {
		t.Error("the copy of nothing is nothing")
	}
}

// genCopy copies content all the way down.
func genCopy(s Segments) Segments {
	if s == nil {
		return nil
	}
	out := make(Segments, len(s))
	for i, seg := range s {
		v := reflect.New(reflect.TypeOf(seg).Elem())
		v.Elem().Set(reflect.ValueOf(seg).Elem())
		out[i] = v.Interface().(Segment)
		if r, ok := out[i].(*Reply); ok {
			r.Quoted = genCopy(r.Quoted)
		}
	}
	return out
}

func TestPlainText(t *testing.T) {
	s := Segments{&Text{"a"}, &Mention{User: 1, Name: "n"}, &Text{"b"}, &Reply{Quoted: NewText("q")}}
	if s.PlainText() != "ab" || Segments(nil).PlainText() != "" {
		t.Errorf("%q", s.PlainText())
	}
}

func TestNames(t *testing.T) {
	for _, s := range []Scene{SceneFriend, SceneGroup, SceneTemp} {
		if got, ok := ParseScene(s.String()); !ok || got != s {
			t.Errorf("%v reads as %v", s, got)
		}
	}
	if _, ok := ParseScene(SceneNone.String()); ok {
		t.Error("none is no scene")
	}
	for want, got := range map[string]string{
		"male": SexMale.String(), "female": SexFemale.String(), "unknown": Sex(9).String(),
		"owner": RoleOwner.String(), "admin": RoleAdmin.String(), "member": RoleMember.String(),
		"pending": RequestPending.String(), "accepted": RequestAccepted.String(), "rejected": RequestRejected.String(), "ignored": RequestIgnored.String(),
		"message 5":     MessageRef{ID: 5}.String(),
		"group 7 seq 3": MessageRef{Chat: GroupChat(7), Seq: 3, ID: 5}.String(),
		"temp 7 seq 3":  MessageRef{Chat: TempChat(7), Seq: 3}.String(),
		"4294967295":    UserID(MaxUin).String(),
		"-1":            GroupID(-1).String(),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	m := &Member{Nickname: "n"}
	if m.Name() != "n" {
		t.Error(m.Name())
	}
	if m.Card = "c"; m.Name() != "c" {
		t.Error(m.Name())
	}
	if s := StubMember(1, 2, "x"); s.Group != 1 || s.User != 2 || s.Name() != "x" || s.Role != RoleMember {
		t.Errorf("%+v", s)
	}
}

func TestIDsAndTimes(t *testing.T) {
	for u, want := range map[UserID]bool{MinUin - 1: false, MinUin: true, MaxUin: true, MaxUin + 1: false, 0: false, -1: false} {
		if u.Valid() != want {
			t.Errorf("%d valid: %t", u, !want)
		}
	}
	if TimeOf(time.Time{}) != 0 {
		t.Error("the zero time is 0")
	}
	at := time.Date(2024, 2, 29, 1, 2, 3, 4e6, time.FixedZone("x", 3600))
	if got := TimeOf(at); !got.Std().Equal(at) || got.Unix() != at.Unix() {
		t.Errorf("%v became %v", at, got.Std())
	}
	if c := GroupChat(5); c.Group() != 5 || FriendChat(6).User() != 6 || (MessageRef{Chat: c}).Resolved() {
		t.Error("chats")
	}
}

func TestFromSelf(t *testing.T) {
	if !FromSelf(&MessageReceived{Message{Self: true}}) || FromSelf(&MessageReceived{}) || FromSelf(&MemberIncreased{Self: true}) {
		t.Error("only own messages are from the account itself")
	}
}
