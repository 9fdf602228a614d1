package qq

import (
	"strconv"
	"strings"
	"testing"
)

func TestFaceName(t *testing.T) {
	for id, want := range map[string]string{"0": "惊讶", "14": "微笑", "179": "doge", "357": "裂开",
		// QQ has renamed 181, 200 and 317, took 54 away, and added those from 358 on.
		"181": "戳一戳", "200": "求求", "317": "菜汪", "353": "拜托", "54": "闪电", "358": "骰子", "424": "续标识", "484": "比爱心",
		"": "", "4 ": "", "128077": "", "-1": "", "014": "", "\n": "", "\n1": "", "1 撇嘴\n2": ""} {
		if got := FaceName(id); got != want {
			t.Errorf("%q is called %q, want %q", id, got, want)
		}
	}
	if got := testing.AllocsPerRun(100, func() { FaceName("484") }); got > 0 {
		t.Errorf("%.0f allocations a name", got)
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
