package runtime

import (
	"strconv"
	"strings"

	"llbot/actors/conn"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/runtime/store"
)

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

// Redelivered strikes a letter.
func (l ledger) Redelivered(target string, sn qq.SN) { l.letters.Remove(target, sn) }

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
