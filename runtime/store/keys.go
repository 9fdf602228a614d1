package store

import (
	"cmp"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"llbot/protocols/qq"

	"go.etcd.io/bbolt"
)

// MaxKey is the longest name of an operation in bytes: an idempotency key and
// what tells the operations of one request apart.
const MaxKey = qq.MaxKey + 16

// pruneEvery is how often keys past their retention are looked for.
const pruneEvery = qq.Time(time.Minute / time.Millisecond)

// Keys are the idempotency keys of sending operations: what was sent under a
// key is not sent again under it, whatever happens to the caller or to this
// process in between.
//
// Whoever gets a Fresh claim, or adopts an Orphan, runs the operation and then
// ends the claim by Finish, Abandon or Lose, on every path: until then others
// wait for it. Keys are held for Limits.Retention from when they began. An account at its limit
// makes room by dropping the sixteenth of its keys that is the oldest, those in
// progress excepted.
type Keys struct {
	limits Limits
	w      *writer
	table  *table[operation, record]

	mu      sync.Mutex
	running map[operation]*run
	held    map[qq.UserID]map[string]qq.Time // all keys: when they began
	pruned  qq.Time
}

// operation is a key of an account.
type operation struct {
	account qq.UserID
	key     string
}

// record is what the disk knows of a key.
type record struct {
	fingerprint [32]byte
	begun       qq.Time
	finished    bool
	result      []byte
}

// run is an operation of this process that is under way.
type run struct {
	record
	ended chan struct{}
}

func newKeys(w *writer, db *bbolt.DB, limits Limits) *Keys {
	return &Keys{
		limits: limits, w: w, table: newTable(w, db, keyForm()),
		running: map[operation]*run{}, held: map[qq.UserID]map[string]qq.Time{},
	}
}

func (k *Keys) load() error {
	err := k.table.each(func(op operation, r record) { k.hold(op, r.begun) })
	k.prune(qq.TimeOf(time.Now()))
	return err
}

// Begin claims a key for an operation; the fingerprint is a hash of what it
// would do. A Fresh claim is on disk when Begin answers: it waits for that,
// together with all others that wait. The errors are *qq.Error: ErrInvalid
// when the key is not 1 to MaxKey bytes, ErrConflict when it was used with
// another fingerprint, ErrRateLimited when the account has too many in
// progress, ErrInternal when the disk does not take it. After an error nothing
// is claimed.
func (k *Keys) Begin(account qq.UserID, key string, fingerprint [32]byte, now qq.Time) (Claim, error) {
	if key == "" || len(key) > MaxKey {
		return Claim{}, qq.Errorf(qq.ErrInvalid, "an idempotency key is 1 to %d bytes, not %d", MaxKey, len(key))
	}
	op := operation{account, key}
	claim, err := k.claim(op, fingerprint, now)
	if err != nil || claim.State != Fresh {
		return claim, err
	}
	if err := k.w.sync(); err != nil {
		k.Abandon(account, key)
		return Claim{}, qq.Errorf(qq.ErrInternal, "the idempotency key cannot be stored: %w", err)
	}
	return claim, nil
}

// claim is Begin up to the disk.
func (k *Keys) claim(op operation, fingerprint [32]byte, now qq.Time) (Claim, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now-k.pruned >= pruneEvery {
		k.prune(now)
	}
	if held, known, err := k.known(op, fingerprint, now); known || err != nil {
		return held, err
	}
	if !k.makeRoom(op.account) {
		return Claim{}, qq.Errorf(qq.ErrRateLimited, "%d keyed operations are in progress", k.limits.Keys)
	}
	r := &run{record: record{fingerprint: fingerprint, begun: now}, ended: make(chan struct{})}
	k.running[op] = r
	k.hold(op, now)
	k.table.put(op, r.record)
	return Claim{State: Fresh, Begun: now}, nil
}

