package sim

import (
	"cmp"
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
	nonce  string  // under which it was made, "" for most; see deed
	real   qq.Time // the machine's time, of records with a nonce while the world has a clock of its own; 0 else
}

// machineTime is when the record was made by the machine's clock. A record of
// a program that did not note it has the world's time only.
func (r *record) machineTime() qq.Time { return cmp.Or(r.real, r.time) }

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
	out.onlyOnline(st)
}

// changes is one zero value of every kind of change.
func changes() []change {
	return []change{
		&created{}, &recovered{}, &closed{}, &clockSet{}, &clockFreed{}, &scenePlaced{}, &groupPlaced{},
		&profileSet{}, &accountAdded{}, &groupCreated{},
		&befriended{}, &unfriended{},
		&said{}, &recalled{}, &reacted{}, &markedRead{}, &markedAllRead{}, &pressed{}, &textKnown{}, &stickerSaved{},
		&memberLeft{}, &disbanded{}, &memberMuted{}, &groupMuted{}, &cardSet{}, &adminSet{},
		&profileChanged{}, &avatarSet{}, &presenceSet{}, &modelSet{}, &deviceMoved{}, &loginMoved{},
		&remarkSet{}, &filed{}, &categorySet{}, &dropped{}, &pinSet{}, &nudged{}, &nudgeRecalled{}, &nudgesRefused{}, &typed{}, &liked{},
		&friendAsked{}, &friendAnswered{}, &groupAsked{}, &groupAnswered{},
		&groupRenamed{}, &groupPictureSet{}, &groupSideSet{}, &groupOptionsSet{}, &titleSet{}, &memberRanked{}, &groupJoined{}, &unblocked{},
		&announced{}, &unannounced{}, &confirmed{}, &essenceSet{}, &todoStepped{}, &signedIn{}, &honored{}, &luckyDrawn{}, &tipShown{},
		&fileFetched{}, &fileMoved{}, &fileRenamed{}, &fileDeleted{}, &filePersisted{}, &folderMade{}, &folderRenamed{}, &folderDeleted{},
		&flashMade{}, &flashReshared{}, &flashFetched{},
		&albumMade{}, &albumDeleted{}, &albumFilled{}, &albumMediaDeleted{}, &albumLiked{}, &albumCommented{},
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
	Real    qq.Time         `json:"m"`
	Data    json.RawMessage `json:"d"`
}

func decodeRecord(text []byte) (record, error) {
	if l, ok := quickHead(text); ok && l.Version == recordVersion && l.Kind == kindSaid {
		if s, ok := quickSaid(l.Data); ok {
			return record{number: l.Number, time: l.Time, change: s}, nil
		}
	}
	return decodeSlowly(text)
}

func decodeSlowly(text []byte) (record, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return record{}, fmt.Errorf("record: %w", err)
	}
	if l.Version != recordVersion {
		return record{}, fmt.Errorf("record %d has version %d; this program knows %d", l.Number, l.Version, recordVersion)
	}
	if l.Kind == kindSaid {
		if s, ok := quickSaid(l.Data); ok {
			return record{number: l.Number, time: l.Time, change: s, nonce: l.Nonce, real: l.Real}, nil
		}
	}
	c := newChange(l.Kind)
	if c == nil {
		return record{}, fmt.Errorf("record %d is of a kind that this program does not know: %q", l.Number, l.Kind)
	}
	if err := json.Unmarshal(l.Data, c); err != nil {
		return record{}, fmt.Errorf("record %d (%s): %w", l.Number, l.Kind, err)
	}
	return record{number: l.Number, time: l.Time, change: c, nonce: l.Nonce, real: l.Real}, nil
}
