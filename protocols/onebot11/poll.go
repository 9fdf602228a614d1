package onebot11

import (
	"context"
	"errors"
	"sync"
	"time"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Journal is the event log as clients that poll read it.
type Journal interface {
	// First and Last are the numbers of the oldest and the newest event held.
	First() qq.SN
	Last() qq.SN
	// Read appends to dst at most max events behind a number, in order.
	// qq.ErrCursorGone when some of those are no longer held.
	Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error)
	// Watch calls fn, which must not wait, whenever events came.
	Watch(fn func(last qq.SN)) (cancel func())
}

// The limits of polling, as LLBot has them: events of one answer, how long a
// key is kept that nobody uses; and ours: keys at a time, and the longest wait.
const (
	pollEvents  = 100
	pollMemory  = 5 * time.Minute
	pollKeys    = 1000
	longestPoll = 10 * time.Minute
	pollStride  = 256 // entries read at a time
)

// poller keeps the places of clients that poll.
type poller struct {
	journal Journal
	form    Encoder
	own     bool // what the account said itself counts too

	mu     sync.Mutex
	places map[pollKey]*pollPlace
}

type pollKey struct {
	account qq.UserID
	key     string
}

// pollPlace is how far one client has read. Two polls under one key wait for
// each other.
type pollPlace struct {
	mu    sync.Mutex
	after qq.SN
	used  time.Time // guarded by the poller's mu
}

func (p *poller) actions() []action.Action {
	return []action.Action{
		action.Handle("get_event", p.event).Acts(qq.ClassRead).Says("Waits up to timeout milliseconds for events; a new key starts now."),
		action.Handle("get_updates", p.updates).Acts(qq.ClassRead).Says("Waits up to timeout seconds for events; the first call starts now."),
	}
}

type eventParam struct {
	Key     wire.Optional[wire.Str] `json:"key" default:"\"\""`
	Timeout wire.Optional[wire.Int] `json:"timeout" default:"0" doc:"milliseconds"`
}

func (p *poller) event(ctx context.Context, c qq.Caller, q eventParam) ([]wire.Raw, error) {
	wait, err := within("timeout", q.Timeout.Value, 0, longestPoll.Milliseconds())
	if err != nil {
		return nil, err
	}
	return p.poll(ctx, pollKey{c.Account(), "event " + string(q.Key.Value)}, time.Duration(wait)*time.Millisecond, pollEvents)
}

type updatesParam struct {
	Limit   wire.Optional[wire.Int] `json:"limit" default:"100"`
	Timeout wire.Optional[wire.Int] `json:"timeout" default:"0" doc:"seconds"`
}

func (p *poller) updates(ctx context.Context, c qq.Caller, q updatesParam) ([]wire.Raw, error) {
	limit, err := within("limit", q.Limit.Or(pollEvents), 1, pollEvents)
	if err != nil {
		return nil, err
	}
	wait, err := within("timeout", q.Timeout.Value, 0, int64(longestPoll.Seconds()))
	if err != nil {
		return nil, err
	}
	return p.poll(ctx, pollKey{c.Account(), "updates"}, time.Duration(wait)*time.Second, limit)
}

// poll answers what came since the last time, waiting when there is nothing.
func (p *poller) poll(ctx context.Context, key pollKey, wait time.Duration, limit int) ([]wire.Raw, error) {
	if p.journal == nil {
		return nil, qq.Errorf(qq.ErrUnsupported, "this endpoint keeps no events for polling")
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	news := make(chan struct{}, 1)
	defer p.journal.Watch(func(qq.SN) {
		select {
		case news <- struct{}{}:
		default:
		}
	})()
	place := p.place(key)
	place.mu.Lock()
	defer place.mu.Unlock()
	for {
		events, err := p.read(place, key.account, limit)
		if err != nil || len(events) > 0 {
			return events, err
		}
		select {
		case <-news:
		case <-ctx.Done():
			return []wire.Raw{}, nil
		}
	}
}

// read takes events from the log until there are enough.
func (p *poller) read(place *pollPlace, account qq.UserID, limit int) ([]wire.Raw, error) {
	events := []wire.Raw{}
	for {
		entries, err := p.journal.Read(nil, place.after, pollStride)
		if errors.Is(err, qq.ErrCursorGone) {
			events = append(events, p.gap(place, account))
			continue
		}
		if err != nil {
			return nil, qq.Errorf(qq.ErrInternal, "the event log cannot be read: %w", err)
		}
		for _, e := range entries {
			if len(events) == limit {
				return events, nil
			}
			place.after = e.SN
			if e.Account != account || qq.FromSelf(e.Event) && !p.own {
				continue
			}
			if text, ok := p.form.Encode(nil, e); ok {
				events = append(events, text)
			}
		}
		if len(entries) < pollStride {
			return events, nil
		}
	}
}

// gap goes on behind events that are no longer held, and tells of them.
func (p *poller) gap(place *pollPlace, account qq.UserID) wire.Raw {
	next := max(p.journal.First(), place.after+1)
	lost := &qq.EventsLost{After: place.after, Next: next, Reason: "the event log no longer holds them"}
	text, _ := p.form.Encode(nil, &qq.Entry{SN: next - 1, Account: account, Time: qq.TimeOf(time.Now()), Event: lost})
	place.after = next - 1
	return text
}

// place finds a client's place; a new one starts at the log's end.
func (p *poller) place(key pollKey) *pollPlace {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	place := p.places[key]
	if place == nil || now.Sub(place.used) > pollMemory {
		p.forget(now)
		place = &pollPlace{after: p.journal.Last()}
		p.places[key] = place
	}
	place.used = now
	return place
}

// forget drops the places that nobody uses, and when there are too many the
// one that was used longest ago.
func (p *poller) forget(now time.Time) {
	var oldest pollKey
	var since time.Time
	for key, place := range p.places {
		if now.Sub(place.used) > pollMemory {
			delete(p.places, key)
		} else if since.IsZero() || place.used.Before(since) {
			oldest, since = key, place.used
		}
	}
	if len(p.places) >= pollKeys {
		delete(p.places, oldest)
	}
}
