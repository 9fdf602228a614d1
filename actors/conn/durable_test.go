package conn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// named opens a connection under a durable name.
func (h *house) named(t *Target, s *socket, policy Replay, since face.Position) {
	h.t.Helper()
	_, err := SpawnLive(nil, fmt.Sprintf("named-%p", s), &h.env, Live{Name: "ws", Socket: s, Target: t, Replay: policy,
		Link: &link{open: func() []face.Effect { return []face.Effect{subscribe(since)} }}})
	if err != nil {
		h.t.Fatal(err)
	}
	time.Sleep(3 * time.Second) // a former connection has that long to go
	synctest.Wait()
}

// goes ends a connection from the peer's side.
func (h *house) goes(s *socket) {
	s.hangUp(errGone)
	time.Sleep(time.Second)
	synctest.Wait()
}

func open(b *book) *Target {
	return NewTargets(b).Open("ws/10001/bot", TargetForward, account)
}

func wantEvents(t *testing.T, what string, s *socket, want []qq.SN) {
	t.Helper()
	if got := s.events(); !slices.Equal(got, want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// TestGoesOnWhereItProvedToBe: what a peer answered a Ping behind is not sent
// again; what it did not is, and nothing is lost, over links, restarts of the
// process and a peer that hangs.
func TestGoesOnWhereItProvedToBe(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		ledger := newBook()
		first := h.log.Last() + 1
		one := newSocket(-1)
		go one.answerPings()
		h.named(open(ledger), one, Replay{Messages: true}, face.Position{})
		h.publish(account, 3)
		time.Sleep(time.Second)
		wantEvents(t, "first link", one, span(first, 3))
		want(t, "cursor", ledger.at("ws/10001/bot"), first+2)
		h.goes(one)
		h.publish(account, 2) // away

		hangs := newSocket(-1) // it reads and is gone before it answers
		h.named(open(ledger), hangs, Replay{Messages: true}, face.Position{})
		wantEvents(t, "second link", hangs, span(first+3, 2))
		h.goes(hangs)
		want(t, "cursor of an unproven link", ledger.at("ws/10001/bot"), first+2)

		target := open(ledger)
		back := newSocket(-1)
		go back.answerPings()
		h.named(target, back, Replay{Messages: true}, face.Position{})
		h.publish(other, 1)
		h.publish(account, 1)
		time.Sleep(time.Second)
		wantEvents(t, "third link", back, append(span(first+3, 2), first+6))
		want(t, "cursor", target.At(), first+6)
		want(t, "state", target.Status().State, StateUp)
		h.goes(back)
		want(t, "state", target.Status().State, StateDown)
	})
}

// TestPeerThatAnswersNoPing gets the same events twice at most, and then what
// is new.
func TestPeerThatAnswersNoPing(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target := open(newBook())
		first := h.log.Last() + 1
		counts := map[qq.SN]int{}
		for i := range 6 {
			s := newSocket(-1)
			h.named(target, s, Replay{Messages: true}, face.Position{})
			if i == 0 {
				h.publish(account, 2)
			}
			time.Sleep(2 * time.Second)
			synctest.Wait()
			for _, sn := range s.events() {
				counts[sn]++
			}
			h.goes(s)
		}
		for _, sn := range span(first, 2) {
			if counts[sn] == 0 || counts[sn] > 2 {
				t.Errorf("event %d came %d times", sn, counts[sn])
			}
		}
		live := newSocket(-1)
		h.named(target, live, Replay{Messages: true}, face.Position{})
		want(t, "state", target.Status().State, StateLiveOnly)
		h.publish(account, 1)
		time.Sleep(time.Second)
		wantEvents(t, "live-only", live, span(first+2, 1))
		go live.answerPings() // it learns
		time.Sleep(2 * pongWait)
		h.publish(account, 1)
		time.Sleep(time.Second)
		want(t, "state", target.Status().State, StateUp)
		want(t, "cursor", target.At(), first+3)
		h.goes(live)
	})
}

// TestSilentPeerOnALongLink counts as delivered to what was sent to it, after
// the time that a Pong may take.
func TestSilentPeerOnALongLink(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target := open(newBook())
		s := newSocket(-1)
		h.named(target, s, Replay{Messages: true}, face.Position{})
		start := target.At()
		h.publish(account, 1)
		time.Sleep(pongWait - time.Second)
		want(t, "cursor while there is hope", target.At(), start)
		time.Sleep(3 * time.Second)
		want(t, "cursor", target.At(), h.log.Last())
		want(t, "state", target.Status().State, StateLiveOnly)
		h.goes(s)
	})
}

