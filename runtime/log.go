package runtime

import (
	"log/slog"
	"path/filepath"

	"llbot/actors/conn"
	"llbot/actors/journal"
	"llbot/protocols/qq"
	"llbot/runtime/config"
	"llbot/runtime/eventlog"
)

// eventLog is what the parts of a server want of the event log, be it on disk
// or in memory.
type eventLog interface {
	journal.Log
	conn.LogReader
	ReadAccount(dst []*qq.Entry, account qq.UserID, after qq.SN, max int) ([]*qq.Entry, error)
	Synced() qq.SN
	Epoch() uint64
	Lost() []eventlog.Range
	Stats() eventlog.Stats
	Trouble() error
	Close() error
}

// openLog opens the event log as safe as the configuration wants it.
func (m *machine) openLog(s *Server) error {
	if s.cfg.Durability == config.DurabilityOff {
		m.log = eventlog.NewMemory(now(), 0)
		return nil
	}
	safe := eventlog.Batch
	if s.cfg.Durability == config.DurabilityStrict {
		safe = eventlog.Strict
	}
	log, found, err := eventlog.Open(eventlog.Options{ // what it lost, it logs
		Dir: filepath.Join(s.cfg.Data, "events"), Durability: safe, Now: now, Logger: s.settings.logger,
		Retention: eventlog.Retention{Age: s.cfg.Retention.MaxAge, Bytes: s.cfg.Retention.MaxBytes},
	})
	if err != nil {
		return err
	}
	m.log = log
	m.onClose(log.Close)
	if found.New {
		m.missLog(s.settings.logger)
	}
	return nil
}

// missLog tells that there is no event log although targets had come somewhere
// in one: nothing in the folder itself can tell that.
func (m *machine) missLog(logger *slog.Logger) {
	newest := m.store.Cursors().Newest()
	if newest == 0 {
		return
	}
	logger.Warn("the event log is gone: targets had read events of one, and its folder was empty (deleted, or durability was off until now). "+
		"What they had not got yet is lost; they go on with new events, and clients that resume are told that their position is unknown",
		slog.Uint64("newest_cursor", uint64(newest)))
}
