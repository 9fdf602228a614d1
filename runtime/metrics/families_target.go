package metrics

import "github.com/prometheus/client_golang/prometheus"

func targetFamilies() []metric {
	const counter, level = prometheus.CounterValue, prometheus.GaugeValue
	return []metric{
		{describe("target_state", "The state of a durable target: 1 for the one that it is in.", "target", "kind", "state"),
			level, func(s *Snapshot, sample sampler) {
				for _, t := range s.Targets {
					for _, state := range States() {
						sample(yes(state == t.State), t.Name, t.Kind, state)
					}
				}
			}},
		perTarget(level, "target_cursor_sn", "Entry up to which a durable target is done with everything, 0 for nowhere yet.", func(t Target) float64 { return float64(t.Cursor) }),
		perTarget(level, "target_lag_seconds", "Age of the oldest event of its account that waits for a durable target, 0 when none does.", func(t Target) float64 { return t.Lag.Seconds() }),
		perTarget(level, "target_tries", "Tries so far of the event that a durable target has in hand.", func(t Target) float64 { return float64(t.Tries) }),
		perTarget(level, "target_replaying", "Events still to be redelivered to a durable target by hand.", func(t Target) float64 { return float64(t.Replaying) }),
		perTarget(level, "target_letters", "Events listed as refused by a durable target or skipped for it.", func(t Target) float64 { return float64(t.Letters) }),
		{describe("target_delivered_total", "Proven deliveries to a durable target that counts them, a webhook.", "target"),
			counter, func(s *Snapshot, sample sampler) {
				for _, t := range s.Targets {
					if t.Delivered != nil {
						sample(float64(*t.Delivered), t.Name)
					}
				}
			}},
		perTarget(counter, "target_retries_total", "Tries to deliver to a durable target that failed.", func(t Target) float64 { return float64(t.Retries) }),
		perTarget(counter, "target_refused_total", "Events that a durable target refused for good, since it is known.", func(t Target) float64 { return float64(t.Refused) }),
		perTarget(counter, "target_skipped_total", "Events that the replay policy left out for a durable target, since it is known.", func(t Target) float64 { return float64(t.Skipped) }),
		perTarget(counter, "target_gaps_total", "Times that events left the log before a durable target got them.", func(t Target) float64 { return float64(t.Gaps) }),
		perTarget(counter, "target_letters_dropped_total", "Listed events of a durable target that made room for younger ones, since it is known.", func(t Target) float64 { return float64(t.LettersDropped) }),
	}
}
