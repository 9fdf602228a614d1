package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync/atomic"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// once does a keyed operation, or answers what it answered before. The
// operation goes on when its caller leaves: who asks again gets its result.
func (r Ref) once(ctx context.Context, k qq.Keyed) (any, error) {
	if k.Op.Class() == qq.ClassRead {
		return r.do(ctx, k.Op)
	}
	if _, bounded := ctx.Deadline(); !bounded {
		limited, cancel := context.WithTimeout(ctx, opTimeout)
		defer cancel()
		ctx = limited
	}
	st := r.state
	p, result, err := st.promise(ctx, k)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return recorded(result)
	}
	defer p.release()
	if v, known, err := p.recall(ctx); known || err != nil {
		return v, err
	}
	if err := st.ingest(ctx, p.Operation); err != nil {
		return nil, err
	}
	return st.calls.Ask(ctx, func(reply system.Reply[any]) {
		p.handed = true
		st.sys.Root().Send(r.pid, &call{Reply: reply, ctx: context.WithoutCancel(ctx), op: p})
	})
}

// recorded is the result of an operation that was done before.
func recorded(text []byte) (any, error) {
	v, err := qq.DecodeResult(text)
	if err != nil {
		return nil, &qq.Error{Kind: qq.ErrInternal, Text: "it was done before, but its result cannot be read", Outcome: qq.Applied, Cause: err}
	}
	return v, nil
}

// promise claims the key. Without a promise the operation is done, and result
// is what it answered.
func (st *state) promise(ctx context.Context, k qq.Keyed) (p *promise, result []byte, err error) {
	if st.Keys == nil {
		return nil, nil, qq.Errorf(qq.ErrUnsupported, "idempotency keys are not kept here")
	}
	if reason := qq.CheckKey(k.Key); reason != "" {
		return nil, nil, qq.Errorf(qq.ErrInvalid, "the idempotency key %s", reason)
	}
	if k.Op, err = st.resolved(k.Op); err != nil {
		return nil, nil, err
	}
	fingerprint, err := k.Fingerprint()
	if err != nil {
		return nil, nil, err
	}
	p = &promise{Operation: k.Op, state: st, key: k.Name()}
	p.driver, _ = st.Driver.(qq.Remembering)
	claim, err := p.claim(ctx, fingerprint)
	if err != nil {
		return nil, nil, err
	}
	if claim.State == Finished {
		return nil, claim.Result, nil
	}
	p.unsure = claim.State == Orphan
	p.nonce = nonce(st.ID, p.key, claim.Begun, fingerprint)
	return p, nil, nil
}

// nonce names the attempt that began then: a key that is used again after it
// was forgotten makes another one.
func nonce(account qq.UserID, key string, begun qq.Time, fingerprint [32]byte) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %x %s", account, begun, fingerprint, key))
	return hex.EncodeToString(sum[:16])
}

// promise is an operation under a claimed key on its way to the driver. Its
// claim is ended exactly once: where it is answered, whether or not its caller
// still waits, or by release.
type promise struct {
	qq.Operation
	state  *state
	driver qq.Remembering // nil when the driver does not remember
	key    string
	nonce  string
	unsure bool // an earlier attempt may have been applied
	handed bool // the account's actor has it
	ended  atomic.Bool
}

// claim waits for others that use the key and answers a claim that is the
// caller's, or Finished.
func (p *promise) claim(ctx context.Context, fingerprint [32]byte) (Claim, error) {
	for {
		c, err := p.state.Keys.Begin(p.state.ID, p.key, fingerprint, p.state.Now())
		for err == nil && c.State == InProgress {
			c, err = c.Wait(ctx)
		}
		switch {
		case err != nil:
			return c, err
		case c.State != Orphan:
			return c, nil
		case p.driver == nil:
			e := qq.Errorf(qq.ErrConflict, "an earlier call with this idempotency key was interrupted and nobody can tell whether it was applied; "+
				"look before you try again, with a new key")
			e.Outcome = qq.Unknown
			return c, e
		case p.state.Keys.Adopt(p.state.ID, p.key):
			return c, nil
		}
	}
}

// recall asks the driver what became of an earlier attempt.
func (p *promise) recall(ctx context.Context) (v any, known bool, err error) {
	if !p.unsure {
		return nil, false, nil
	}
	if v, known, err = p.driver.Recall(ctx, p.nonce); err != nil {
		return nil, false, err
	}
	p.unsure = false
	if known {
		p.state.stamp(v)
		p.end(v, nil)
	}
	return v, known, nil
}

// do has the driver do it.
func (p *promise) do(ctx context.Context) (any, error) {
	if p.driver != nil {
		return p.driver.DoOnce(ctx, p.nonce, p.Operation)
	}
	return p.state.Driver.Do(ctx, p.Operation)
}

// release ends the claim of an operation that did not get to the actor.
func (p *promise) release() {
	if p.handed {
		return
	}
	outcome := qq.NotApplied
	if p.unsure {
		outcome = qq.Unknown
	}
	p.end(nil, &qq.Error{Kind: qq.ErrTimeout, Outcome: outcome})
}

// end ends the claim as the operation's outcome wants.
func (p *promise) end(v any, err error) {
	if !p.ended.CompareAndSwap(false, true) {
		return
	}
	var result []byte
	failed := err
	if failed == nil {
		result, err = qq.EncodeResult(v)
	}
	keys, id := p.state.Keys, p.state.ID
	switch {
	case err == nil:
		keys.Finish(id, p.key, result)
	case failed != nil && domainError(failed).Outcome == qq.NotApplied:
		keys.Abandon(id, p.key)
	default:
		keys.Lose(id, p.key)
	}
}