// TestPeerThatFreezes: one that answered before loses nothing by hanging, however
// long, and is cut in the end.
func TestPeerThatFreezes(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target := open(newBook())
		s := newSocket(-1)
		go s.answerPings()
		h.named(target, s, Replay{Messages: true}, face.Position{})
		h.publish(account, 1)
		time.Sleep(time.Second)
		proven := target.At()
		want(t, "cursor", proven, h.log.Last())
		s.frozen.Store(true)
		h.publish(account, 3)
		time.Sleep(pongWait + 5*time.Second)
		want(t, "cursor", target.At(), proven)
		want(t, "state", target.Status().State, StateUp)
		time.Sleep(pongWait)
		_, aborted := s.ended()
		want(t, "cut", aborted, true)
		back := newSocket(-1)
		go back.answerPings()
		h.named(target, back, Replay{Messages: true}, face.Position{})
		wantEvents(t, "after it", back, span(proven+1, 3))
		h.goes(back)
	})
}

// holed is a log in which one record was lost to damage.
type holed struct {
	LogReader
	lost qq.SN
}

func (l holed) Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
	dst, err := l.LogReader.Read(dst, after, max)
	return slices.DeleteFunc(dst, func(e *qq.Entry) bool { return e.SN == l.lost }), err
}

func (l holed) Missing(after, before qq.SN) (qq.SN, bool) {
	return l.lost, after < l.lost && l.lost < before
}

// TestDamageIsTold at its place among the events, on links and to webhooks.
func TestDamageIsTold(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		before := h.log.Last()
		h.env.Log = holed{h.log, before + 2}
		h.publish(account, 4)
		s := newSocket(-1)
		pid := h.open(s, &link{open: func() []face.Effect {
			return []face.Effect{telling(face.Position{Named: true, After: before})}
		}})
		want(t, "heard", s.heard(), fmt.Sprintf("%d# gap:%d:%d %d# %d#", before+1, before+1, before+3, before+3, before+4))
		h.stop(pid)

		target := open(newBook())
		target.Move(before)
		p := &poster{}
		hooked := h.target(&hook{encoder: gaps{}}, p, func(w *Webhook) { w.Target, w.Replay.Messages = target, true })
		synctest.Wait()
		want(t, "posted", strings.Join(p.bodies(), " "), fmt.Sprintf("%d# gap:%d:%d %d# %d#", before+1, before+1, before+3, before+3, before+4))
		want(t, "gaps", target.Status().Gaps, 1)
		h.stop(hooked)
	})
}

// TestNewerConnectionTakesOver: two connections under one name are one too
// many; the older is told and goes, and nothing is lost between them.
func TestNewerConnectionTakesOver(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target := open(newBook())
		first := h.log.Last() + 1
		older, newer := newSocket(-1), newSocket(-1)
		go older.answerPings()
		h.named(target, older, Replay{Messages: true}, face.Position{})
		h.publish(account, 2)
		time.Sleep(time.Second)
		go newer.answerPings()
		h.named(target, newer, Replay{Messages: true}, face.Position{})
		h.publish(account, 2)
		time.Sleep(time.Second)
		if heard := older.heard(); !strings.HasSuffix(heard, "close:4409:a newer connection has this durable name") {
			t.Errorf("the older heard %q", heard)
		}
		wantEvents(t, "newer", newer, span(first+2, 2))
		h.goes(newer)
	})
}

// said is a message of the given age.
func (h *house) said(age time.Duration) qq.SN {
	e := &qq.Entry{Account: account, Time: h.env.Now() - qq.Time(age.Milliseconds()), Event: &qq.MessageReceived{}}
	if _, err := h.log.Append(e, nil); err != nil {
		h.t.Error(err)
	}
	h.env.Routes.Publish(router.NewEvent(e))
	return e.SN
}

