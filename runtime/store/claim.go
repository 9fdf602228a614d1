package store

import (
	"context"

	"llbot/protocols/qq"
)

// ClaimState tells what is known of the operation under a key.
type ClaimState uint8

// The states of a claim.
const (
	// Fresh: nothing was done under this key; it is the caller's to do.
	Fresh ClaimState = iota + 1
	// Finished: it was done; Claim.Result is what it answered.
	Finished
	// InProgress: somebody in this process is doing it; see Claim.Wait.
	InProgress
	// Orphan: it was begun, by an earlier life of this process or by somebody
	// who lost it, and nobody knows whether it was applied. Doing it again may
	// do it twice. Abandon frees the key, Finish settles it.
	Orphan
)

// Claim is what Keys.Begin answers.
type Claim struct {
	State  ClaimState
	Result []byte // Finished only; not to be changed

	ended <-chan struct{} // InProgress only, as again
	again func() (Claim, error)
}

// Wait waits until an operation in progress has ended and answers the claim
// that follows: Finished with its result, Orphan when it was lost, Fresh when
// it was abandoned (then it is the caller's), InProgress when another waiter
// was faster. The errors are those of Begin, and ErrTimeout when ctx ends
// first. Claims in other states are answered as they are.
func (c Claim) Wait(ctx context.Context) (Claim, error) {
	if c.State != InProgress {
		return c, nil
	}
	select {
	case <-c.ended:
		return c.again()
	case <-ctx.Done():
		e := qq.Errorf(qq.ErrTimeout, "waiting for the same operation under this key: %w", ctx.Err())
		e.Outcome = qq.Unknown
		return Claim{}, e
	}
}
