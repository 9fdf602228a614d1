package upstream

import (
	"math/rand/v2"
	"testing"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

func said(chat qq.Chat, seq int64) *qq.MessageReceived {
	return &qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: chat, Seq: seq}, Time: qq.Time(seq * 1000)}}
}

// However messages are told again, each is new once.
func TestTrailTakesEachMessageOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, seen, high := newTrail(), map[int64]bool{}, int64(0)
		for range rapid.IntRange(1, 5000).Draw(t, "steps") {
			seq := high + 1
			if high > 0 && rapid.IntRange(0, 3).Draw(t, "again") == 0 {
				seq = rapid.Int64Range(1, high).Draw(t, "seq")
			}
			if repeated := tr.repeated(0, said(qq.GroupChat(7), seq)); repeated != seen[seq] {
				t.Fatalf("seq %d of %d: repeated %v, seen %v", seq, high, repeated, seen[seq])
			}
			seen[seq], high = true, max(high, seq)
		}
	})
}

// Ids in no order, which stand for seqs where an upstream tells none, cost no
// message, however many there were; those told again soon are repeats.
func TestIDsInNoOrderLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, last := newTrail(), []int64{}
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for n := range 4 * trailLength {
			id := 1 + order.Int64N(1<<52)
			if tr.repeated(0, said(qq.GroupChat(7), id)) {
				t.Fatalf("message %d was taken for a repeat", n)
			}
			last = append(last, id)
		}
		for _, id := range last[len(last)-trailLength:] {
			if !tr.repeated(0, said(qq.GroupChat(7), id)) {
				t.Fatalf("message %d was taken for a new one", id)
			}
		}
		tr.reached(100_000)
		m := said(qq.GroupChat(7), 1).Message
		if m.Time = 99_000; !tr.missed(&m) {
			t.Error("a message of the gap was not missed: its id is low")
		}
		if m.Seq = last[len(last)-1]; tr.missed(&m) {
			t.Error("a message that was emitted was missed")
		}
	})
}

// Two messages that change places now and then are both new, and the order is
// still believed.
func TestNeighboursMayChangePlaces(t *testing.T) {
	s := &steps{}
	for n := int64(1); n < 4*trailLength; n += 20 {
		for k := range int64(20) {
			seq := n + k
			switch k {
			case 3:
				seq++
			case 4:
				seq--
			}
			if !s.step(seq) {
				t.Fatalf("%d was taken for a repeat", seq)
			}
		}
	}
	if !s.rising() || s.step(5) {
		t.Error("old messages are new again")
	}
}

// Two equal events of one link are two; those of the link before are repeats,
// as often as they were told.
func TestTrailCountsOtherEvents(t *testing.T) {
	tr := newTrail()
	nudge := func() bool { return tr.repeated(5000, &qq.Nudged{Chat: qq.GroupChat(7), Sender: 1, Receiver: 2}) }
	for i, want := range []bool{false, false, true, true, false} {
		if i == 2 {
			tr.link()
		}
		if got := nudge(); got != want { // two of one link are two; told again behind a reconnect they are old
			t.Errorf("nudge %d is a repeat: %v", i, got)
		}
	}
	if tr.repeated(6000, &qq.Nudged{Chat: qq.GroupChat(7), Sender: 1, Receiver: 2}) {
		t.Error("another time is another nudge")
	}
}

func TestTrailKnowsWhatWasMissed(t *testing.T) {
	tr := newTrail()
	message := func(chat qq.Chat, seq int64) *qq.Message { return &said(chat, seq).Message }
	if tr.missed(message(qq.GroupChat(7), 100)) {
		t.Error("nothing is missed before the first link")
	}
	tr.step(qq.MessageRef{Chat: qq.GroupChat(7), Seq: 50})
	tr.reached(100_000)
	for _, c := range []struct {
		chat qq.Chat
		seq  int64
		want bool
	}{
		{qq.GroupChat(7), 50, false}, {qq.GroupChat(7), 49, false}, {qq.GroupChat(7), 51, true},
		{qq.GroupChat(8), 90, false}, {qq.GroupChat(8), 100, true}, {qq.GroupChat(8), 99, true}, // within a second or two
	} {
		if got := tr.missed(message(c.chat, c.seq)); got != c.want {
			t.Errorf("%v %d: %v", c.chat, c.seq, got)
		}
	}
}

func TestOriginsRiseAndTellTheTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const now = qq.Time(1_800_000_000_000)
		last := uint64(0)
		for range rapid.IntRange(1, 100).Draw(t, "events") {
			at := qq.Time(rapid.Int64Range(-5, int64(now)*2).Draw(t, "time"))
			next := originAfter(last, at, now)
			if next <= last || next >= 1<<53 || originTime(next) > now+2*mostAhead {
				t.Fatalf("%d behind %d at %d", next, last, at)
			}
			if at <= now && originTime(next) < at {
				t.Fatalf("%d tells %d, not %d", next, originTime(next), at)
			}
			last = next
		}
	})
}
