package action

import "strings"

// Example is one call that was really made, for the reference of a protocol.
type Example struct {
	Params string // JSON
	Answer string // JSON
}

// ParseExamples reads calls by name: for each a line "# name", a line
// "> params", a line "< answer". Lines of any other form are skipped.
func ParseExamples(text string) map[string]Example {
	out := map[string]Example{}
	name := ""
	for line := range strings.Lines(text) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		e := out[name]
		switch kind {
		case "#":
			name = rest
			continue
		case ">":
			e.Params = rest
		case "<":
			e.Answer = rest
		default:
			continue
		}
		if name != "" {
			out[name] = e
		}
	}
	return out
}
