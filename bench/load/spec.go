package load

import "time"

// RigSpec is a set of connections that work together.
type RigSpec struct {
	Calls  *CallSpec    // who calls, if anybody does
	Listen []ListenSpec // who listens, in groups
	// Trigger is where a source waits for the number up to which it is to make
	// events, as host:port; "" when there is none.
	Trigger string
	// Act makes events by calling an action for each, for servers that have no
	// trigger: a whole request with a mark.
	Act *CallSpec
	// Window is how many events may be on their way in saturation; 0 is 128.
	Window int
	// Resume is the number of the last event that the source made before.
	Resume uint64
}

// CallSpec are connections that call an action, each as often as it can.
type CallSpec struct {
	Addr  string // host:port
	Conns int
	Depth int // requests sent before their answers are awaited
	// Request is a whole HTTP request or, for sockets, the text of a frame. The
	// number of a mark in it is made a fresh one for each call.
	Request []byte
	Socket  string   // the path of a WebSocket; "" calls over HTTP
	Headers []string // of the handshake, as "Name: value"
	Expect  string   // what each answer must hold
}

// ListenSpec are connections that listen.
type ListenSpec struct {
	Addr    string // host:port
	Path    string
	Headers []string // as "Name: value"
	Stream  bool     // server-sent events, not a WebSocket
	Hello   string   // the first frame that the client sends, if any
	Count   int
	Stuck   bool // they never read, and nothing is counted
}

// Tally is what a run counted.
type Tally struct {
	Count   uint64  // calls answered or events delivered, to all listeners together
	Seconds float64 // the time it took
	Events  uint64  // that the source was asked for
	Latency Latency // of an open loop

	// Of deliveries: all must be zero.
	Missing, Doubled, Reordered uint64
	Wrong                       uint64 // answers that did not hold what was expected
}

// Rate is the count each second.
func (t Tally) Rate() float64 { return float64(t.Count) / t.Seconds }

// Faults is how many deliveries and answers were not right.
func (t Tally) Faults() uint64 { return t.Missing + t.Doubled + t.Reordered + t.Wrong }

// Latency are quantiles of a run, from when an event was due to when it came.
type Latency struct{ P50, P90, P99, P999, Max time.Duration }

// Run says what a rig is to do.
type Run struct {
	Rig  int
	Kind Kind
	Rate float64 // events a second, of an open loop
	Time time.Duration
}

// Kind is a kind of run.
type Kind string

// The kinds of run.
const (
	Calls    Kind = "calls"    // every caller calls as fast as it is answered
	Saturate Kind = "saturate" // as many events as the window lets through
	Pace     Kind = "pace"     // an open loop at a rate
)

// Sample are texts as they came.
type Sample struct {
	Answer     []byte   // the body of the first answer to a call
	Deliveries [][]byte // the first delivery to each group of listeners, frame and all
}

// HookSpec are targets of webhooks.
type HookSpec struct {
	Targets int
	// Addr is where one target listens that somebody else named, and that takes
	// whatever path; "" chooses a free port.
	Addr string
}

// Hooks are open targets of webhooks: HookPath tells each one's path.
type Hooks struct {
	Number int
	Addr   string // host:port
}

// HookLink connects targets to a source.
type HookLink struct {
	Number  int
	Trigger string
	Act     *CallSpec // makes events in place of a trigger
}
