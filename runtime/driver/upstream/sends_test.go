package upstream

import (
	"errors"
	"testing"
	"time"

	"llbot/protocols/qq"
)

var lostAnswer = &qq.Error{Kind: qq.ErrTimeout, Outcome: qq.Unknown}

func hello(text string) qq.SendMessage {
	return qq.SendMessage{Chat: qq.GroupChat(7), Segments: qq.NewText(text)}
}

func own(seq int64, text string) *qq.Message {
	return &qq.Message{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: seq}, Self: true, Segments: qq.NewText(text)}
}

func seqOf(s *sends, a *attempt) int64 {
	if sent, ok := s.resultOf(a).(*qq.Sent); ok {
		return sent.Seq
	}
	return 0
}

func TestALostSendIsKnownByItsEcho(t *testing.T) {
	s := newSends(time.Now)
	a := s.begin("n", hello("x"), false)
	s.end(a, nil, lostAnswer)
	s.echo(own(3, "y"))
	if seqOf(s, a) != 0 {
		t.Error("another text was taken for it")
	}
	s.echo(own(4, "x"))
	if seqOf(s, a) != 4 {
		t.Errorf("message %d", seqOf(s, a))
	}
}

// The echo may come before anybody knows that the answer is lost.
func TestAnEchoThatIsFaster(t *testing.T) {
	s := newSends(time.Now)
	a := s.begin("n", hello("x"), false)
	s.echo(own(4, "x"))
	s.end(a, nil, lostAnswer)
	if seqOf(s, a) != 4 {
		t.Errorf("message %d", seqOf(s, a))
	}
}

// Of two equal messages each belongs to one send.
func TestEqualSends(t *testing.T) {
	s := newSends(time.Now)
	lost, under := s.begin("1", hello("x"), false), s.begin("2", hello("x"), false)
	s.end(lost, nil, lostAnswer)
	s.echo(own(4, "x"))
	if seqOf(s, lost) != 0 {
		t.Error("an echo was given away while another send may own it")
	}
	s.end(under, &qq.Sent{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: 4}}, nil)
	if seqOf(s, lost) != 0 {
		t.Error("the other one's message was taken")
	}
	s.echo(own(5, "x"))
	if seqOf(s, lost) != 5 || seqOf(s, under) != 4 {
		t.Errorf("messages %d and %d", seqOf(s, lost), seqOf(s, under))
	}
	third := s.begin("3", hello("x"), false)
	s.end(third, nil, lostAnswer)
	s.echo(own(5, "x")) // told once more
	if seqOf(s, third) != 0 {
		t.Error("an old message was taken")
	}
}

func TestARefusedSendIsForgotten(t *testing.T) {
	s := newSends(time.Now)
	a := s.begin("n", hello("x"), false)
	s.end(a, nil, qq.Errorf(qq.ErrMuted, "no"))
	s.echo(own(4, "x"))
	if s.known("n") != nil || seqOf(s, a) != 0 {
		t.Error("it is remembered")
	}
}

func TestContentIsTheSameBothWays(t *testing.T) {
	out := qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Seq: 3}}, &qq.Text{Text: "a"}, &qq.Text{Text: "b"}, &qq.Mention{User: 5}, &qq.Image{Media: qq.Media{URI: "base64://x"}}}
	in := qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Seq: 3}, Sender: 9}, &qq.Text{Text: "ab"}, &qq.Mention{User: 5, Name: "E"}, &qq.Image{Media: qq.Media{ID: "r", URL: "u"}}}
	if contentOf(out) != contentOf(in) {
		t.Errorf("%q and %q", contentOf(out), contentOf(in))
	}
	for _, other := range []qq.Segments{in[1:], {&qq.Text{Text: "ab"}}, append(in.Clone(), &qq.Face{ID: "1"}), nil} {
		if contentOf(other) == contentOf(in) {
			t.Errorf("%q is the same", contentOf(other))
		}
	}
}

func TestNobodyKnowsOfAnEarlierLife(t *testing.T) {
	d := New(nowhere{}, NewTable(), Options{})
	_, applied, err := d.Recall(t.Context(), "of before")
	if e := qq.AsError(err); applied || !errors.Is(e, qq.ErrConflict) || e.Outcome != qq.Unknown {
		t.Errorf("%v, %v", applied, err)
	}
}

// notebook keeps notes in memory.
type notebook map[string]string

func (n notebook) Get(_ qq.UserID, key string) (string, bool) { text, ok := n[key]; return text, ok }
func (n notebook) Put(_ qq.UserID, key, text string)          { n[key] = text }

// TestAttemptsOutliveTheProcess: what was under way at a crash is known by its
// echo afterwards; the messages of sends that were answered, or of later ones,
// are not taken for it, nor is one that was refused waited for.
func TestAttemptsOutliveTheProcess(t *testing.T) {
	notes := notebook{}
	life := func() *sends {
		s := newSends(time.Now)
		s.restore(notes, 10001)
		return s
	}
	s := life()
	for i := range keepAttempts + 5 { // places are used again
		a := s.begin("", hello("noise"), true)
		s.end(a, &qq.Sent{MessageRef: own(int64(1000+i), "").MessageRef}, nil)
	}
	answered := s.begin("answered", hello("x"), true)
	s.end(answered, &qq.Sent{MessageRef: own(3, "x").MessageRef, Time: 77}, nil)
	s.end(s.begin("refused", hello("x"), true), nil, qq.Errorf(qq.ErrMuted, "no"))
	s.begin("crash", hello("x"), true)
	s.begin("keyed", hello("x"), false)
	if len(notes) != keepAttempts {
		t.Errorf("%d notes", len(notes))
	}

	s = life()
	if s.known("refused") != nil || s.known("keyed") != nil {
		t.Error("what was refused, or not written down, is known")
	}
	a := s.known("crash")
	if a == nil || s.resultOf(a) != nil {
		t.Fatalf("%+v", a)
	}
	late := own(9, "x")
	late.Time = qq.TimeOf(time.Now().Add(time.Hour))
	s.echo(late)
	s.echo(own(3, "x"))
	if seq := seqOf(s, a); seq != 0 {
		t.Errorf("message %d is another one's", seq)
	}
	s.echo(own(4, "x"))
	if seqOf(s, a) != 4 || seqOf(s, s.known("answered")) != 3 {
		t.Errorf("messages %d and %d", seqOf(s, a), seqOf(s, s.known("answered")))
	}
	s = life()
	if sent, ok := s.resultOf(s.known("answered")).(*qq.Sent); !ok || sent.Time != 77 || sent.Chat != qq.GroupChat(7) || seqOf(s, s.known("crash")) != 4 {
		t.Errorf("%+v, %d", sent, seqOf(s, s.known("crash")))
	}
	for place := range notes {
		notes[place] = "nonsense 1 2 3 4 5 6 7 8"
	}
	if s = life(); len(s.nonces)+len(s.open) > 0 {
		t.Error("nonsense is read")
	}
}
