package qq

import (
	_ "embed"
	"strings"
)

// faces lists QQ's own emoji, a number and a name on each line, as its newest
// clients show them; those that they no longer offer have the names that they had.
//
//go:embed faces.txt
var faces string

// FaceName is what QQ calls one of its own emoji, e.g. 微笑 for "14"; "" for
// numbers that are not known here and for Unicode emoji.
func FaceName(id string) string {
	if strings.Trim(id, "0123456789") != "" {
		return ""
	}
	from := 0
	if start := id + " "; !strings.HasPrefix(faces, start) {
		at := strings.Index(faces, "\n"+start)
		if at < 0 {
			return ""
		}
		from = at + 1
	}
	name, _, _ := strings.Cut(faces[from+len(id)+1:], "\n")
	return name
}
