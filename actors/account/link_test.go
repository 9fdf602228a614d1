package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

func TestAnnouncements(t *testing.T) {
	lost := errors.New("kicked by another client")
	d := &driver{}
	gone := make(chan struct{})
	d.run = func(ctx context.Context, _ qq.Emit, _ uint64) error {
		select {
		case <-gone:
			return lost
		case <-ctx.Done():
			return nil
		}
	}
	synctest.Test(t, func(t *testing.T) {
		gone = make(chan struct{})
		h := newHouse(t, d)
		defer h.end()
		for range 2 {
			time.Sleep(time.Hour)
			gone <- struct{}{}
			synctest.Wait()
			want(t, "online", h.ref.Status().Online, false)
			want(t, "link", h.ref.Status().Good, false)
		}
		time.Sleep(time.Hour)
		var got string
		for _, s := range h.states() {
			got += fmt.Sprintf("%v/%v/%s/%s/%v;", s.Online, s.Added, s.Reason, s.Login.Nickname, s.Login.Online)
		}
		off := "false/false/" + lost.Error() + "/bot/false;"
		want(t, "announced", got, "true/true//bot/true;"+off+"true/false//bot/true;"+off+"true/false//bot/true;")
		want(t, "link", h.ref.Status().Good, true)
	})
}

// TestTheStatusTellsForWhomTheDriverWaits: at once, beside why the link was lost
// before, and not once the account is online.
func TestTheStatusTellsForWhomTheDriverWaits(t *testing.T) {
	come := make(chan struct{})
	d := &driver{awaits: "waiting for somebody"}
	qq.Serve(&d.Handlers, func(context.Context, qq.GetLogin) (qq.Login, error) { return qq.Login{}, qq.ErrOffline })
	d.run = func(ctx context.Context, emit qq.Emit, _ uint64) error {
		<-come
		if len(d.began()) == 1 {
			return errors.New("he went")
		}
		_, err := emit(ctx, qq.Emission{Event: &qq.StatusChanged{Online: true, Login: qq.Login{User: qq.User{ID: self}, Online: true}}})
		<-ctx.Done()
		return err
	}
	synctest.Test(t, func(t *testing.T) {
		come = make(chan struct{})
		h := newHouse(t, d)
		defer h.end()
		for _, reason := range []string{"waiting for somebody", "waiting for somebody; before: he went", ""} {
			time.Sleep(time.Hour)
			want(t, "reason", h.ref.Status().Reason, reason)
			if _, err := qq.Do(t.Context(), h.ref, qq.ListFriends{}); reason != "" && (err == nil || !strings.Contains(err.Error(), reason)) {
				t.Errorf("an operation is told %v", err)
			}
			if reason != "" {
				come <- struct{}{}
			}
			synctest.Wait()
		}
	})
}

// TestRelink: waits grow while the link does not hold, and begin anew once it
// has held; a driver that panics or ends without reason is treated alike.
func TestRelink(t *testing.T) {
	d := &driver{}
	d.run = func(ctx context.Context, _ qq.Emit, _ uint64) error {
		switch n := len(d.began()); {
		case n == 3:
			panic("driver panicked")
		case n < 6:
			return errors.New("no route")
		case n == 6:
			time.Sleep(time.Minute) // it holds for a while
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
	for _, anonymous := range []bool{false, true} {
		t.Run(fmt.Sprint("anonymous=", anonymous), func(t *testing.T) {
			*d = driver{run: d.run}
			if anonymous { // it knows its login only by its Run, which never tells
				qq.Serve(&d.Handlers, func(context.Context, qq.GetLogin) (qq.Login, error) { return qq.Login{}, qq.ErrOffline })
			}
			inside(t, d, func(t *testing.T, h *house) {
				time.Sleep(time.Hour)
				began := d.began()
				want(t, "runs", len(began), 7)
				for i := range 5 {
					limit := time.Second << i
					if wait := began[i+1].Sub(began[i]); wait < limit/4 || wait > limit {
						t.Errorf("wait %d is %v, want up to %v", i, wait, limit)
					}
				}
				limit := time.Second
				if anonymous {
					limit = 32 * time.Second
				}
				if wait := began[6].Sub(began[5]) - time.Minute; wait > limit {
					t.Errorf("wait after a link that held is %v", wait)
				}
			})
		})
	}
}

func TestRunIsToldTheLastOrigin(t *testing.T) {
	d := &driver{}
	d.run = func(ctx context.Context, emit qq.Emit, last uint64) error {
		if _, err := emit(ctx, qq.Emission{Origin: last + 5, Event: &qq.FriendDeleted{}}); err != nil {
			return err
		}
		if last > 10 {
			<-ctx.Done()
		}
		return ctx.Err()
	}
	inside(t, d, func(t *testing.T, h *house) {
		time.Sleep(time.Minute)
		synctest.Wait()
		want(t, "origins", fmt.Sprint(d.lasts), "[0 5 10 15]")
	})
}

// TestARefusedLink: what a person has to mend is an error in the log once, and
// tried again at the longest waits; behind a link that worked it is news again.
func TestARefusedLink(t *testing.T) {
	var mu sync.Mutex
	levels := map[slog.Level]int{}
	d := &driver{}
	d.logger = slog.New(countLevels{count: func(l slog.Level) { mu.Lock(); levels[l]++; mu.Unlock() }})
	d.run = func(ctx context.Context, _ qq.Emit, _ uint64) error {
		if len(d.began()) == 11 {
			time.Sleep(time.Minute)
			return errors.New("cut")
		}
		return fmt.Errorf("no: %w", qq.Errorf(qq.ErrForbidden, "write the right token"))
	}
	qq.Serve(&d.Handlers, func(context.Context, qq.GetLogin) (qq.Login, error) {
		if len(d.began()) != 10 {
			return qq.Login{}, qq.ErrOffline
		}
		return qq.Login{Online: true}, nil
	})
	inside(t, d, func(t *testing.T, h *house) {
		for len(d.began()) < 11 {
			time.Sleep(time.Second)
		}
		began := d.began()
		for i := range 9 {
			if wait := began[i+1].Sub(began[i]); wait < 15*time.Second || wait > time.Minute {
				t.Errorf("wait %d is %v", i, wait)
			}
		}
		want(t, "reason", h.ref.Status().Reason, "")
		for len(d.began()) < 20 {
			time.Sleep(time.Second)
		}
		want(t, "reason", h.ref.Status().Reason, "no: write the right token")
		mu.Lock()
		defer mu.Unlock()
		want(t, "errors", levels[slog.LevelError], 2)
		want(t, "warnings", levels[slog.LevelWarn], 1)
	})
}

// countLevels is a log that counts its records by level.
type countLevels struct {
	slog.Handler
	count func(slog.Level)
}

func (countLevels) Enabled(context.Context, slog.Level) bool { return true }

func (c countLevels) Handle(_ context.Context, r slog.Record) error { c.count(r.Level); return nil }

func (c countLevels) WithAttrs([]slog.Attr) slog.Handler { return c }

func (c countLevels) WithGroup(string) slog.Handler { return c }