// known is the claim to a key that is held.
func (k *Keys) known(op operation, fingerprint [32]byte, now qq.Time) (Claim, bool, error) {
	var r record
	under := k.running[op]
	if under != nil {
		r = under.record
	} else if begun, ok := k.held[op.account][op.key]; !ok || k.expired(begun, now) {
		return Claim{}, false, nil
	} else if r, ok = k.table.get(op); !ok {
		return Claim{}, false, nil
	}
	switch {
	case r.fingerprint != fingerprint:
		return Claim{}, false, qq.Errorf(qq.ErrConflict, "this idempotency key was used for another request")
	case under != nil:
		again := func() (Claim, error) { return k.Begin(op.account, op.key, fingerprint, now) }
		return Claim{State: InProgress, Ended: under.ended, Again: again}, true, nil
	case r.finished:
		return Claim{State: Finished, Result: r.result}, true, nil
	}
	return Claim{State: Orphan, Begun: r.begun}, true, nil
}

// Adopt puts an orphan in progress again, as the caller's; false when it is
// none any more, or somebody else was faster.
func (k *Keys) Adopt(account qq.UserID, key string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	op := operation{account, key}
	if _, held := k.held[account][key]; !held || k.running[op] != nil {
		return false
	}
	r, ok := k.table.get(op)
	if !ok || r.finished {
		return false
	}
	k.running[op] = &run{record: r, ended: make(chan struct{})}
	return true
}

// Finish stores what an operation answered: at once for those who ask, within
// 50 ms on disk. Killed before, it is an Orphan. An Orphan may be finished too,
// by somebody who found out.
func (k *Keys) Finish(account qq.UserID, key string, result []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	op := operation{account, key}
	if _, held := k.held[account][key]; !held {
		return
	}
	r, ok := k.table.get(op)
	if ok {
		r.finished, r.result = true, slices.Clone(result)
		k.table.put(op, r)
	}
	k.end(op)
}

// Abandon frees a key: the operation was not applied, or it may be done again.
// One of those who wait for it runs it.
func (k *Keys) Abandon(account qq.UserID, key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	op := operation{account, key}
	k.drop(op)
	k.end(op)
}

// Lose ends an operation of which nobody knows whether it was applied: from
// now on its key is an Orphan, as after a crash.
func (k *Keys) Lose(account qq.UserID, key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.end(operation{account, key})
}

// Count is the number of keys that are held for an account.
func (k *Keys) Count(account qq.UserID) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.held[account])
}

// end lets those go on who wait.
func (k *Keys) end(op operation) {
	if r := k.running[op]; r != nil {
		delete(k.running, op)
		close(r.ended)
	}
}

func (k *Keys) hold(op operation, begun qq.Time) {
	keys := k.held[op.account]
	if keys == nil {
		keys = map[string]qq.Time{}
		k.held[op.account] = keys
	}
	keys[op.key] = begun
}

func (k *Keys) drop(op operation) {
	keys := k.held[op.account]
	if _, ok := keys[op.key]; !ok {
		return
	}
	delete(keys, op.key)
	if len(keys) == 0 {
		delete(k.held, op.account)
	}
	k.table.remove(op)
}

func (k *Keys) expired(begun, now qq.Time) bool {
	return now-begun >= qq.Time(k.limits.Retention/time.Millisecond)
}

// prune drops what is past its retention, except what is in progress.
func (k *Keys) prune(now qq.Time) {
	k.pruned = now
	for account, keys := range k.held {
		for key, begun := range keys {
			if op := (operation{account, key}); k.expired(begun, now) && k.running[op] == nil {
				k.drop(op)
			}
		}
	}
}

// makeRoom drops an account's oldest keys when it is at its limit; false when
// all are in progress.
func (k *Keys) makeRoom(account qq.UserID) bool {
	held := k.held[account]
	if len(held) < k.limits.Keys {
		return true
	}
	ended := slices.DeleteFunc(slices.Collect(maps.Keys(held)), func(key string) bool {
		return k.running[operation{account, key}] != nil
	})
	slices.SortFunc(ended, func(a, b string) int { return cmp.Compare(held[a], held[b]) })
	n := min(len(ended), 1+k.limits.Keys/16)
	for _, key := range ended[:n] {
		k.drop(operation{account, key})
	}
	k.w.logger.Warn("an account has too many idempotency keys; the oldest are forgotten",
		slog.Int64("account", int64(account)), slog.Int("forgotten", n), slog.Int("limit", k.limits.Keys))
	return n > 0
}
