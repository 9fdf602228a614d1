package qq

import (
	"context"
	"time"
)

// NonceMemory is how long a Remembering driver remembers at least: an hour
// longer than idempotency keys are held.
const NonceMemory = 25 * time.Hour

// Remembering is a driver that knows which operations it applied, also after a
// crash. With it a keyed operation that was lost on the way is settled by asking;
// without it nobody can tell. A nonce is plain text of at most 64 bytes that
// names one attempt to do one operation of the account.
type Remembering interface {
	Driver
	// DoOnce is Do for an operation that is no read, applied at most once under
	// its nonce: when it was applied before, the answer is that of then. A nil
	// error means that neither the operation nor the nonce is lost in a crash,
	// and nothing tells of the operation before that is so.
	DoOnce(ctx context.Context, nonce string, op Operation) (any, error)
	// Recall answers what the operation under a nonce answered; applied is
	// false when there was none.
	Recall(ctx context.Context, nonce string) (result any, applied bool, err error)
}
