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

// Error lists the faults, separated by "; ".
func (f Faults) Error() string {
	parts := make([]string, len(f))
	for i, fault := range f {
		parts[i] = fault.String()
	}
	return strings.Join(parts, "; ")
}
