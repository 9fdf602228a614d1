package milky

import (
	"testing"

	"llbot/protocols/qq"
)

// TestEveryOperationIsServedOrExplained: what a driver lacks has a reason, and
// no reason is given for what it serves.
func TestEveryOperationIsServedOrExplained(t *testing.T) {
	lacks := map[string]bool{}
	for _, l := range Variants()[0].Lacks {
		lacks[l.Operation] = true
		if l.Reason == "" {
			t.Errorf("%s is not served, and nobody says why", l.Operation)
		}
	}
	for reason, ops := range reasons() {
		for _, op := range ops {
			if !lacks[qq.OpName(op)] {
				t.Errorf("%s is served, and %q", qq.OpName(op), reason)
			}
		}
	}
}
