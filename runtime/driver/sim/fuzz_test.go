package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"llbot/protocols/qq"
)

func sampleRecords() []record {
	list := []record{}
	for i, c := range append(seed(),
		&said{Chat: groupKey(home), Seq: 1, Sender: alice, Segments: qq.NewText("a \"b\" \\ \n\x01 世界 <&>")},
		&said{Chat: pairKey(bob, carol), Seq: 2, Sender: bob, Temp: true, Via: home, Segments: qq.NewText("")},
		&said{Chat: groupKey(home), Seq: 3, Sender: alice, Segments: qq.Segments{&qq.Mention{User: bob, Name: "B"}, &qq.MentionAll{}}},
		&said{Chat: groupKey(home), Seq: 4, Sender: bob, Segments: qq.Segments{&qq.Forward{ID: "f", Title: "t", Preview: []string{"a: b"}}},
			Forwards: []*forwardSet{{Card: qq.Forward{ID: "f", Title: "t", Preview: []string{"a: b"}}, Depth: 1, Size: 1,
				Nodes: []*qq.ForwardNode{{Sender: bob, Name: "a", Time: 5, Segments: qq.Segments{&qq.Text{Text: "b"}, &qq.Image{Media: qq.Media{ID: "pic"}}}}}}}},
		&reacted{Group: home, Seq: 3, User: bob, Emoji: qq.EmojiOf("76"), On: true},
		&markedRead{User: bob, Chat: groupKey(home), Seq: 3},
		&markedAllRead{User: alice},
		&pressed{Chat: groupKey(home), Seq: 3, User: bob, Button: "1", Data: "d"},
		&textKnown{ID: "pic", Text: "words"},
		&stickerSaved{User: bob, ID: "pic", Words: "cat"},
		&said{Chat: groupKey(home), Seq: 4, Sender: bob, Upload: true, Segments: qq.Segments{&qq.File{Media: qq.Media{ID: "doc", Name: "a"}, FileID: "/x", Folder: "/"}}},
		&recalled{Chat: groupKey(home), Seq: 1, Operator: alice},
		&cardSet{Group: home, User: bob, Operator: alice, Card: "a card 世界 <&>"},
		&cardSet{Group: home, User: bob, Operator: bob, Card: "\"b\" \\ \n\x01\u2028"},
		&cardSet{Group: home, User: bob},
		&groupAsked{Kind: qq.JoinRequest, Group: home, Initiator: bob, Invited: bob, Comment: "x"},
	) {
		list = append(list, record{number: uint64(i + 1), time: qq.Time(i), change: c})
	}
	list[len(list)-1].nonce = "10001:\"k\"\x00"
	list[len(list)-2].nonce, list[len(list)-2].real = "10001:k", 1<<40
	return list
}

func encodeAll(t testing.TB, list []record) []byte {
	t.Helper()
	var text []byte
	for _, r := range list {
		var err error
		if text, err = appendRecord(text, r); err != nil {
			t.Fatal(err)
		}
	}
	return text
}

