package runtime

import (
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
		build := upstreamDrivers()[a.Driver]
		if build == nil || explained[a.Driver] {
			continue
		}
		up := a.Upstream
		d, err := build(upstream.Options{URL: up.URL.Reveal(), Listen: up.Listen.Reveal(), Platform: up.Platform})
		if err != nil {
			continue // the configuration was checked before
		}
		explained[a.Driver] = true
		explainLacks(&b, string(a.Driver), d.Unserved())
	}
	return b.String()
}

// explainLacks lists what a driver cannot do, by reason.
func explainLacks(b *strings.Builder, driver string, lacks []upstream.Lack) {
	by := map[string][]string{}
	for _, l := range lacks {
		by[l.Reason] = append(by[l.Reason], l.Operation)
	}
	b.WriteString("driver " + driver + " cannot do\n")
	for _, reason := range slices.Sorted(maps.Keys(by)) {
		b.WriteString("  " + strings.Join(by[reason], ", ") + ": " + reason + "\n")
	}
}
