package conn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/runtime/eventlog"

	"pgregory.net/rapid"
)

// TestSeam: whatever a client's pace, and however often its actor fails, it gets
// each event that it wants once and in order, from where it began to the end.
func TestSeam(t *testing.T) {
	var lagged, restarts uint64
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		s := setting{
			limits: Limits{Outbox: rapid.IntRange(200, 3000).Draw(rt, "outbox"), Stall: time.Hour},
			router: router.Options{
				Shards: rapid.IntRange(1, 2).Draw(rt, "shards"), Seam: rapid.IntRange(1, 40).Draw(rt, "seam"),
				Recent: rapid.IntRange(1, 64).Draw(rt, "recent"), Inline: rapid.IntRange(-1, 8).Draw(rt, "inline"),
			},
		}
		events := rapid.IntRange(0, 300).Draw(rt, "events")
		clients := rapid.IntRange(1, 4).Draw(rt, "clients")
		fault := ""
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t, s)
			defer h.end()
			fault = h.seam(events, clients, seed)
			lagged += h.env.Routes.Stats().Lagged
			restarts += h.env.Sys.Stats().Restarts
		})
		if fault != "" {
			rt.Fatal(fault)
		}
	})
	if lagged == 0 || restarts == 0 {
		t.Errorf("nothing was put to the test: %d times behind, %d restarts", lagged, restarts)
	}
}

// reader is a client of the seam test.
type reader struct {
	socket *socket
	want   face.Selection
	from   qq.SN // named: the first that it wants
}

// seam plays one course of events and tells what went wrong.
func (h *house) seam(events, clients int, seed uint64) string {
	first := h.log.Last() + 1
	h.publish(account, 30)
	var readers []*reader
	var busy sync.WaitGroup
	done, stopReading := context.WithCancel(context.Background())
	defer stopReading()
	for i := range clients {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		c := &reader{socket: newSocket(0), want: selection(account, other)}
		if r.IntN(2) == 0 {
			c.want = selection(account)
		}
		c.from = first + qq.SN(r.IntN(31))
		encoder := numbers{size: 20 + r.IntN(200)}
		open := func() []face.Effect {
			return []face.Effect{face.Subscribe{Selection: c.want, Since: face.Position{Named: true, After: c.from - 1},
				Variant: face.Variant{Encoder: encoder, Framing: face.FrameServer}}}
		}
		_, err := SpawnLive(nil, fmt.Sprint(i), &h.env, Live{Socket: c.socket,
			Link: &link{open: open, frame: func(text string) []face.Effect { panic(text) }}})
		if err != nil {
			return err.Error()
		}
		readers = append(readers, c)
		busy.Go(func() { c.read(done, r) })
	}
	publishAtWhim(h, events, rand.New(rand.NewPCG(seed, 99)))
	stopReading()
	busy.Wait()
	time.Sleep(10 * time.Minute) // for the restarts that are held back
	synctest.Wait()
	defer func() {
		for _, c := range readers {
			c.socket.hangUp(errGone)
		}
	}()
	for i, c := range readers {
		if fault := c.check(h.log); fault != "" {
			return fmt.Sprintf("client %d: %s", i, fault)
		}
	}
	return ""
}

// publishAtWhim publishes in bursts, with pauses that let everybody come to rest
// and with short ones that do not.
func publishAtWhim(h *house, n int, r *rand.Rand) {
	for n > 0 {
		burst := min(n, 1+r.IntN(30))
		n -= burst
		by := account
		if r.IntN(3) == 0 {
			by = other
		}
		h.publish(by, burst)
		if r.IntN(2) == 0 {
			time.Sleep(time.Duration(r.IntN(30)) * time.Millisecond)
		}
	}
}

// read takes what comes at an uneven pace until ctx ends, and then the rest.
func (c *reader) read(ctx context.Context, r *rand.Rand) {
	for ctx.Err() == nil {
		c.socket.allow(r.IntN(3000))
		if r.IntN(30) == 0 {
			c.socket.say("bad")
		}
		time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
	}
	c.socket.allow(-1)
}

