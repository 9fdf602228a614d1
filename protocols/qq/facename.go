package qq

import (
	_ "embed"
	"strings"
)

// faces lists QQ's own emoji, a number and a name on each line, as its clients
// show them.
//
//go:embed faces.txt
var faces string

// FaceName is what QQ calls one of its own emoji, e.g. 微笑 for "14"; "" for
// numbers that are not known here and for Unicode emoji.
func FaceName(id string) string {
	for line := range strings.Lines(faces) {
		if number, name, _ := strings.Cut(line, " "); number == id {
			return strings.TrimSuffix(name, "\n")
		}
	}
	return ""
}
