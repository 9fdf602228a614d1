package conn

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// TestSpanIsRedelivered to a link, up to the newest event when no end is named,
// at the rate that was asked for.
func TestSpanIsRedelivered(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target, before := open(newBook()), h.log.Last()
		s := newSocket(-1)
		go s.answerPings()
		h.named(target, s, Replay{Messages: true}, face.Position{})
		h.publish(account, 4)
		time.Sleep(time.Second)
		if err := target.Redeliver(Redelivery{After: before + 1, Rate: 10}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for len(s.events()) < 7 && time.Since(began) < time.Minute {
			time.Sleep(10 * time.Millisecond)
		}
		synctest.Wait()
		wantEvents(t, "events", s, append(span(before+1, 4), span(before+2, 3)...))
		if took := time.Since(began); took < 200*time.Millisecond || took > barrierEvery+250*time.Millisecond {
			t.Errorf("three events at ten a second took %v", took)
		}
		h.goes(s)
	})
}

// TestRedeliveryThatFailsIsDropped, and said: it would fail again at once.
func TestRedeliveryThatFailsIsDropped(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		target, log, reads := open(newBook()), h.env.Log, 0
		s := newSocket(-1)
		go s.answerPings()
		h.env.Log = &oddLog{log, func(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
			reads++
			return dst, errors.New("disk on fire")
		}}
		h.named(target, s, Replay{Messages: true}, face.Position{})
		if err := target.Redeliver(Redelivery{After: 1, UpTo: 9}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "reads", reads, 1)
		want(t, "left", target.Status().Replaying, 0)
		want(t, "heard", strings.Contains(s.heard(), "close"), false)
		h.goes(s)
	})
}
