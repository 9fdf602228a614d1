package runtime

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"llbot/runtime/config"
	"llbot/runtime/driver/upstream"
)

// Explain says in plain text what a configuration would run, and what the
// drivers of its accounts cannot do. It opens nothing and shows no secret.
func Explain(cfg *config.Config) string {
	var b strings.Builder
	b.WriteString(config.Explain(cfg))
	explained := map[config.Driver]bool{}
	for _, a := range cfg.Accounts {
		d, known := upstreamDrivers()[a.Driver]
		if known && !explained[a.Driver] {
			explained[a.Driver] = true
			explainLacks(&b, a.Driver, d.variants())
		}
	}
	return b.String()
}

// explainLacks lists what no server of a driver can do, by reason, and what
// single ones cannot do beside: which one is there is known with the link only.
func explainLacks(b *strings.Builder, driver config.Driver, variants []upstream.Variant) {
	all := variants[0].Lacks
	for _, v := range variants {
		all = slices.DeleteFunc(slices.Clone(all), func(l upstream.Lack) bool { return !slices.Contains(v.Lacks, l) })
	}
	fmt.Fprintf(b, "driver %s cannot do\n", driver)
	by := map[string][]string{}
	for _, l := range all {
		by[l.Reason] = append(by[l.Reason], l.Operation)
	}
	for _, reason := range slices.Sorted(maps.Keys(by)) {
		b.WriteString("  " + strings.Join(by[reason], ", ") + ": " + reason + "\n")
	}
	for _, v := range variants {
		var own []string
		for _, l := range v.Lacks {
			if !slices.Contains(all, l) {
				own = append(own, l.Operation+": "+strings.TrimPrefix(l.Reason, v.Name+" "))
			}
		}
		if len(own) > 0 {
			fmt.Fprintf(b, "  %s neither: %s\n", v.Name, strings.Join(own, "; "))
		}
	}
}
