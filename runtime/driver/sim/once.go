package sim

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"llbot/protocols/qq"
)

// onceLimit is how many operations done under a nonce a world remembers. It is
// more than the keys of an account that can be open at a time.
const onceLimit = 1 << 17

// deed is an operation that was done under a nonce, and what it answered: a
// message when Chat is set.
type deed struct {
	Nonce  string  `json:"nonce"` // the user's number, a colon and his nonce
	Record uint64  `json:"record"`
	Time   qq.Time `json:"time"`
	// Real is the machine's time when the world had a clock of its own, 0 when
	// it is Time.
	Real qq.Time `json:"real,omitempty"`
	Chat chatKey `json:"chat,omitzero"`
	Seq  int64   `json:"seq,omitempty"`
	Temp bool    `json:"temp,omitempty"`
	// Result is what was answered when it was neither nothing nor a message, in
	// the form of qq.EncodeResult.
	Result json.RawMessage `json:"result,omitempty"`
}

// answering is a change that follows from an operation which answers more than
// qq.None. Links that expire are not part of the answer.
type answering interface {
	change
	answer(at qq.Time) any
}

// remember notes that a record was made under a nonce, and forgets what is too
// old by the machine's clock: a client that tries again knows nothing of the
// world's, which may leap over years. It follows from the records alone.
func (st *state) remember(r record) {
	d := &deed{Nonce: r.nonce, Record: r.number, Time: r.time, Real: r.real}
	switch c := r.change.(type) {
	case *said:
		d.Chat, d.Seq, d.Temp = c.Chat, c.Seq, c.Temp
		if c.Upload {
			d.Result = stored(c.upload(r.time))
		} else if forwardOf(c.Segments) != "" {
			d.Result = stored(c.sent(r.time))
		}
	case answering:
		d.Result = stored(c.answer(r.time))
	}
	index := st.deeds()
	index[d.Nonce] = d
	st.Deeds = append(st.Deeds, d)
	old := 0
	for old < len(st.Deeds) && (len(st.Deeds)-old > onceLimit || r.machineTime()-st.Deeds[old].machineTime() > qq.Time(qq.NonceMemory.Milliseconds())) {
		if forgotten := st.Deeds[old]; index[forgotten.Nonce] == forgotten {
			delete(index, forgotten.Nonce)
		}
		st.Deeds[old] = nil
		old++
	}
	st.Deeds = st.Deeds[old:]
}

// machineTime is when the deed was done, by the machine's clock.
func (d *deed) machineTime() qq.Time { return cmp.Or(d.Real, d.Time) }

// stored is an answer as a deed keeps it. Every answer that there is has a form.
func stored(answer any) json.RawMessage {
	text, err := qq.EncodeResult(answer)
	if err != nil {
		panic(err)
	}
	return text
}

// deeds finds deeds by nonce; a state that was read from a snapshot has the
// list alone.
func (st *state) deeds() map[string]*deed {
	if st.byNonce == nil {
		st.byNonce = make(map[string]*deed, len(st.Deeds))
		for _, d := range st.Deeds {
			st.byNonce[d.Nonce] = d
		}
	}
	return st.byNonce
}

// answer is what the operation answered to the user who did it.
func (d *deed) answer(user qq.UserID) (any, error) {
	if d.Result != nil {
		return qq.DecodeResult(d.Result)
	}
	if d.Chat == (chatKey{}) {
		return qq.None{}, nil
	}
	return &qq.Sent{MessageRef: refOf(d.Chat, &message{Seq: d.Seq, Temp: d.Temp}, user), Time: d.Time}, nil
}

// errDone tells that the nonce of a change is that of another one.
var errDone = errors.New("done before")

var _ qq.Remembering = (*driver)(nil)

// nonceOf is a nonce of the account's as the world keeps it.
func (d *driver) nonceOf(nonce string) string { return d.user.String() + ":" + clean(nonce) }

// DoOnce does an operation unless it was done under the nonce. The answer, and
// what anybody is told of it, wait for the disk.
func (d *driver) DoOnce(ctx context.Context, nonce string, op qq.Operation) (any, error) {
	if !d.world.faults.ops.Load() {
		return d.doOnce(ctx, nonce, op)
	}
	return d.around(ctx, op, func() (any, error) { return d.doOnce(ctx, nonce, op) })
}

func (d *driver) doOnce(ctx context.Context, nonce string, op qq.Operation) (any, error) {
	if v, known, err := d.Recall(ctx, nonce); known || err != nil {
		return v, err
	}
	one := newActor(d.world, d.user)
	one.nonce = d.nonceOf(nonce)
	one.asleep.Store(d.asleep.Load())
	v, err := one.do(ctx, op)
	if err != nil && !errors.Is(err, errDone) { // by somebody who was faster
		return nil, err
	}
	if done, known, err := d.Recall(ctx, nonce); known || err != nil {
		return done, err
	}
	return v, err // nothing had to be changed
}

// Recall finds what was done under a nonce, once it is on disk.
func (d *driver) Recall(ctx context.Context, nonce string) (result any, applied bool, err error) {
	var found *deed
	err = d.world.read(func(v viewing, _ qq.Time) error {
		found = v.deeds()[d.nonceOf(nonce)]
		return nil
	})
	if found == nil || err != nil {
		return nil, false, err
	}
	if err := d.world.synced(ctx, found.Record); err != nil {
		e := qq.Errorf(qq.ErrInternal, "it was done but is not on disk yet: %w", err)
		e.Outcome = qq.Unknown
		return nil, false, e
	}
	if result, err = found.answer(d.user); err != nil {
		return nil, false, qq.Errorf(qq.ErrInternal, "what was answered cannot be read: %w", err)
	}
	if done, ok := result.(*qq.AlbumUpload); ok {
		d.world.linkAlbum(done)
	}
	return result, true, nil
}
