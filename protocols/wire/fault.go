package wire

import "strings"

// Fault is one thing wrong with a request. Path names the place, e.g.
// "message[0].data.text"; "" is the whole value.
type Fault struct {
	Path   string
	Reason string
}

// String is "path: reason".
func (f Fault) String() string {
	if f.Path == "" {
		return f.Reason
	}
	return f.Path + ": " + f.Reason
}

// Faults is everything wrong with a request; as an error it lists them all.
type Faults []Fault

// MaxFaults is how many faults of one request are listed: a long list of
// nonsense must not cost a longer answer.
const MaxFaults = 50

// Add notes a fault, past MaxFaults only that there are more.
func (f *Faults) Add(fault Fault) {
	switch n := len(*f); {
	case n < MaxFaults:
		*f = append(*f, fault)
	case n == MaxFaults:
		*f = append(*f, Fault{Reason: "and there is more wrong"})
	}
}

// Error lists the faults, separated by "; ".
func (f Faults) Error() string {
	parts := make([]string, len(f))
	for i, fault := range f {
		parts[i] = fault.String()
	}
	return strings.Join(parts, "; ")
}
