package metrics

import "github.com/prometheus/client_golang/prometheus"

func logFamilies() []metric {
	return []metric{
		gauge("log_first_sn", "Oldest entry of the event log, 0 when it is empty.", func(s *Snapshot) float64 { return float64(s.Log.First) }),
		gauge("log_last_sn", "Newest entry of the event log, 0 when it is empty.", func(s *Snapshot) float64 { return float64(s.Log.Last) }),
		gauge("log_synced_sn", "Entry up to which everything is on disk.", func(s *Snapshot) float64 { return float64(s.Log.Synced) }),
		gauge("log_bytes", "Size of the event log on disk.", func(s *Snapshot) float64 { return float64(s.Log.Bytes) }),
		gauge("log_segments", "Files of the event log.", func(s *Snapshot) float64 { return float64(s.Log.Segments) }),
		gauge("log_pending_bytes", "Bytes of events that wait for the disk.", func(s *Snapshot) float64 { return float64(s.Log.Pending) }),
		total("log_appended", "Events that the event log took.", func(s *Snapshot) uint64 { return s.Log.Appended }),
		total("log_repeats", "Events dropped since the event log had their origin.", func(s *Snapshot) uint64 { return s.Log.Repeats }),
		total("log_refused", "Events that the event log did not take since the disk was behind or failed.", func(s *Snapshot) uint64 { return s.Log.Refused }),
		total("log_failures", "Writes and syncs of the event log that failed.", func(s *Snapshot) uint64 { return s.Log.Failures }),
		total("log_lost", "Numbers of the event log found unreadable while it was open.", func(s *Snapshot) uint64 { return s.Log.Lost }),
		total("log_syncs", "Syncs of the event log.", func(s *Snapshot) uint64 { return s.Log.Syncs }),
		{describe("log_sync_seconds", "Time that syncs of the event log took, all since the start.", "quantile"),
			prometheus.GaugeValue, func(s *Snapshot, sample sampler) {
				sample(s.Log.SyncP50.Seconds(), "0.5")
				sample(s.Log.SyncP99.Seconds(), "0.99")
			}},
	}
}
