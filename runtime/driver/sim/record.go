package sim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"

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

// kinds are the types of changes by their names in the journal.
var kinds = sync.OnceValue(func() map[string]reflect.Type {
	byName := map[string]reflect.Type{}
	for _, c := range changes() {
		byName[c.kind()] = reflect.TypeOf(c).Elem()
	}
	return byName
})

// newChange is the zero value of a kind, nil when there is no such kind.
func newChange(kind string) change {
	t := kinds()[kind]
	if t == nil {
		return nil
	}
	c, _ := reflect.New(t).Interface().(change)
	return c
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

// decodeRecord reads a line's JSON. Its head is nearly always written as
// appendRecord does it, and then only the data needs a parser.
func decodeRecord(text []byte) (record, error) {
	if l, ok := quickHead(text); ok {
		if r, err := l.record(); err == nil {
			return r, nil
		}
	}
	return decodeSlowly(text)
}

func decodeSlowly(text []byte) (record, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return record{}, fmt.Errorf("record: %w", err)
	}
	return l.record()
}

// record reads the data of a line.
func (l *line) record() (record, error) {
	r := record{number: l.Number, time: l.Time, nonce: l.Nonce, real: l.Real}
	if l.Version != recordVersion {
		return record{}, fmt.Errorf("record %d has version %d; this program knows %d", l.Number, l.Version, recordVersion)
	}
	if r.change = l.quick(); r.change != nil {
		return r, nil
	}
	if r.change = newChange(l.Kind); r.change == nil {
		return record{}, fmt.Errorf("record %d is of a kind that this program does not know: %q", l.Number, l.Kind)
	}
	if err := json.Unmarshal(l.Data, r.change); err != nil {
		return record{}, fmt.Errorf("record %d (%s): %w", l.Number, l.Kind, err)
	}
	return r, nil
}
