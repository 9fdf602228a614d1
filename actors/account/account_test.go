package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

func TestOperation(t *testing.T) {
	d := &driver{}
	var seen qq.SendMessage
	qq.Serve(&d.Handlers, func(_ context.Context, op qq.SendMessage) (*qq.Sent, error) {
		seen = op
		return &qq.Sent{MessageRef: qq.MessageRef{Chat: op.Chat, Seq: 5}, Time: 9}, nil
	})
	both(t, d, func(t *testing.T, h *house) {
		op := qq.SendMessage{Chat: qq.GroupChat(7), Segments: qq.Segments{
			&qq.Reply{MessageRef: qq.MessageRef{ID: 1003}}, &qq.Image{Media: qq.Media{URI: "base64://x"}}}}
		sent, err := qq.Do(t.Context(), h.ref, op)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "stamped", sent.ID, 1005)
		want(t, "resolved", seen.Segments[0].(*qq.Reply).MessageRef, qq.MessageRef{Chat: qq.GroupChat(7), Seq: 3, ID: 1003})
		want(t, "ingested", seen.Segments[1].(*qq.Image).ID, "stored:base64://x")
		want(t, "the caller's own is untouched", op.Segments[0].(*qq.Reply).Seq, 0)
		want(t, "the caller's own is untouched", op.Segments[1].(*qq.Image).ID, "")
		want(t, "account", h.ref.Account(), self)
	})
}

func TestRefusedBeforeTheDriverSeesIt(t *testing.T) {
	d := &driver{}
	qq.Serve(&d.Handlers, func(context.Context, qq.SendMessage) (*qq.Sent, error) { panic("not to be called") })
	both(t, d, func(t *testing.T, h *house) {
		_, err := h.ref.Do(t.Context(), qq.GetMessage{Ref: qq.MessageRef{ID: 3}})
		e := wantKind(t, err, qq.ErrNotFound)
		want(t, "names the operation", e.Op, "GetMessage")
		_, err = h.ref.Do(t.Context(), qq.SendMessage{Segments: qq.Segments{&qq.Image{Media: qq.Media{URI: "bad"}}}})
		wantKind(t, err, qq.ErrMedia)
		_, err = h.ref.Do(t.Context(), qq.SendMessage{Segments: qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{ID: 1}}}})
		wantKind(t, err, qq.ErrNotFound)
		_, err = h.ref.Do(t.Context(), qq.RenewLink{})
		wantKind(t, err, qq.ErrUnsupported)
		want(t, "panics", h.sys.Stats().WorkPanics, 0)
	})
}

func TestFailuresBecomeKinds(t *testing.T) {
	shared := qq.Errorf(qq.ErrMuted, "until noon")
	fail := map[qq.UserID]struct {
		err     error
		kind    error
		outcome qq.Outcome
	}{
		1: {shared, qq.ErrMuted, qq.NotApplied},
		2: {fmt.Errorf("wrapped: %w", shared), qq.ErrMuted, qq.NotApplied},
		3: {errors.New("odd"), qq.ErrInternal, qq.Unknown},
		4: {context.DeadlineExceeded, qq.ErrTimeout, qq.Unknown},
		5: {nil, qq.ErrInternal, qq.Unknown}, // panics
	}
	d := &driver{}
	qq.Serve(&d.Handlers, func(_ context.Context, op qq.GetUser) (*qq.User, error) {
		if op.User == 5 {
			panic("bad luck")
		}
		return nil, fail[op.User].err
	})
	both(t, d, func(t *testing.T, h *house) {
		for user, c := range fail {
			began := time.Now()
			_, err := h.ref.Do(t.Context(), qq.GetUser{User: user})
			e := wantKind(t, err, c.kind)
			want(t, "operation", e.Op, "GetUser")
			want(t, "outcome", e.Outcome, c.outcome)
			want(t, "at once", time.Since(began), 0)
		}
		want(t, "the driver's error is untouched", shared.Op, "")
	})
}

