package qq

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"unicode"
)

// MaxKey is the longest idempotency key in bytes.
const MaxKey = 255

// CheckKey tells what is wrong with an idempotency key, "" when nothing is: it
// is 1 to MaxKey bytes without control characters.
func CheckKey(key string) (reason string) {
	if key == "" || len(key) > MaxKey {
		return "must be 1 to " + strconv.Itoa(MaxKey) + " bytes, not " + strconv.Itoa(len(key))
	}
	for _, r := range key {
		if unicode.IsControl(r) {
			return "must not hold control characters"
		}
	}
	return ""
}

// Keyed is an operation under an idempotency key: done at most once under it,
// by whatever process; later calls answer what the first one answered. Keys
// belong to an account and are held for a day. Reads take no notice of theirs.
//
// The failures, beside those of Op: ErrInvalid when the key is none;
// ErrConflict when it was used for another operation, or, with the outcome
// Unknown, when an earlier call may have been applied and nobody can tell.
type Keyed struct {
	Key  string
	Part int      // which one of the request's operations, from 0
	Plan [32]byte // what all operations of the request are; zero when it has one
	Op   Operation
}

// Class is that of the operation.
func (k Keyed) Class() Class { return k.Op.Class() }

// Name is the key under which the operation is held: that of a part beyond the
// first is told from all keys that clients can make up.
func (k Keyed) Name() string {
	if k.Part == 0 {
		return k.Key
	}
	return k.Key + "\x00" + strconv.Itoa(k.Part)
}

// Fingerprint tells whether two keyed operations are the same: a hash of what
// is to be done. References count by chat and seq where they are known, so that
// the protocol they came through makes no difference; blobs by what the caller
// wrote. ErrInvalid when the operation cannot be written down.
func (k Keyed) Fingerprint() ([32]byte, error) {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(k.Part)))
	h.Write(k.Plan[:])
	text, err := canonical(k.Op)
	h.Write(text)
	return [32]byte(h.Sum(nil)), err
}

// canonical is the operation as text: equal for equal operations.
func canonical(op Operation) ([]byte, error) {
	if r, ok := op.(Resolving); ok {
		nameless, err := r.Resolve(func(ref MessageRef) (MessageRef, error) {
			if ref.Resolved() {
				ref.ID = 0
			}
			return ref, nil
		})
		if err != nil {
			return nil, err
		}
		op = nameless
	}
	text, err := json.Marshal(op)
	if err != nil {
		return nil, Errorf(ErrInvalid, "the operation cannot be written down: %w", err)
	}
	return append([]byte(OpName(op)+" "), text...), nil
}

// UnderKey is a caller for the operations of one request, which it puts under
// the request's idempotency key one after another. Calls must follow each
// other, and be the same when the request is made again.
func UnderKey(c Caller, key string) Caller { return &underKey{Caller: c, key: key} }

type underKey struct {
	Caller
	key  string
	plan [32]byte
	next int
}

// Do puts the operation under the key, unless it is a read or has one.
func (u *underKey) Do(ctx context.Context, op Operation) (any, error) {
	if _, keyed := op.(Keyed); keyed || op.Class() == ClassRead {
		return u.Caller.Do(ctx, op)
	}
	k := Keyed{Key: u.key, Part: u.next, Plan: u.plan, Op: op}
	u.next++
	return u.Caller.Do(ctx, k)
}

// Together tells a caller of UnderKey all operations of the request, when they
// are several: the same key with another list is then a conflict from the first
// one on. Callers without a key are answered as they are.
func Together[O Operation](c Caller, ops []O) (Caller, error) {
	u, ok := c.(*underKey)
	if !ok || len(ops) < 2 {
		return c, nil
	}
	h := sha256.New()
	for _, op := range ops {
		text, err := canonical(op)
		if err != nil {
			return nil, err
		}
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		h.Write(text)
	}
	return &underKey{Caller: u.Caller, key: u.key, plan: [32]byte(h.Sum(nil)), next: u.next}, nil
}
