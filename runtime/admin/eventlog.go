package admin

import (
	"errors"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// EventLog is what is read of the event log. Safe for concurrent use; entries
// are shared and never changed.
type EventLog interface {
	// Read appends up to max entries behind a number, in order;
	// qq.ErrCursorGone when entries behind it are no longer held.
	Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error)
	// ReadAccount is Read for the entries of one account.
	ReadAccount(dst []*qq.Entry, account qq.UserID, after qq.SN, max int) ([]*qq.Entry, error)
	// Seek is the number behind which the first entry at or after t comes.
	Seek(t qq.Time) qq.SN
	// First is the oldest number held, Last the newest; First is greater while
	// the log is empty.
	First() qq.SN
	Last() qq.SN
}

// LogStatus is the answer of GET /api/log. Counters and quantiles are of this
// process.
type LogStatus struct {
	Durability string      `json:"durability"` // off, batch or strict
	Epoch      uint64      `json:"epoch,string"`
	First      qq.SN       `json:"first"`  // oldest event held, 0 when there is none
	Last       qq.SN       `json:"last"`   // newest event held, 0 when there is none
	Synced     qq.SN       `json:"synced"` // everything up to it is on disk
	Bytes      int64       `json:"bytes"`
	Segments   int         `json:"segments"`
	Pending    int64       `json:"pending_bytes"` // that wait for the disk
	Lost       []LostRange `json:"lost"`          // numbers that cannot be read

	Appended int64 `json:"appended"`
	Repeats  int64 `json:"repeats"`  // dropped: their origin was known
	Refused  int64 `json:"refused"`  // not taken: the disk was behind or failed
	Failures int64 `json:"failures"` // writes and syncs

	Syncs   int64   `json:"syncs"`
	SyncP50 float64 `json:"sync_p50_ms"`
	SyncP99 float64 `json:"sync_p99_ms"`
}

// LostRange is a stretch of numbers, both ends included.
type LostRange struct {
	First qq.SN `json:"first"`
	Last  qq.SN `json:"last"`
}

// EventLine is one line of GET /api/events. A line with Error ends an answer
// that could not be completed.
type EventLine struct {
	SN      qq.SN     `json:"sn"`
	Time    qq.Time   `json:"time"` // of the happening, Unix milliseconds
	Account qq.UserID `json:"account"`
	Type    string    `json:"type"`  // e.g. MessageReceived
	Text    string    `json:"text"`  // for people, one line
	Event   wire.Raw  `json:"event"` // all of it, as the log stores it
	Error   string    `json:"error,omitempty"`
}

// lineOf shows an entry.
func lineOf(e *qq.Entry) (EventLine, error) {
	line := EventLine{SN: e.SN, Time: e.Time, Account: e.Account, Type: qq.EventKind(e.Event), Text: qq.Describe(e.Event)}
	stored, err := qq.EncodeEvent(e.Event)
	if err != nil {
		return line, err
	}
	var form struct {
		Data wire.Raw `json:"data"`
	}
	if err := wire.Unmarshal(stored, &form); err != nil {
		return line, err
	}
	if line.Event = form.Data; len(form.Data) == 0 {
		line.Event = wire.Raw("null")
	}
	return line, nil
}

// held finds one entry.
func (s *Server) held(sn qq.SN) *qq.Entry {
	if sn == 0 {
		return nil
	}
	found, err := s.Log.Read(nil, sn-1, 1)
	if err != nil || len(found) == 0 || found[0].SN != sn {
		return nil
	}
	return found[0]
}

// absent tells why there is no entry of a number.
func (s *Server) absent(sn qq.SN) error {
	first, last := s.Log.First(), s.Log.Last()
	if first > last {
		return qq.Errorf(qq.ErrNotFound, "there is no event %d: the log is empty", sn)
	}
	for _, lost := range s.LogStatus().Lost {
		if sn >= lost.First && sn <= lost.Last {
			return qq.Errorf(qq.ErrNotFound, "event %d cannot be read: %d to %d were lost on disk", sn, lost.First, lost.Last)
		}
	}
	switch {
	case sn > last:
		return qq.Errorf(qq.ErrNotFound, "there is no event %d yet; the newest is %d", sn, last)
	case sn < first:
		return qq.Errorf(qq.ErrNotFound, "event %d has left the log; the oldest is %d", sn, first)
	}
	return qq.Errorf(qq.ErrNotFound, "no event has the number %d; numbers jump where llbot was started anew", sn)
}

// readable tells whether reading can begin behind a number.
func (s *Server) readable(after qq.SN) error {
	_, err := s.Log.Read(nil, after, 1)
	if errors.Is(err, qq.ErrCursorGone) {
		return qq.Errorf(qq.ErrCursorGone, "events behind %d have left the log; the oldest is %d", after, s.Log.First())
	}
	return err
}

// emptyLog is the log of a server that was given none.
type emptyLog struct{}

func (emptyLog) Read(dst []*qq.Entry, _ qq.SN, _ int) ([]*qq.Entry, error) { return dst, nil }
func (emptyLog) ReadAccount(dst []*qq.Entry, _ qq.UserID, _ qq.SN, _ int) ([]*qq.Entry, error) {
	return dst, nil
}
func (emptyLog) Seek(qq.Time) qq.SN { return 0 }
func (emptyLog) First() qq.SN       { return 1 }
func (emptyLog) Last() qq.SN        { return 0 }