func TestDeadlines(t *testing.T) {
	d := &driver{}
	ended := make(chan time.Time, 1)
	qq.Serve(&d.Handlers, func(ctx context.Context, _ qq.GetUser) (*qq.User, error) {
		<-ctx.Done()
		ended <- time.Now()
		return nil, ctx.Err()
	})
	for name, c := range map[string]struct {
		limit time.Duration // 0: none
		leave time.Duration // the caller goes away, 0: he does not
		took  time.Duration
	}{
		"the account's": {took: opTimeout},
		"the caller's":  {limit: time.Second, took: time.Second},
		"a long one":    {limit: 5 * time.Minute, took: 5 * time.Minute},
		"caller leaves": {leave: time.Second, took: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			ended = make(chan time.Time, 1)
			both(t, d, func(t *testing.T, h *house) {
				ended = make(chan time.Time, 1)
				ctx, cancel := context.WithCancel(t.Context())
				if c.limit > 0 {
					ctx, cancel = context.WithTimeout(ctx, c.limit)
				}
				if c.leave > 0 {
					time.AfterFunc(c.leave, cancel)
				}
				defer cancel()
				began := time.Now()
				_, err := h.ref.Do(ctx, qq.GetUser{})
				e := wantKind(t, err, qq.ErrTimeout)
				want(t, "outcome", e.Outcome, qq.Unknown)
				want(t, "took", time.Since(began), c.took)
				want(t, "the driver was told after", (<-ended).Sub(began), c.took)
			})
		})
	}
}

func TestOfflineAccount(t *testing.T) {
	d := &driver{offline: true}
	qq.Serve(&d.Handlers, func(context.Context, qq.GetBackend) (qq.Backend, error) { return qq.Backend{Name: "x"}, nil })
	qq.Serve(&d.Handlers, func(context.Context, qq.GetUser) (*qq.User, error) { return &qq.User{}, nil })
	both(t, d, func(t *testing.T, h *house) {
		_, err := h.ref.Do(t.Context(), qq.GetUser{})
		e := wantKind(t, err, qq.ErrOffline)
		want(t, "outcome", e.Outcome, qq.NotApplied)
		for _, op := range []qq.Operation{qq.GetLogin{}, qq.GetBackend{}, qq.GetStatus{}} {
			if _, err := h.ref.Do(t.Context(), op); err != nil {
				t.Errorf("%s: %v", qq.OpName(op), err)
			}
		}
		status := h.ref.Status()
		want(t, "online", status.Online, false)
		want(t, "link", status.Good, true)
		want(t, "announced", len(h.states()), 0)
		sameStanding(t, h)

		emit(t, h, 0, &qq.StatusChanged{Online: true, Added: false, Login: qq.Login{Online: true}})
		sameStanding(t, h)
		want(t, "marked as the first", h.states()[0].Added, true)
		if _, err := h.ref.Do(t.Context(), qq.GetUser{}); err != nil {
			t.Error(err)
		}
	})
}

// sameStanding fails when an account's standing is not what its status says.
func sameStanding(t *testing.T, h *house) {
	t.Helper()
	status := h.ref.Status()
	online, missing := h.ref.Standing()
	want(t, "standing", online, status.Online)
	if len(missing) == 0 || !slices.Equal(missing, status.MissingFeatures) {
		t.Errorf("missing %v, status %v", missing, status.MissingFeatures)
	}
}

// emit lets the driver emit an event and answers its number.
func emit(t testing.TB, h *house, origin uint64, e qq.Event) qq.SN {
	t.Helper()
	sn, err := h.driver.emit(context.Background(), qq.Emission{Origin: origin, Event: e})
	if err != nil {
		t.Fatal(err)
	}
	return sn
}

func message(seq int64) *qq.MessageReceived {
	return &qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: seq}, Time: qq.Time(seq)}}
}

