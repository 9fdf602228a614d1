package sim

import (
	"slices"
	"time"

	"llbot/protocols/qq"
)

// FaultKind says what a fault does.
type FaultKind string

// The faults of operations. They strike the accounts of this server, never the
// people who are played.
const (
	FaultOffline     FaultKind = "offline"      // refused: not logged in. Nothing is done
	FaultRateLimited FaultKind = "rate_limited" // refused: too often
	FaultRiskControl FaultKind = "risk_control" // refused: QQ protects itself
	FaultUpstream    FaultKind = "upstream"     // refused with QQ's own words
	FaultLostCall    FaultKind = "lost_call"    // never reaches QQ: timed out, and whether it happened is unknown
	FaultLostAnswer  FaultKind = "lost_answer"  // done, but the answer never comes: the same to see
	FaultSlow        FaultKind = "slow"         // done after a delay
	FaultSlowMedia   FaultKind = "slow_media"   // slow, for what carries blobs or asks for them only
)

// The faults of events and of the link.
const (
	FaultDuplicateEvent FaultKind = "duplicate_event" // told twice
	FaultLateEvent      FaultKind = "late_event"      // told after a delay, behind those that came meanwhile; at once while 1024 wait
	FaultMissingEvent   FaultKind = "missing_event"   // never told
	FaultLinkLost       FaultKind = "link_lost"       // the link breaks at the next operation and is made again
	FaultKicked         FaultKind = "kicked"          // QQ throws the account out at the next operation; it stays out until it logs in
)

// FaultKinds lists every kind of fault.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultOffline, FaultRateLimited, FaultRiskControl, FaultUpstream, FaultLostCall, FaultLostAnswer, FaultSlow, FaultSlowMedia,
		FaultDuplicateEvent, FaultLateEvent, FaultMissingEvent, FaultLinkLost, FaultKicked,
	}
}

// ofEvents tells whether a fault strikes events rather than operations.
func (k FaultKind) ofEvents() bool {
	return k == FaultDuplicateEvent || k == FaultLateEvent || k == FaultMissingEvent
}

// delays tells whether a fault needs a delay.
func (k FaultKind) delays() bool {
	return k == FaultSlow || k == FaultSlowMedia || k == FaultLateEvent
}

// Fault is a fault on demand. Zero fields match everything. Faults are not part
// of the world: a restart clears those that the options do not name.
type Fault struct {
	ID          int // given by the world
	Kind        FaultKind
	Account     qq.UserID
	Op          string        // name of an operation, e.g. SendMessage
	Class       string        // class of operations, e.g. send
	Event       string        // kind of an event, e.g. MessageReceived
	Probability float64       // of striking where it matches; 0 means always
	Count       int           // how often it strikes; 0 is without end
	Delay       time.Duration // of slow and late ones, on the machine's clock
	Text        string        // what a refusal says; "" for words of ours
	Struck      int           // how often it has struck
}

// MaxFaultDelay bounds how long a fault holds something up.
const MaxFaultDelay = time.Hour

// check refuses a fault that could never strike.
func (f *Fault) check() error {
	invalid := func(format string, args ...any) error { return qq.Errorf(qq.ErrInvalid, format, args...) }
	switch {
	case !slices.Contains(FaultKinds(), f.Kind):
		return invalid("there is no fault %q; there are %v", f.Kind, FaultKinds())
	case f.Probability < 0 || f.Probability > 1 || f.Probability != f.Probability:
		return invalid("a probability of %v is not between 0 and 1", f.Probability)
	case f.Count < 0:
		return invalid("a fault cannot strike %d times", f.Count)
	case f.Delay < 0 || f.Delay > MaxFaultDelay:
		return invalid("a delay of %s is not between 0 and %s", f.Delay, MaxFaultDelay)
	case f.Kind.delays() != (f.Delay > 0):
		return invalid("a fault %q %s a delay", f.Kind, map[bool]string{true: "needs", false: "takes no"}[f.Kind.delays()])
	case f.Kind.ofEvents() && (f.Op != "" || f.Class != ""):
		return invalid("a fault %q strikes events, not operations", f.Kind)
	case !f.Kind.ofEvents() && f.Event != "":
		return invalid("a fault %q strikes operations, not events", f.Kind)
	case f.Op != "" && !slices.ContainsFunc(qq.Catalogue(), func(op qq.Operation) bool { return qq.OpName(op) == f.Op }):
		return invalid("there is no operation %q", f.Op)
	case f.Class != "" && !slices.ContainsFunc(qq.Catalogue(), func(op qq.Operation) bool { return op.Class().String() == f.Class }):
		return invalid("there is no class %q; there are read, send, change, moderate and account", f.Class)
	case f.Event != "" && !slices.ContainsFunc(qq.EventKinds(), func(e qq.Event) bool { return qq.EventKind(e) == f.Event }):
		return invalid("there is no event %q", f.Event)
	}
	return nil
}

// strikesOp tells whether the fault is meant for an operation of an account.
func (f *Fault) strikesOp(account qq.UserID, op qq.Operation) bool {
	return !f.Kind.ofEvents() && (f.Account == 0 || f.Account == account) && (f.Op == "" || f.Op == qq.OpName(op)) &&
		(f.Class == "" || f.Class == op.Class().String()) && (f.Kind != FaultSlowMedia || handlesMedia(op))
}

// handlesMedia tells whether an operation carries blobs or asks for them.
func handlesMedia(op qq.Operation) bool {
	switch op := op.(type) {
	case qq.RenewLink, qq.FindMedia, qq.GetFileLink:
		return true
	case qq.Carrying:
		found := false
		_ = op.EachMedia(func(*qq.Media) error { found = true; return nil }) // the visit never fails
		return found
	}
	return false
}

// strikesEvent tells whether the fault is meant for an event of an account.
func (f *Fault) strikesEvent(account qq.UserID, e qq.Event) bool {
	return f.Kind.ofEvents() && (f.Account == 0 || f.Account == account) && (f.Event == "" || f.Event == qq.EventKind(e))
}
