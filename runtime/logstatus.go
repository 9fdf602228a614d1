package runtime

import (
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/metrics"
)

// logStatus shows the event log to people.
func (s *Server) logStatus() admin.LogStatus {
	log := s.machine.log
	figures := log.Stats()
	status := admin.LogStatus{
		Durability: string(s.cfg.Durability), Epoch: log.Epoch(), Synced: log.Synced(),
		Bytes: figures.Bytes, Segments: figures.Segments, Pending: figures.Pending,
		Appended: figures.Appended, Repeats: figures.Repeats, Refused: figures.Refused, Failures: figures.Failures,
		Syncs: figures.Syncs, SyncP50: milliseconds(figures.SyncP50), SyncP99: milliseconds(figures.SyncP99),
	}
	if first, last := log.First(), log.Last(); first <= last {
		status.First, status.Last = first, last
	}
	for _, r := range log.Lost() {
		status.Lost = append(status.Lost, admin.LostRange{First: r.First, Last: r.Last})
	}
	return status
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// logFigures shows the event log to scrapes.
func (s *Server) logFigures() metrics.Log {
	log := s.machine.log
	stats := log.Stats()
	figures := metrics.Log{
		Synced: log.Synced(), Bytes: stats.Bytes, Segments: stats.Segments, Pending: stats.Pending,
		Appended: uint64(stats.Appended), Repeats: uint64(stats.Repeats), Refused: uint64(stats.Refused),
		Failures: uint64(stats.Failures), Lost: uint64(stats.Lost), Syncs: uint64(stats.Syncs),
		SyncP50: stats.SyncP50, SyncP99: stats.SyncP99,
	}
	if first, last := log.First(), log.Last(); first <= last {
		figures.First, figures.Last = first, last
	}
	return figures
}