func (c *reader) check(log *eventlog.Memory) string {
	all, err := log.Read(nil, c.from-1, 1<<20)
	if err != nil {
		return err.Error()
	}
	var sns []qq.SN
	for _, e := range all {
		if c.want.Wants(e) {
			sns = append(sns, e.SN)
		}
	}
	if got := c.socket.events(); !slices.Equal(got, sns) {
		return fmt.Sprintf("got %v, want %v", got, sns)
	}
	return ""
}

func TestNamedPositions(t *testing.T) {
	for name, c := range map[string]struct {
		since func(first qq.SN, began qq.Time) face.Position
		skip  int // how many of the ten events it must not get
	}{
		"tail":         {func(qq.SN, qq.Time) face.Position { return face.Position{} }, 10},
		"number":       {func(first qq.SN, _ qq.Time) face.Position { return face.Position{Named: true, After: first + 3} }, 4},
		"the newest":   {func(first qq.SN, _ qq.Time) face.Position { return face.Position{Named: true, After: first + 9} }, 10},
		"beyond":       {func(first qq.SN, _ qq.Time) face.Position { return face.Position{Named: true, After: first + 999} }, 10},
		"zero":         {func(qq.SN, qq.Time) face.Position { return face.Position{Named: true} }, 2},
		"just gone":    {func(first qq.SN, _ qq.Time) face.Position { return face.Position{Named: true, After: first} }, 2},
		"just held":    {func(first qq.SN, _ qq.Time) face.Position { return face.Position{Named: true, After: first + 1} }, 2},
		"time":         {func(_ qq.SN, at qq.Time) face.Position { return face.Position{Named: true, Time: at + 5000} }, 5},
		"time before":  {func(_ qq.SN, at qq.Time) face.Position { return face.Position{Named: true, Time: 1} }, 2},
		"time to come": {func(_ qq.SN, at qq.Time) face.Position { return face.Position{Named: true, Time: at + 1e6} }, 10},
		"time and more": {func(first qq.SN, at qq.Time) face.Position {
			return face.Position{Named: true, After: first, Time: at + 9000}
		}, 9},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{log: 8}, func(t *testing.T, h *house) {
				first, began := h.log.Last()+1, h.env.Now()
				for range 10 {
					h.publish(account, 1)
					time.Sleep(time.Second)
				}
				s := newSocket(-1)
				pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{telling(c.since(first, began))} }})
				h.publish(account, 2)
				synctest.Wait()
				if got, want := s.events(), span(first+qq.SN(c.skip), 12-c.skip); !slices.Equal(got, want) {
					t.Errorf("got %v, want %v", got, want)
				}
				h.stop(pid)
			})
		})
	}
}

// TestNoReplay: what the protocol has told otherwise by now is left out of a
// replay, and comes when it happens later.
func TestNoReplay(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		h.publish(account, 5)
		s := newSocket(-1)
		wish := subscribe(face.Position{Named: true, After: first - 1})
		calls := 0
		wish.NoReplay = func(qq.Event) bool { calls++; return calls%2 == 1 }
		pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{wish} }})
		h.publish(account, 3)
		synctest.Wait()
		if got, want := s.events(), []qq.SN{first + 1, first + 3, first + 5, first + 6, first + 7}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		h.stop(pid)
	})
}

// oddLog answers what the test wants.
type oddLog struct {
	LogReader
	read func(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error)
}

func (l *oddLog) Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
	return l.read(dst, after, max)
}

// TestGapAlwaysLeadsOn: a log that contradicts itself, or that forgets faster
// than it is read, does not keep a reader turning.
func TestGapAlwaysLeadsOn(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		h.publish(account, 9)
		h.env.Log = &oddLog{h.log, func(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
			if after < first+4 {
				return dst, fmt.Errorf("odd: %w", qq.ErrCursorGone)
			}
			return h.log.Read(dst, after, max)
		}}
		s := newSocket(-1)
		pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{telling(face.Position{Named: true})} }})
		if got, want := s.events(), span(first+5, 4); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		h.stop(pid)
	})
}

