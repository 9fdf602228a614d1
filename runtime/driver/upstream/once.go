package upstream

import (
	"context"
	"time"

	"llbot/protocols/qq"
)

// DoOnce is Do under a nonce. It never does an operation again that may have
// been applied.
func (d *Driver) DoOnce(ctx context.Context, nonce string, op qq.Operation) (any, error) {
	if a := d.sends.known(nonce); a != nil {
		return d.await(ctx, a)
	}
	a := d.sends.begin(nonce, op)
	v, err := d.do(ctx, op)
	d.sends.end(a, v, err)
	return v, err
}

// Recall answers what came of the operation under a nonce. What was lost on
// the way is looked for among the account's own messages; while nobody can
// tell, the error is ErrConflict with the outcome unknown. A nonce of an
// earlier life of this process is such a case: its operation may have been sent
// just before the end.
func (d *Driver) Recall(ctx context.Context, nonce string) (any, bool, error) {
	a := d.sends.known(nonce)
	if a == nil {
		return nil, false, unsure()
	}
	v, err := d.await(ctx, a)
	return v, err == nil, err
}

func unsure() error {
	e := qq.Errorf(qq.ErrConflict, "the answer to an earlier try was lost, and nobody can tell yet whether it was applied; "+
		"ask again later, or look before you try again with a new key")
	e.Outcome = qq.Unknown
	return e
}

// await waits for an attempt that is under way, then says what is known of it.
func (d *Driver) await(ctx context.Context, a *attempt) (any, error) {
	select {
	case <-a.ended:
	case <-ctx.Done():
		return nil, &qq.Error{Kind: qq.ErrTimeout, Text: "an earlier try is still under way", Outcome: qq.Unknown, Cause: ctx.Err()}
	}
	if v := d.sends.resultOf(a); v != nil {
		return v, nil
	}
	if a.chat.Scene != qq.SceneNone {
		d.search(ctx, a)
	}
	if v := d.sends.resultOf(a); v != nil {
		return v, nil
	}
	return nil, unsure()
}

// Bounds of the search for a lost message.
const (
	searchPages = 5
	searchSlack = 2 * time.Minute // between an upstream's clock and ours
)

// search reads the chat's history for own messages that no attempt owns, for
// upstreams that do not tell of them.
func (d *Driver) search(ctx context.Context, a *attempt) {
	since := qq.TimeOf(a.begun.Add(-searchSlack))
	start := int64(0)
	for range searchPages {
		v, err := d.do(ctx, qq.GetHistory{Chat: a.chat, Start: start, Count: qq.MaxHistoryPage})
		page, ok := v.(*qq.History)
		if err != nil || !ok || page == nil {
			return
		}
		older := false
		for _, m := range page.Messages {
			older = older || m.Time < since
			if m.Time >= since && m.Self {
				d.sends.echo(m)
			}
		}
		if older || page.Older == 0 || page.Older == start {
			return
		}
		start = page.Older
	}
}

// known is the attempt of a nonce, nil when there is none.
func (s *sends) known(nonce string) *attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nonces[nonce]
}

// resultOf is what came of an attempt, nil while nobody knows.
func (s *sends) resultOf(a *attempt) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return a.result
}