func TestEmit(t *testing.T) {
	inside(t, &driver{}, func(t *testing.T, h *house) {
		first := h.log.Last() + 1
		m := message(4)
		m.Segments = qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7), Seq: 3}}}
		want(t, "number", emit(t, h, 1, m), first)
		want(t, "number", emit(t, h, 2, &qq.MessageRecalled{MessageRef: m.MessageRef}), first+1)
		want(t, "repeat", emit(t, h, 2, &qq.FriendDeleted{}), 0)
		want(t, "without origin", emit(t, h, 0, &qq.FriendDeleted{}), first+2)
		want(t, "without origin", emit(t, h, 0, &qq.FriendDeleted{}), first+3)
		own := message(5)
		own.Self = true
		sn, err := h.driver.emit(t.Context(), qq.Emission{Origin: 3, Time: 77, Event: own})
		want(t, "number", sn, first+4)
		want(t, "error", err, nil)

		got := h.entries()[1:] // behind the announcement
		want(t, "entries", len(got), 5)
		want(t, "id", got[0].Event.(*qq.MessageReceived).ID, 1004)
		want(t, "id of the quoted", got[0].Event.(*qq.MessageReceived).Segments[0].(*qq.Reply).ID, 1003)
		want(t, "id of the recalled", got[1].Event.(*qq.MessageRecalled).ID, 1004)
		want(t, "account", got[0].Account, self)
		want(t, "time of arrival", got[0].Time, now())
		want(t, "time of the driver", got[4].Time, 77)
		want(t, "origin", got[4].Origin, 3)
		status := h.ref.Status()
		want(t, "received", status.Received, 1)
		want(t, "sent", status.Sent, 1)
		want(t, "last message", status.LastMessage, 5)
	})
}

func TestEmitFails(t *testing.T) {
	inside(t, &driver{}, func(t *testing.T, h *house) {
		last := h.log.Last()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := h.driver.emit(ctx, qq.Emission{Event: &qq.FriendDeleted{}}); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end of the context: %v", err)
		}
		if err := h.ref.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := h.driver.emit(t.Context(), qq.Emission{Event: &qq.FriendDeleted{}}); !errors.Is(err, system.ErrStopped) {
			t.Errorf("after the end of the account: %v", err)
		}
		want(t, "last", h.log.Last(), last)
		_, err := h.ref.Do(t.Context(), qq.GetUser{})
		wantKind(t, err, qq.ErrOffline)
	})
}

// TestRestartUnderLoad: calls and events go on while the actor fails again and
// again; each is answered, each event is in the log once, the driver keeps its
// run.
func TestRestartUnderLoad(t *testing.T) {
	d := &driver{}
	var served atomic.Int32
	qq.Serve(&d.Handlers, func(context.Context, qq.GetUser) (*qq.User, error) {
		served.Add(1)
		return &qq.User{ID: 3}, nil
	})
	inside(t, d, func(t *testing.T, h *house) {
		const rounds = 200
		var load sync.WaitGroup
		for range 4 {
			load.Go(func() {
				for range rounds {
					if u, err := qq.Do(context.Background(), h.ref, qq.GetUser{}); err != nil || u.ID != 3 {
						t.Error(u, err)
					}
				}
			})
		}
		load.Go(func() {
			for i := range rounds {
				emit(t, h, uint64(i+1), &qq.FriendDeleted{User: qq.UserID(i)})
			}
		})
		load.Go(func() {
			for range 10 { // an event that is none
				h.sys.Root().Send(h.ref.PID(), &happened{emission: qq.Emission{Event: (*qq.MessageReceived)(nil)}})
				time.Sleep(time.Millisecond)
			}
		})
		load.Wait()
		time.Sleep(time.Minute)
		want(t, "served", served.Load(), 4*rounds)
		got := h.entries()[1:]
		want(t, "events", len(got), rounds)
		for i, e := range got {
			want(t, "event", e.Event.(*qq.FriendDeleted).User, qq.UserID(i))
		}
		want(t, "runs", len(d.began()), 1)
		want(t, "restarted", h.sys.Stats().Restarts > 0, true)
		want(t, "online", h.ref.Status().Online, true)
	})
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	d := &driver{}
	qq.Serve(&d.Handlers, func(ctx context.Context, _ qq.GetUser) (*qq.User, error) {
		<-ctx.Done()
		time.Sleep(time.Second)
		return nil, ctx.Err()
	})
	both(t, d, func(t *testing.T, h *house) {
		answer := make(chan error, 1)
		go func() { _, err := h.ref.Do(context.Background(), qq.GetUser{}); answer <- err }()
		synctest.Wait()
		began := time.Now()
		want(t, "closed", h.ref.Close(t.Context()), nil)
		want(t, "took", time.Since(began), time.Second)
		e := wantKind(t, <-answer, qq.ErrOffline)
		want(t, "outcome", e.Outcome, qq.Unknown)
	})
}