func TestGapIsToldOnAStream(t *testing.T) {
	inside(t, setting{log: 4}, func(t *testing.T, h *house) {
		h.publish(account, 9)
		s := newSocket(-1)
		pid, err := SpawnLive(nil, "stream", &h.env, Live{Socket: s, Stream: true, Link: &link{open: func() []face.Effect {
			return []face.Effect{face.Subscribe{Selection: selection(account), Since: face.Position{Named: true, After: h.log.Last() - 8},
				Variant: face.Variant{Encoder: numbers{}, Framing: face.FrameSSE}}}
		}}})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		text := string(s.bytes())
		want(t, "gap first", strings.HasPrefix(text, "event: gap\ndata: {\"after\":"), true)
		want(t, "events", bytes.Count(s.bytes(), []byte("data: ")), 5)
		h.stop(pid)
	})
}

func TestUnreadableLogEndsTheConnection(t *testing.T) {
	for name, read := range map[string]func([]*qq.Entry, qq.SN, int) ([]*qq.Entry, error){
		"error": func([]*qq.Entry, qq.SN, int) ([]*qq.Entry, error) { return nil, errors.New("disk on fire") },
		"panic": func([]*qq.Entry, qq.SN, int) ([]*qq.Entry, error) { panic("disk on fire") },
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, setting{}, func(t *testing.T, h *house) {
				h.publish(account, 3)
				h.env.Log = &oddLog{h.log, read}
				s := newSocket(-1)
				pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{subscribe(face.Position{Named: true})} }})
				want(t, "heard", s.heard(), "close:1011:the event log cannot be read")
				want(t, "alive", h.alive(pid), false)
			})
		})
	}
}

// TestEncoderFaultLeavesOutOneEvent also when it is read from the log.
func TestEncoderFaultLeavesOutOneEvent(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		h.publish(account, 3)
		s := newSocket(-1)
		pid := h.open(s, &link{open: func() []face.Effect {
			return []face.Effect{face.Subscribe{Selection: selection(account), Since: face.Position{Named: true, After: first - 1},
				Variant: face.Variant{Encoder: numbers{wrong: first + 1}, Framing: face.FrameServer}}}
		}})
		want(t, "events", fmt.Sprint(s.events()), fmt.Sprint([]qq.SN{first, first + 2}))
		h.stop(pid)
	})
}

func TestConnectionThatEndsWhileItCatchesUp(t *testing.T) {
	inside(t, setting{limits: Limits{Outbox: 100}}, func(t *testing.T, h *house) {
		h.publish(account, 500)
		s := newSocket(10)
		pid := h.open(s, &link{open: func() []face.Effect { return []face.Effect{subscribe(face.Position{Named: true})} }})
		h.publish(account, 10)
		s.hangUp(errGone)
		synctest.Wait()
		want(t, "alive", h.alive(pid), false) // and no goroutine stays
	})
}

// TestPositionOfAConnectionThatWasGivenNothing is where it began: asked again
// for a seat it must not be sent the whole log.
func TestPositionOfAConnectionThatWasGivenNothing(t *testing.T) {
	inside(t, setting{}, func(t *testing.T, h *house) {
		c := &live{from: 7, out: h.env.Routes.Outbox(newSocket(-1), owner{}, router.Limits{})}
		want(t, "at first", c.position(), 7)
		c.out.Write(nil, 9)
		want(t, "later", c.position(), 9)
	})
}

// TestBegin: what happens right behind a greeting is for the client, whatever
// position it came with.
func TestBegin(t *testing.T) {
	for name, c := range map[string]struct{ given, want face.Position }{
		"none":          {face.Position{}, face.Position{After: 7}},
		"noted before":  {face.Position{After: 5}, face.Position{After: 5}},
		"named":         {face.Position{Named: true, After: 5}, face.Position{Named: true, After: 5}},
		"the newest":    {face.Position{Named: true, After: 7}, face.Position{Named: true, After: 7}},
		"beyond":        {face.Position{Named: true, After: 8}, face.Position{After: 7, Unknown: 8}},
		"named by time": {face.Position{Named: true, Time: 99}, face.Position{Named: true, Time: 99}},
	} {
		if got := Begin(c.given, 7); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
