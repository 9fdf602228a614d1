package sim

import (
	"encoding/json"
	"fmt"

	"llbot/protocols/qq"
)

// recordVersion is the version of the journal's lines and of snapshots.
const recordVersion = 1

// record is one change with its place in history.
type record struct {
	number uint64
	time   qq.Time
	change change
	nonce  string // under which it was made, "" for most; see deed
}

// change is a happening: one of the types that newChange lists.
type change interface {
	// kind is the change's name in the journal.
	kind() string
	// apply makes the next state and tells the events. It is pure: it trusts
	// that the change was allowed and looks at nothing but its arguments.
	apply(st *state, at qq.Time, out *telling)
}

// apply moves the state on by one record.
func apply(st *state, r record, out *telling) {
	st.Record, st.Clean = r.number, false
	if r.nonce != "" {
		st.remember(r)
	}
	r.change.apply(st, r.time, out)
}

// changes is one zero value of every kind of change.
func changes() []change {
	return []change{
		&created{}, &recovered{}, &closed{},
		&profileSet{}, &accountAdded{}, &groupCreated{},
		&befriended{}, &unfriended{},
		&said{}, &recalled{},
		&memberLeft{}, &disbanded{}, &memberMuted{}, &groupMuted{}, &cardSet{}, &adminSet{},
		&friendAsked{}, &friendAnswered{}, &groupAsked{}, &groupAnswered{},
	}
}

func newChange(kind string) change {
	if kind == kindSaid { // nearly all of a journal
		return &said{}
	}
	for _, c := range changes() {
		if c.kind() == kind {
			return c
		}
	}
	return nil
}

type line struct {
	Number  uint64          `json:"n"`
	Time    qq.Time         `json:"t"`
	Version int             `json:"v"`
	Kind    string          `json:"k"`
	Nonce   string          `json:"o"`
	Data    json.RawMessage `json:"d"`
}

func decodeRecord(text []byte) (record, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return record{}, fmt.Errorf("record: %w", err)
	}
	if l.Version != recordVersion {
		return record{}, fmt.Errorf("record %d has version %d; this program knows %d", l.Number, l.Version, recordVersion)
	}
	c := newChange(l.Kind)
	if c == nil {
		return record{}, fmt.Errorf("record %d is of a kind that this program does not know: %q", l.Number, l.Kind)
	}
	if err := json.Unmarshal(l.Data, c); err != nil {
		return record{}, fmt.Errorf("record %d (%s): %w", l.Number, l.Kind, err)
	}
	return record{number: l.Number, time: l.Time, change: c, nonce: l.Nonce}, nil
}
