package sim

import (
	"slices"
	"strings"
)

// notBuilt names the operations that the simulated QQ does not serve yet,
// sorted. Whoever builds one deletes its name here.
func notBuilt() []string {
	names := strings.Fields(`
	`)
	slices.Sort(names)
	return names
}
