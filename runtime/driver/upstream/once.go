package upstream

import (
	"context"
	"errors"
	"time"

	"llbot/protocols/qq"
)

// nonceKey is where an operation's context holds its nonce.
type nonceKey struct{}

// Nonce is the nonce under which an operation is done, "" for none: the key that
// goes with the calls of an upstream that takes keys.
func Nonce(ctx context.Context) string {
	nonce, _ := ctx.Value(nonceKey{}).(string)
	return nonce
}

// keyed tells whether the upstream itself does what has a nonce at most once.
func (d *Driver) keyed() bool {
	k, ok := d.protocol.(Keyed)
	return ok && k.Keyed()
}

// DoOnce is Do under a nonce. It never does an operation again that may have
// been applied.
func (d *Driver) DoOnce(ctx context.Context, nonce string, op qq.Operation) (any, error) {
	if a := d.sends.known(nonce); a != nil {
		if v, err := d.await(ctx, a); err == nil || !d.keyed() || !errors.Is(err, qq.ErrConflict) {
			return v, err
		}
		d.sends.suspect(nonce)
	}
	suspect := d.sends.suspected(nonce)
	a := d.sends.begin(nonce, op, !d.keyed())
	v, err := d.do(context.WithValue(ctx, nonceKey{}, nonce), op)
	if suspect && errors.Is(err, qq.ErrOffline) { // that this try did not get there says nothing of the one before
		e := *qq.AsError(err)
		e.Outcome, err = qq.Unknown, &e
	}
	d.sends.end(a, v, err)
	return v, err
}

// Recall answers what came of the operation under a nonce. What was lost on
// the way is looked for among the account's own messages; while nobody can
// tell, the error is ErrConflict with the outcome unknown. So it is with a nonce
// of an earlier life of this process that nothing was written down of, or whose
// operation is no message: it may have been done just before the end. An upstream
// that takes keys is simply asked again.
func (d *Driver) Recall(ctx context.Context, nonce string) (any, bool, error) {
	d.sends.restore(d.o.Notes, d.o.Account)
	a := d.sends.known(nonce)
	if a == nil {
		if d.keyed() {
			d.sends.suspect(nonce)
			return nil, false, nil
		}
		return nil, false, unsure()
	}
	v, err := d.await(ctx, a)
	if err != nil && d.keyed() && errors.Is(err, qq.ErrConflict) {
		d.sends.suspect(nonce)
		return nil, false, nil
	}
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
		d.spoke(nil, v) // which the upstream may never have told
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

// suspect notes that an earlier try under a nonce may have been applied: it is
// about to be made again, at an upstream that knows the nonce.
func (s *sends) suspect(nonce string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.suspects) >= keepNonces {
		clear(s.suspects)
	}
	s.suspects[nonce] = true
}

func (s *sends) suspected(nonce string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.suspects[nonce]
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