func TestCloseGivesUpOnADeafDriver(t *testing.T) {
	release := make(chan struct{})
	d := &driver{}
	d.run = func(context.Context, qq.Emit, uint64) error { <-release; return nil }
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{})
		h := newHouse(t, d)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.ref.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("closed with %v", err)
		}
		close(release)
		h.end()
	})
}

func TestCallThatNobodyWaitsForIsNotBegun(t *testing.T) {
	d := &driver{}
	var served atomic.Int32
	qq.Serve(&d.Handlers, func(context.Context, qq.GetUser) (*qq.User, error) { served.Add(1); return nil, nil })
	inside(t, d, func(t *testing.T, h *house) {
		h.sys.Root().Send(h.ref.PID(), &call{ctx: context.Background(), op: qq.GetUser{}})
		synctest.Wait()
		want(t, "served", served.Load(), 0)
	})
}

func TestUnstampableEventEndsTheRun(t *testing.T) {
	d := &driver{}
	d.run = func(ctx context.Context, emit qq.Emit, _ uint64) error {
		if len(d.began()) == 1 {
			_, err := emit(ctx, qq.Emission{Event: message(13)})
			return err
		}
		<-ctx.Done()
		return nil
	}
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, d)
		defer h.end()
		h.ids.wrong = 14
		time.Sleep(time.Minute)
		want(t, "runs", len(d.began()), 2)
	})
}

// TestBoundEndsAtFirst: the context of a direct operation ends with the first
// of those that it hangs on, whether or not somebody watches it.
func TestBoundEndsAtFirst(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(caller, account context.CancelFunc, b *bound)
		want error
	}{
		"nothing":  {func(_, _ context.CancelFunc, _ *bound) {}, nil},
		"caller":   {func(caller, _ context.CancelFunc, _ *bound) { caller() }, context.Canceled},
		"account":  {func(_, account context.CancelFunc, _ *bound) { account() }, context.Canceled},
		"deadline": {func(_, _ context.CancelFunc, _ *bound) { time.Sleep(opTimeout) }, context.DeadlineExceeded},
		"its end":  {func(_, _ context.CancelFunc, b *bound) { b.end() }, context.Canceled},
	} {
		for _, early := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/watched=%v", name, early), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					caller, leave := context.WithCancel(context.Background())
					defer leave()
					account, stop := context.WithCancel(context.Background())
					defer stop()
					b := &bound{Context: caller, account: account, until: time.Now().Add(opTimeout)}
					defer b.end()
					if early {
						b.Done()
					}
					c.end(leave, stop, b)
					synctest.Wait()
					want(t, "err", b.Err(), c.want)
					if c.want != nil {
						<-b.Done()
						want(t, "err of the watched", b.Err(), c.want)
					}
				})
			})
		}
	}
}