func TestRecordsSurviveTheirEncoding(t *testing.T) {
	want := sampleRecords()
	var got []record
	text := encodeAll(t, want)
	good, err := readRecords(bytes.NewReader(text), everything, func(r record) error { got = append(got, r); return nil })
	if err != nil || good != int64(len(text)) {
		t.Fatalf("read %d of %d bytes: %v", good, len(text), err)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(record{}, chatKey{}), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// TestFastEncodingIsTheSlowOne holds the hand-written way of spoken text
// against the library's.
func TestFastEncodingIsTheSlowOne(t *testing.T) {
	for _, r := range sampleRecords() {
		fast, err := appendChange(nil, r.change)
		if err != nil {
			t.Fatal(err)
		}
		slow, err := json.Marshal(r.change)
		if err != nil {
			t.Fatal(err)
		}
		var a, b any
		if err := errors.Join(json.Unmarshal(fast, &a), json.Unmarshal(slow, &b)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(b, a); d != "" {
			t.Errorf("%s\n%s", r.change.kind(), d)
		}
	}
}

func TestEveryChangeHasItsOwnKind(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range changes() {
		if seen[c.kind()] {
			t.Errorf("%q twice", c.kind())
		}
		seen[c.kind()] = true
		if got := newChange(c.kind()); got == nil || got.kind() != c.kind() {
			t.Errorf("%q is made as %T", c.kind(), got)
		}
	}
}

func TestRecordsOfTheFuture(t *testing.T) {
	for _, text := range []string{
		`{"n":1,"t":1,"v":2,"k":"said","d":{}}`,
		`{"n":1,"t":1,"v":1,"k":"teleported","d":{}}`,
	} {
		if _, err := decodeRecord([]byte(text)); err == nil || errors.Is(err, errDamaged) {
			t.Errorf("%s: %v; it must neither be read nor cut off", text, err)
		}
	}
}

// TestEveryCutIsFound cuts a journal at each byte and flips each bit of a line.
func TestEveryCutIsFound(t *testing.T) {
	list := sampleRecords()
	text := encodeAll(t, list)
	for n := range text {
		count := 0
		good, err := readRecords(bytes.NewReader(text[:n]), everything, func(record) error { count++; return nil })
		whole := bytes.Count(text[:n], []byte{'\n'})
		if count != whole || good != int64(bytes.LastIndexByte(text[:n], '\n')+1) {
			t.Fatalf("cut at %d: %d records of %d, %d bytes", n, count, whole, good)
		}
		if torn := good != int64(n); errors.Is(err, errDamaged) != torn {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	one := encodeAll(t, list[:1])
	for bit := range len(one) * 8 {
		bad := bytes.Clone(one)
		bad[bit/8] ^= 1 << (bit % 8)
		upper := bytes.EqualFold(bad, one) // a hex digit's case is no damage
		_, err := readRecords(bytes.NewReader(bad), everything, func(record) error { return nil })
		if err == nil && !upper {
			t.Errorf("bit %d flipped unseen", bit)
		}
	}
}

func FuzzReadRecords(f *testing.F) {
	text := encodeAll(f, sampleRecords())
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Add([]byte("\n\n"))
	f.Add([]byte("00000000 \n"))
	f.Add(sealLine([]byte(`00000000 {"n":1,"t":0,"v":1,"k":"left","d":{"group":5}}`), 0))
	f.Add(sealLine([]byte(`00000000 {"n":9,"t":0,"v":1,"k":"said","d":null}`), 0))
	f.Fuzz(func(t *testing.T, text []byte) {
		st := newState()
		last := uint64(0)
		good, err := readRecords(bytes.NewReader(text), everything, func(r record) error {
			if r.number <= last {
				t.Fatalf("record %d after %d", r.number, last)
			}
			last = r.number
			return fold(st, r, follow)
		})
		if good < 0 || good > int64(len(text)) {
			t.Fatalf("%d good bytes of %d", good, len(text))
		}
		if err == nil && good != int64(len(text)) {
			t.Fatalf("stopped at %d of %d without an error", good, len(text))
		}
	})
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\n\r\t\x00\x1f\x7f", "世界🙂", "\u2028<script>&"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			s = clean(s)
		}
		var back string
		if err := json.Unmarshal(appendString(nil, s), &back); err != nil || back != s {
			t.Fatalf("%q came back as %q: %v", s, back, err)
		}
	})
}

func FuzzChatKey(f *testing.F) {
	f.Add("g123456")
	f.Add("p10001-10002")
	f.Add("p-1--2")
	f.Fuzz(func(t *testing.T, text string) {
		var k, again chatKey
		if k.UnmarshalText([]byte(text)) != nil {
			return
		}
		written, err := k.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalText(written); err != nil || again != k {
			t.Fatalf("%q is %+v, written %q, read %+v: %v", text, k, written, again, err)
		}
	})
}

func FuzzDecodeSnapshot(f *testing.F) {
	st := newState()
	for _, r := range sampleRecords() {
		apply(st, r, nobody())
	}
	text, err := encodeSnapshot(st)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(sealLine([]byte(`00000000 {"Version":1,"State":null}`), 0))
	f.Add(sealLine([]byte(`00000000 {"Version":2}`), 0))
	f.Fuzz(func(t *testing.T, text []byte) {
		if st, err := decodeSnapshot(text); err == nil && st == nil {
			t.Fatal("neither a state nor an error")
		}
	})
}

func TestLongLine(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	r := record{number: math.MaxInt64, change: &said{Chat: groupKey(home), Seq: 1, Sender: alice, Segments: qq.NewText(long)}}
	text := encodeAll(t, []record{r})
	found := false
	_, err := readRecords(bytes.NewReader(text), everything, func(r record) error {
		found = r.change.(*said).Segments.PlainText() == long
		return nil
	})
	if err != nil || !found {
		t.Errorf("a line of %d bytes: %v", len(text), err)
	}
}