// TestReplayHasManners: old messages are left out, listed once and can be sent
// by hand; notices always come; the pace is kept; a position that the client
// names knows no policy.
func TestReplayHasManners(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		ledger := newBook()
		target := open(ledger)
		policy := Replay{MaxAge: time.Minute, Messages: true, Rate: 2}
		s := newSocket(-1)
		go s.answerPings()
		h.named(target, s, policy, face.Position{})
		h.goes(s)
		start := h.log.Last()
		old := h.said(time.Hour)
		young := h.said(0)
		h.publish(account, 4)

		for range 2 { // the first is cut off before its proof
			s = newSocket(-1)
			h.named(target, s, policy, face.Position{})
			got := s.events()
			if len(got) < 5 {
				time.Sleep(3 * time.Second)
				if len(got) > 7 { // three seconds at two a second
					t.Errorf("%d events in 3 s", len(got))
				}
			}
			wantEvents(t, "replay", s, span(young, 5))
			h.goes(s)
		}
		synctest.Wait()
		if skipped, _ := ledger.lists(); len(skipped) != 1 || skipped[old] == "" || target.Status().Skipped != 1 {
			t.Errorf("skipped %v, counted %d", skipped, target.Status().Skipped)
		}
		s = newSocket(-1)
		go s.answerPings()
		h.named(target, s, policy, face.Position{Named: true, After: start})
		wantEvents(t, "named position", s, span(old, 6))

		if err := target.Redeliver(Redelivery{List: []qq.SN{old, 12345}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		wantEvents(t, "by hand", s, append(span(old, 6), old))
		if _, struck := ledger.lists(); !slices.Equal(struck, []qq.SN{old}) || !strings.Contains(target.Status().LastError, "no longer held") {
			t.Errorf("struck %v, last error %q", struck, target.Status().LastError)
		}
		h.goes(s)
	})
}

// TestMissedMessagesCanBeLeftOut: with messages off what was missed is notices
// and requests only, and what is new is everything.
func TestMissedMessagesCanBeLeftOut(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target := open(newBook())
		s := newSocket(-1)
		go s.answerPings()
		h.named(target, s, Replay{}, face.Position{})
		h.goes(s)
		missed := h.said(0)
		h.publish(account, 1)
		s = newSocket(-1)
		go s.answerPings()
		h.named(target, s, Replay{}, face.Position{})
		fresh := h.said(0)
		time.Sleep(time.Second)
		wantEvents(t, "events", s, []qq.SN{missed + 1, fresh})
		h.goes(s)
	})
}

// TestGapsAreTold in the protocol's form, or by the close code when it has none.
func TestGapsAreTold(t *testing.T) {
	for _, c := range []struct {
		name    string
		encoder face.Encoder
		since   func(*house) face.Position
		stream  bool
		want    string
	}{
		{"everything", gaps{}, func(*house) face.Position { return face.Position{Named: true} }, false, "9"},
		{"gone, told", gaps{}, func(*house) face.Position { return face.Position{Named: true, After: 1} }, false, "gap:1:"},
		{"gone, untold", numbers{}, func(*house) face.Position { return face.Position{Named: true, After: 1} }, false, "close:4410:events after 1 are no longer held; the oldest is "},
		{"gone, stream", numbers{}, func(*house) face.Position { return face.Position{Named: true, After: 1} }, true, `event: gap`},
		{"unknown, told", gaps{}, func(h *house) face.Position { return face.Position{Named: true, After: h.log.Last() + 9} }, false, "gap:"},
		{"unknown, untold", numbers{}, func(h *house) face.Position { return face.Position{Named: true, After: h.log.Last() + 9} }, false, "close:4410:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inside(t, setting{log: 4}, func(t *testing.T, h *house) {
				h.publish(account, 9)
				s := newSocket(-1)
				sub := subscribe(c.since(h))
				sub.Variant.Encoder = c.encoder
				_, err := SpawnLive(nil, "gap", &h.env, Live{Socket: s, Stream: c.stream,
					Link: &link{open: func() []face.Effect { return []face.Effect{sub} }}})
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				heard := s.heard()
				if c.stream {
					heard = string(s.bytes())
				}
				if !strings.HasPrefix(heard, c.want) {
					t.Errorf("heard %q", heard)
				}
				h.goes(s)
			})
		})
	}
}

// telling is subscribe in a form that has words for gaps.
func telling(since face.Position) face.Subscribe {
	s := subscribe(since)
	s.Variant.Encoder = gaps{}
	return s
}

// gaps writes gaps as words.
type gaps struct{ numbers }

func (g gaps) Encode(dst []byte, e *qq.Entry) ([]byte, bool) {
	if lost, ok := e.Event.(*qq.EventsLost); ok {
		return fmt.Appendf(dst, "gap:%d:%d", lost.After, lost.Next), true
	}
	return g.numbers.Encode(dst, e)
}
