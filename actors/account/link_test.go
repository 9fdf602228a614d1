package account

import (
	"context"
	"errors"
	"fmt"
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
