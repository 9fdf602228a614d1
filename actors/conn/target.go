package conn

import (
	"errors"
	"sync"
	"sync/atomic"

	"llbot/protocols/qq"
)

// Ledger keeps what is known of durable targets beyond this process. Targets
// go by name. Nothing here waits for the disk.
type Ledger interface {
	// Load answers how far a target has come; false for one never heard of.
	Load(target string) (qq.SN, bool)
	// Save moves a target on.
	Save(target string, sn qq.SN)
	// Refused notes an event that a target did not take.
	Refused(target string, r Refusal)
	// Skipped notes an event that the replay policy left out.
	Skipped(target string, sn qq.SN, reason string)
	// Redelivered strikes an event off what a target did not get.
	Redelivered(target string, sn qq.SN)
}

// Refusal is an event given up for one target.
type Refusal struct {
	SN     qq.SN
	At     qq.Time
	Tries  int
	Status int    // the last answer's HTTP status, 0 when there was none
	Reason string // for people
}

// TargetKind tells how a target is reached.
type TargetKind string

// The kinds of target.
const (
	TargetWebhook TargetKind = "webhook"
	TargetReverse TargetKind = "reverse" // a WebSocket that we dial
	TargetForward TargetKind = "forward" // a WebSocket of a client that named itself
)

// TargetState is how a target is doing.
type TargetState string

// The states of a target.
const (
	StateDown     TargetState = "down"      // no link, or not begun
	StateUp       TargetState = "up"        // the last delivery was proven, or the link is there
	StateRetrying TargetState = "retrying"  // the last try failed
	StateOpen     TargetState = "open"      // the circuit is open: it failed so often that only probes are made
	StateLiveOnly TargetState = "live-only" // it never proves that it got anything
)

// TargetStatus is a target's state for people.
type TargetStatus struct {
	Name    string
	Kind    TargetKind
	Account qq.UserID
	State   TargetState
	Cursor  qq.SN // everything up to it is done with, 0: nowhere yet

	Delivered uint64 // proven deliveries of a webhook; links prove by places, not by events
	Retries   uint64 // tries that failed
	Refused   uint64 // given up: in the dead letters
	Skipped   uint64 // left out by the replay policy
	Gaps      uint64 // times that events had left the log before they were delivered

	Tries       int     // of the event in hand, in a row
	NextTry     qq.Time // 0: none is waited for
	LastError   string
	LastErrorAt qq.Time
	LastProof   qq.Time // of the newest proven delivery

	Replaying int // events still to be redelivered by hand
}

// Redelivery asks a target to be given events once more, whatever its cursor
// and its policy say: the events with the numbers in List, or those of the
// target's accounts behind After up to UpTo (0: the newest) when List is empty.
type Redelivery struct {
	List        []qq.SN
	After, UpTo qq.SN
	Rate        int // events a second, 0: as fast as they go
}

// ErrRedelivering tells that a target has too many redeliveries before this one.
var ErrRedelivering = errors.New("redeliveries to this target are under way; try again later")

// maxRedeliveries is how many may wait for one target.
const maxRedeliveries = 16

// Target is one durable delivery: a webhook or a reverse link of one account,
// or a forward link that has a name. It outlives actors and connections: its
// cursor goes on where the last one proved to have come. Safe for concurrent
// use.
type Target struct {
	Name    string
	Kind    TargetKind
	Account qq.UserID
	*Cursor

	ledger Ledger
	jobs   chan Redelivery

	opened atomic.Uint64 // see Await, 0: somebody serves it already

	mu      sync.Mutex
	status  TargetStatus
	trusted trustState
}

func newTarget(name string, kind TargetKind, account qq.UserID, ledger Ledger) *Target {
	t := &Target{Name: name, Kind: kind, Account: account, Cursor: NewCursor(), ledger: ledger,
		jobs: make(chan Redelivery, maxRedeliveries)}
	t.status.State = StateDown
	if ledger == nil {
		t.ledger = forgetful{}
	} else {
		if at, known := ledger.Load(name); known {
			t.after.Store(uint64(at))
		}
		t.keep = func(to qq.SN) { ledger.Save(name, to) }
	}
	return t
}

// Await tells where the log ended when the target was configured: what comes
// behind is for a new target, and nobody has missed it, however long it takes
// until an actor serves the target.
func (t *Target) Await(last qq.SN) {
	if t.At() == 0 {
		t.Move(last)
	}
	t.opened.Store(uint64(last))
}

// Status is how the target is doing now.
func (t *Target) Status() TargetStatus {
	t.mu.Lock()
	s := t.status
	t.mu.Unlock()
	s.Name, s.Kind, s.Account, s.Cursor = t.Name, t.Kind, t.Account, t.At()
	s.Replaying += len(t.jobs) // those that wait are one event each at least
	return s
}

// Redeliver queues a redelivery; it is carried out when the target can be
// reached, beside what is new.
func (t *Target) Redeliver(r Redelivery) error {
	select {
	case t.jobs <- r:
		return nil
	default:
		return ErrRedelivering
	}
}

// note changes the status.
func (t *Target) note(change func(*TargetStatus)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.status)
}

// refuse gives an event up; again tells that it was on the list before.
func (t *Target) refuse(r Refusal, again bool) {
	t.ledger.Refused(t.Name, r)
	if !again {
		t.note(func(s *TargetStatus) { s.Refused++ })
	}
}

// skip leaves an event out.
func (t *Target) skip(sn qq.SN, reason string) {
	t.ledger.Skipped(t.Name, sn, reason)
	t.note(func(s *TargetStatus) { s.Skipped++ })
}

// forgetful is the ledger of a target that nobody keeps.
type forgetful struct{}

func (forgetful) Load(string) (qq.SN, bool)     { return 0, false }
func (forgetful) Save(string, qq.SN)            {}
func (forgetful) Refused(string, Refusal)       {}
func (forgetful) Skipped(string, qq.SN, string) {}
func (forgetful) Redelivered(string, qq.SN)     {}
