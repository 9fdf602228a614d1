package account

import (
	"context"

	"llbot/protocols/qq"
)

// Keys remember under which idempotency key what was done, also after a crash.
// Implementations are safe for concurrent use. Whoever gets a Fresh claim, or
// adopted an Orphan, ends it by Finish, Abandon or Lose on every path: until
// then others wait for it.
type Keys interface {
	// Begin claims a key for the operation with that fingerprint. A Fresh claim
	// is on disk when Begin answers. The errors are *qq.Error: ErrConflict when
	// the key was used with another fingerprint, ErrRateLimited when too much is
	// in progress, ErrInternal when the disk fails; then nothing is claimed.
	Begin(account qq.UserID, key string, fingerprint [32]byte, now qq.Time) (Claim, error)
	// Adopt puts an orphan in progress, as the caller's; false when it is no
	// orphan any more.
	Adopt(account qq.UserID, key string) bool
	// Finish stores what the operation answered, at once for those who ask. It
	// does not wait for the disk.
	Finish(account qq.UserID, key string, result []byte)
	// Abandon frees a key whose operation was not applied.
	Abandon(account qq.UserID, key string)
	// Lose makes the key an orphan: nobody knows what became of the operation.
	Lose(account qq.UserID, key string)
}

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
	// do it twice. Who can find out adopts it.
	Orphan
)

// Claim is what Keys.Begin answers.
type Claim struct {
	State  ClaimState
	Result []byte  // Finished only; not to be changed
	Begun  qq.Time // Fresh and Orphan: when the key was first claimed

	// InProgress only: closed when the operation has ended; then Again answers
	// the claim that follows.
	Ended <-chan struct{}
	Again func() (Claim, error)
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
	case <-c.Ended:
		return c.Again()
	case <-ctx.Done():
		e := qq.Errorf(qq.ErrTimeout, "waiting for the same operation under this key: %w", ctx.Err())
		e.Outcome = qq.Unknown
		return Claim{}, e
	}
}
