package face

import (
	"strconv"

	"llbot/protocols/qq"
)

// FirstSN divides positions given as one number: greater ones are numbers of
// the event log, smaller ones times in Unix milliseconds, which stay below it
// for another three thousand years.
const FirstSN = 100_000_000_000_000

// Position is where a reader of the event log starts.
type Position struct {
	// Named tells that the client chose the position itself.
	Named bool
	// After is the last sequence number that the client has; with Time set,
	// reading starts at the first entry at or after it instead. In a position
	// that is not Named it is the log's end when the client was greeted, 0 when
	// nobody noted that.
	After qq.SN
	Time  qq.Time
	// Unknown is a number that the client named and that this log never gave:
	// it is told so, and gets what is new.
	Unknown qq.SN
}

// ParsePosition reads a named position: a number of the log or a time in Unix
// milliseconds; false when text is neither.
func ParsePosition(text string) (Position, bool) {
	n, err := strconv.ParseUint(text, 10, 53)
	switch {
	case err != nil:
		return Position{}, false
	case n >= FirstSN:
		return Position{Named: true, After: qq.SN(n)}, true
	}
	return Position{Named: true, Time: qq.Time(n)}, true
}

// LastEventID reads the id of the last event that a stream's client has. One
// that is none of ours is told as unknown: the client would come again with it
// for ever if it were refused.
func LastEventID(text string) Position {
	n, err := strconv.ParseUint(text, 10, 53)
	if err == nil && n >= FirstSN {
		return Position{Named: true, After: qq.SN(n)}
	}
	return Position{Unknown: qq.SN(max(n, 1))}
}

// maxDurable is the longest name of a durable connection, in bytes.
const maxDurable = 64

// DurableName tells whether a client may give its place in the log this name:
// 1 to 64 letters, digits, dots, dashes and underscores.
func DurableName(name string) bool {
	if name == "" || len(name) > maxDurable {
		return false
	}
	for i := range len(name) {
		c := name[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
		if !plain {
			return false
		}
	}
	return true
}
