package qq

import (
	"strconv"
	"strings"
	"testing"
)

func TestFaceName(t *testing.T) {
	for id, want := range map[string]string{"0": "惊讶", "14": "微笑", "179": "doge", "357": "裂开", "": "", "4 ": "", "128077": "", "-1": "", "014": "", "\n": ""} {
		if got := FaceName(id); got != want {
			t.Errorf("%q is called %q, want %q", id, got, want)
		}
	}
	last := -1
	for line := range strings.Lines(faces) {
		number, name, found := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		id, err := strconv.Atoi(number)
		if err != nil || !found || id <= last || name == "" || strings.TrimSpace(name) != name || FaceName(number) != name {
			t.Errorf("%q", line)
		}
		last = id
	}
}
