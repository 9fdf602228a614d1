package main

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

// follower reads the event log on and on, also over restarts of the server.
type follower struct {
	*console
	client      admin.Client
	first, most time.Duration // between tries to reach the server again
	newest      qq.SN         // of the events that were shown
	away        bool          // it was told that the server is away
}

func newFollower(c *console, client admin.Client) *follower {
	return &follower{console: c, client: client, first: 250 * time.Millisecond, most: 5 * time.Second}
}

// run hands events to take until the signals end. A server that was never
// reached, and one that refuses, is an error.
func (f *follower) run(q admin.EventQuery, take func(admin.EventLine) error) error {
	pause, reached := f.first, false
	for {
		var failed error
		err := f.client.Events(f.signals, q, func(line admin.EventLine) error {
			f.newest, pause = line.SN, f.first
			failed = take(line)
			return failed
		})
		if f.signals.Err() != nil { // Ctrl-C is how it ends
			return nil
		}
		if failed != nil {
			return failed
		}
		ended := err == nil || errors.Is(err, admin.ErrBroken)
		if reached = reached || ended; !reached || f.refused(err) {
			return err
		}
		q = f.behind(q, err)
		f.tell(ended)
		select {
		case <-time.After(pause):
		case <-f.signals.Done():
			return nil
		}
		pause = min(2*pause, f.most)
	}
}

// refused tells whether the server answered that it will not do it, ever.
func (f *follower) refused(err error) bool {
	refusal, ok := errors.AsType[*admin.APIError](err)
	return ok && refusal.Status != http.StatusServiceUnavailable && refusal.Status != http.StatusGone
}

// behind asks for what comes behind the newest event that was shown, or for
// all that is held when that has left the log.
func (f *follower) behind(q admin.EventQuery, err error) admin.EventQuery {
	if refusal, ok := errors.AsType[*admin.APIError](err); ok && refusal.Status == http.StatusGone {
		_, _ = fmt.Fprintf(f.err, "llbot: %v; going on from there\n", err)
		f.newest, q.After, q.Since, q.Last = 0, 0, "0", 0
	}
	if f.newest > 0 {
		q.After, q.Since, q.Last = f.newest, "", 0
	}
	return q
}

// tell says once that the server is away.
func (f *follower) tell(ended bool) {
	if f.away = f.away && !ended; f.away {
		return
	}
	f.away = true
	place := ""
	if f.newest > 0 {
		place = fmt.Sprintf(" behind sn %d", f.newest)
	}
	_, _ = fmt.Fprintf(f.err, "llbot: the server at %s went away; reading on%s as soon as it is back\n", f.client.Base, place)
}
