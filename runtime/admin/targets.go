package admin

import (
	"context"
	"slices"

	"llbot/protocols/qq"
)

// Targets are the durable targets: webhooks, reverse links, and forward links
// that have a name. Errors of package qq decide the answer's status. Safe for
// concurrent use.
type Targets interface {
	// List are all that are known, by name.
	List() []TargetStatus
	// Find is one of them; false when there is none of that name.
	Find(name string) (TargetStatus, bool)
	// Redeliver asks for events once more.
	Redeliver(name string, r Redelivery) error
	// Forget deletes what is kept of a target that nobody serves any more, its
	// letters included; qq.ErrConflict when it is in use.
	Forget(name string) error
}

// Letters are the events that targets did not get although their cursor has
// passed them. Safe for concurrent use.
type Letters interface {
	// Letters are those of a target behind a number, at most limit, in order.
	Letters(target string, after qq.SN, limit int) []Letter
	// Drop deletes one; false when there is none.
	Drop(target string, sn qq.SN) bool
}

// TargetStatus is how one target is doing. Delivered, Retries and Gaps count
// from the start of the server, Refused, Skipped and Dropped since the target
// is known.
type TargetStatus struct {
	Name    string    `json:"name"`
	Kind    string    `json:"kind"`    // webhook, reverse or forward; "" when absent
	Account qq.UserID `json:"account"` // 0 when absent
	// State is up, retrying, open (the circuit: only probes are made), down,
	// live-only (it proves nothing) or absent (known from an earlier start,
	// served by nothing in this one).
	State  string `json:"state"`
	Cursor qq.SN  `json:"cursor"` // done with everything up to it, 0 = nowhere yet

	// Waiting counts the account's events behind the cursor, those that the
	// target does not want included. It is counted up to MaxWaiting: WaitingMore
	// tells that there are more.
	Waiting     int     `json:"waiting"`
	WaitingMore bool    `json:"waiting_more,omitempty"`
	Oldest      qq.Time `json:"oldest,omitempty"`    // time of the first that waits
	OffLog      bool    `json:"off_log,omitempty"`   // events behind the cursor have left the log
	Replaying   int     `json:"replaying,omitempty"` // still to be redelivered by hand

	Delivered *uint64 `json:"delivered,omitempty"` // of webhooks; links prove by a Pong how far they came, and nothing is counted
	Retries   uint64  `json:"retries"`             // tries that failed
	Gaps      uint64  `json:"gaps"`                // times that events left the log undelivered
	Refused   uint64  `json:"refused"`             // given up
	Skipped   uint64  `json:"skipped"`             // left out by the replay policy
	Letters   int     `json:"letters"`             // refused and skipped events that are listed now
	Dropped   uint64  `json:"dropped"`             // letters that made room for younger ones

	Tries       int     `json:"tries,omitempty"` // of the event in hand
	NextTry     qq.Time `json:"next_try,omitempty"`
	LastError   string  `json:"last_error,omitempty"`
	LastErrorAt qq.Time `json:"last_error_at,omitempty"`
	LastProof   qq.Time `json:"last_proof,omitempty"` // of the newest delivery
}

// MaxWaiting is how far the events that wait for a target are counted.
const MaxWaiting = 10_000

// StateAbsent is the state of a target that nothing serves.
const StateAbsent = "absent"

// Redelivery asks for events once more, whatever cursor and policy say: those
// with the numbers in List, or those of the target's account behind After up to
// UpTo when List is empty.
type Redelivery struct {
	List        []qq.SN
	After, UpTo qq.SN
	Rate        int // a second; 0 = as fast as they go
}

// TargetList is the answer of GET /api/targets.
type TargetList struct {
	Targets []TargetStatus `json:"targets"`
}

func (s *Server) listTargets(_ context.Context, q *query) (any, error) {
	if err := q.err(); err != nil {
		return nil, err
	}
	if q.text("target") == "" {
		list := s.Targets.List()
		if list == nil {
			list = []TargetStatus{}
		}
		return TargetList{list}, nil
	}
	found, err := s.target(q.text("target"))
	return TargetList{[]TargetStatus{found}}, err
}

func (s *Server) forgetTarget(_ context.Context, q *query) (any, error) {
	if q.text("target") == "" {
		q.add("target", "is required")
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	if _, err := s.target(q.text("target")); err != nil {
		return nil, err
	}
	return nothing{}, s.Targets.Forget(q.text("target"))
}

// target finds a target or says which there are.
func (s *Server) target(name string) (TargetStatus, error) {
	found, ok := s.Targets.Find(name)
	if ok {
		return found, nil
	}
	var names []string
	for _, t := range s.Targets.List() {
		names = append(names, t.Name)
	}
	if len(names) == 0 {
		return found, qq.Errorf(qq.ErrNotFound, "there is no target %q; this server has no webhook, reverse link or named forward link", name)
	}
	return found, qq.Errorf(qq.ErrNotFound, "there is no target %q; there are %s", name, enumerate(names, 20))
}

// enumerate lists names, the first few of many.
func enumerate(names []string, most int) string {
	slices.Sort(names)
	text := ""
	for i, n := range names {
		if i == most {
			return text + " …"
		}
		if i > 0 {
			text += ", "
		}
		text += n
	}
	return text
}

// noTargets is a server without durable targets.
type noTargets struct{}

func (noTargets) List() []TargetStatus                { return nil }
func (noTargets) Find(string) (TargetStatus, bool)    { return TargetStatus{}, false }
func (noTargets) Redeliver(string, Redelivery) error  { return nil }
func (noTargets) Forget(string) error                 { return nil }
func (noTargets) Letters(string, qq.SN, int) []Letter { return nil }
func (noTargets) Drop(string, qq.SN) bool             { return false }
