package runtime

import (
	"path/filepath"
	"strconv"
	"strings"

	"llbot/actors/conn"
	"llbot/actors/journal"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/runtime/config"
	"llbot/runtime/eventlog"
	"llbot/runtime/store"
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
	log, _, err := eventlog.Open(eventlog.Options{ // what it lost, it logs
		Dir: filepath.Join(s.cfg.Data, "events"), Durability: safe, Now: now, Logger: s.settings.logger,
		Retention: eventlog.Retention{Age: s.cfg.Retention.MaxAge, Bytes: s.cfg.Retention.MaxBytes},
	})
	if err != nil {
		return err
	}
	m.log = log
	m.onClose(log.Close)
	return nil
}

// ledger keeps what is known of durable targets in the embedded store.
type ledger struct {
	*store.Cursors
	letters *store.DeadLetters
}

var _ conn.Ledger = ledger{}

// Refused makes a dead letter.
func (l ledger) Refused(target string, r conn.Refusal) {
	l.letters.Add(store.Letter{Kind: store.Refused, Target: target, SN: r.SN, At: r.At, Tries: r.Tries, Status: r.Status, Reason: r.Reason})
}

// Skipped lists an event that the replay policy left out.
func (l ledger) Skipped(target string, sn qq.SN, reason string) { l.letters.Skip(target, sn, reason) }

// remember opens the targets that named themselves in an earlier life: they
// are to be seen while they are away.
func (m *machine) remember(s *Server) {
	for _, c := range m.store.Cursors().List() {
		for _, e := range s.cfg.Endpoints {
			rest, mine := strings.CutPrefix(c.Target, e.Common().Name+"/")
			uin, name, durable := strings.Cut(rest, "/")
			if account, err := strconv.ParseUint(uin, 10, 64); mine && durable && err == nil && face.DurableName(name) {
				m.targets.Open(c.Target, conn.TargetForward, qq.UserID(account))
			}
		}
	}
}

// Redelivered strikes a letter.
func (l ledger) Redelivered(target string, sn qq.SN) { l.letters.Remove(target, sn) }
