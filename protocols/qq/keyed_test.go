package qq

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCheckKey(t *testing.T) {
	for key, wrong := range map[string]string{
		"k": "", "order 7/é😀": "", strings.Repeat("x", MaxKey): "",
		"": "bytes", strings.Repeat("x", MaxKey+1): "bytes", strings.Repeat("é", 128): "bytes",
		"a\x00b": "control", "line\n": "control", "\x7f": "control", "\u0085": "control",
	} {
		reason := CheckKey(key)
		if (reason == "") != (wrong == "") || !strings.Contains(reason, wrong) {
			t.Errorf("%.20q: %q, want %q", key, reason, wrong)
		}
	}
}

// notedCalls writes down what it is asked.
type notedCalls struct{ ops []Operation }

func (*notedCalls) Account() UserID { return 10001 }

func (n *notedCalls) Do(_ context.Context, op Operation) (any, error) {
	n.ops = append(n.ops, op)
	return &Sent{}, nil
}

func inChat(text string) SendMessage {
	return SendMessage{Chat: GroupChat(7), Segments: NewText(text)}
}

func TestUnderKeyNumbersTheOperations(t *testing.T) {
	below := &notedCalls{}
	c := UnderKey(below, "k")
	one, other := inChat("1"), RecallMessage{Ref: MessageRef{ID: 4}}
	own := Keyed{Key: "its own", Op: one}
	for _, op := range []Operation{one, GetLogin{}, own, other} {
		if _, err := c.Do(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
	want := []Operation{Keyed{Key: "k", Op: one}, GetLogin{}, own, Keyed{Key: "k", Part: 1, Op: other}}
	if d := cmp.Diff(want, below.ops); d != "" {
		t.Error(d)
	}
	if c.Account() != 10001 {
		t.Error("another account")
	}
}

func TestTogetherTellsListsApart(t *testing.T) {
	plan := func(texts ...string) [32]byte {
		var ops []SendMessage
		for _, text := range texts {
			ops = append(ops, inChat(text))
		}
		below := &notedCalls{}
		c, err := Together(UnderKey(below, "k"), ops)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Do(t.Context(), c, ops[0]); err != nil {
			t.Fatal(err)
		}
		return below.ops[0].(Keyed).Plan
	}
	if plan("a") != [32]byte{} {
		t.Error("a request of one operation has a plan")
	}
	if first, again := plan("a", "b"), plan("a", "b"); first != again {
		t.Error("the same request has two plans")
	}
	seen := map[[32]byte]string{}
	for _, texts := range [][]string{{"a"}, {"a", "b"}, {"a", "c"}, {"a", "b", "c"}, {"a", "bc"}} {
		p := plan(texts...)
		if other, known := seen[p]; known {
			t.Errorf("%v and %s have the same plan", texts, other)
		}
		seen[p] = strings.Join(texts, " ")
	}
	below := &notedCalls{}
	if c, err := Together(below, []SendMessage{inChat("a"), inChat("b")}); c != Caller(below) || err != nil {
		t.Error("a caller without a key was changed")
	}
}

func fingerprint(t testing.TB, k Keyed) [32]byte {
	t.Helper()
	f, err := k.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func quoting(ref MessageRef) SendMessage {
	return SendMessage{Chat: GroupChat(7), Segments: Segments{&Reply{MessageRef: ref}, &Text{Text: "x"}}}
}

func TestFingerprintTellsOperationsApart(t *testing.T) {
	ref := MessageRef{Chat: GroupChat(7), Seq: 5}
	stamped := ref
	stamped.ID = 99
	if fingerprint(t, Keyed{Op: quoting(ref)}) != fingerprint(t, Keyed{Op: quoting(stamped)}) {
		t.Error("the 32-bit id of a resolved quote makes a difference")
	}
	quoted := quoting(stamped)
	fingerprint(t, Keyed{Op: quoted})
	if quoted.Segments[0].(*Reply).ID != 99 {
		t.Error("the operation was changed")
	}
	seen := map[[32]byte]int{}
	for i, k := range []Keyed{
		{Op: inChat("x")}, {Op: inChat("y")}, {Op: SendMessage{Chat: FriendChat(7), Segments: NewText("x")}},
		{Op: SendMessage{Chat: GroupChat(7), Via: 1, Segments: NewText("x")}}, {Op: quoting(ref)},
		{Op: quoting(MessageRef{ID: 1})}, {Op: quoting(MessageRef{ID: 2})},
		{Op: inChat("x"), Part: 1}, {Op: inChat("x"), Plan: [32]byte{1}},
		{Op: SendMessage{Chat: GroupChat(7), Segments: Segments{&Image{Media: Media{URI: "http://a"}}}}},
		{Op: SendMessage{Chat: GroupChat(7), Segments: Segments{&Image{Media: Media{URI: "http://b"}}}}},
		{Op: SetAdmin{Group: 1, Member: 2}}, {Op: KickMember{Group: 1, Member: 2}}, {Op: KickMember{Group: 1, Member: 2, Block: true}},
	} {
		f := fingerprint(t, k)
		if other, known := seen[f]; known {
			t.Errorf("%d and %d have the same fingerprint", i, other)
		}
		seen[f] = i
		if fingerprint(t, Keyed{Key: "another", Part: k.Part, Plan: k.Plan, Op: k.Op}) != f {
			t.Errorf("%d: the key makes a difference", i)
		}
	}
	_, err := Keyed{Op: SendMessage{Segments: Segments{&Raw{Kind: "x", Data: []byte("{")}}}}.Fingerprint()
	if !errors.Is(err, ErrInvalid) {
		t.Errorf("what cannot be written down: %v", err)
	}
}

// No client can make up the name of another one's later part.
func TestNamesOfPartsAreNoKeys(t *testing.T) {
	if (Keyed{Key: "k"}).Name() != "k" {
		t.Error("the first part is not held under the key itself")
	}
	seen := map[string]bool{"k": true}
	for part := 1; part < 20; part++ {
		name := Keyed{Key: "k", Part: part}.Name()
		if seen[name] || CheckKey(name) == "" {
			t.Errorf("part %d has the name %q", part, name)
		}
		seen[name] = true
	}
}

// TestEveryResultIsStored: what is no read answers something that has a stored
// form and comes back equal.
func TestEveryResultIsStored(t *testing.T) {
	for _, op := range Catalogue() {
		if op.Class() == ClassRead {
			continue
		}
		answers, ok := reflect.TypeOf(op).MethodByName("Answers")
		if !ok {
			t.Fatalf("%s has no result", OpName(op))
		}
		result := answers.Type.In(1)
		rapid.Check(t, func(t *rapid.T) {
			v := reflect.New(result).Elem()
			if result.Kind() == reflect.Pointer {
				v.Set(reflect.New(result.Elem()))
				fill(t, v.Elem(), 2)
			}
			text, err := EncodeResult(v.Interface())
			if err != nil {
				t.Fatalf("%s: %v", OpName(op), err)
			}
			back, err := DecodeResult(text)
			if err != nil || !cmp.Equal(v.Interface(), back) {
				t.Fatalf("%s: %+v became %+v, %v", OpName(op), v.Interface(), back, err)
			}
		})
	}
}

func TestResultsThatCannotBeRead(t *testing.T) {
	if _, err := EncodeResult(Login{}); err == nil {
		t.Error("a login was written")
	}
	for _, text := range []string{``, `{`, `{"v":2,"kind":"None"}`, `{"v":1,"kind":"Later","data":{}}`, `{"v":1,"kind":"Sent","data":7}`} {
		if v, err := DecodeResult([]byte(text)); err == nil {
			t.Errorf("%s: %+v", text, v)
		}
	}
	const stored = `{"v":1,"kind":"Sent","data":{"scene":2,"peer":7,"seq":5,"id":9,"time":11}}`
	want := &Sent{MessageRef: MessageRef{Chat: GroupChat(7), Seq: 5, ID: 9}, Time: 11}
	if v, err := DecodeResult([]byte(stored)); err != nil || !cmp.Equal(any(want), v) {
		t.Errorf("the form of version 1 reads as %+v, %v", v, err)
	}
	if text, err := EncodeResult(want); err != nil || string(text) != stored {
		t.Errorf("written %s, %v", text, err)
	}
}
