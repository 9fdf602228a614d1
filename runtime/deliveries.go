package runtime

import (
	"cmp"
	"errors"
	"log/slog"
	"slices"

	"llbot/actors/conn"
	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/metrics"
	"llbot/runtime/store"
)

// deliveries shows the durable targets to people, those that are known from an
// earlier start included.
type deliveries struct {
	log     eventLog
	targets *conn.Targets
	cursors *store.Cursors
	letters *store.DeadLetters
}

var (
	_ admin.Targets = deliveries{}
	_ admin.Letters = deliveries{}
)

func (m *machine) deliveries() deliveries {
	return deliveries{log: m.log, targets: m.targets, cursors: m.store.Cursors(), letters: m.store.DeadLetters()}
}

// List are all targets, by name.
func (d deliveries) List() []admin.TargetStatus {
	var list []admin.TargetStatus
	for _, t := range d.targets.List() {
		list = append(list, d.served(t))
	}
	for _, c := range d.cursors.List() {
		if d.targets.Find(c.Target) == nil {
			list = append(list, d.absent(c))
		}
	}
	slices.SortFunc(list, func(a, b admin.TargetStatus) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// Find finds one of them.
func (d deliveries) Find(name string) (admin.TargetStatus, bool) {
	if t := d.targets.Find(name); t != nil {
		return d.served(t), true
	}
	for _, c := range d.cursors.List() {
		if c.Target == name {
			return d.absent(c), true
		}
	}
	return admin.TargetStatus{}, false
}

func (d deliveries) served(t *conn.Target) admin.TargetStatus {
	s := t.Status()
	status := d.kept(admin.TargetStatus{
		Name: s.Name, Kind: string(s.Kind), Account: s.Account, State: string(s.State), Cursor: s.Cursor,
		Replaying: s.Replaying, Delivered: delivered(s), Retries: s.Retries, Gaps: s.Gaps,
		Tries: s.Tries, NextTry: s.NextTry, LastError: s.LastError, LastErrorAt: s.LastErrorAt, LastProof: s.LastProof,
	})
	waiting, off := d.waiting(s, admin.MaxWaiting+1)
	if status.OffLog = off; len(waiting) > 0 {
		status.Oldest = waiting[0].Time
	}
	status.Waiting, status.WaitingMore = min(len(waiting), admin.MaxWaiting), len(waiting) > admin.MaxWaiting
	return status
}

// delivered counts the deliveries of a webhook; nil for a link, whose Pongs
// prove how far it came and not how often.
func delivered(s conn.TargetStatus) *uint64 {
	if s.Kind != conn.TargetWebhook {
		return nil
	}
	return &s.Delivered
}

func (d deliveries) absent(c store.Cursor) admin.TargetStatus {
	return d.kept(admin.TargetStatus{Name: c.Target, State: admin.StateAbsent, Cursor: c.SN})
}

// kept adds what the store counts of a target.
func (d deliveries) kept(s admin.TargetStatus) admin.TargetStatus {
	tally := d.letters.Tally(s.Name)
	s.Refused, s.Skipped, s.Dropped, s.Letters = tally.Refused, tally.Skipped, tally.Dropped, d.letters.Count(s.Name)
	return s
}

// waiting reads the first events behind a target's cursor, and tells whether
// older ones have left the log.
func (d deliveries) waiting(s conn.TargetStatus, max int) (list []*qq.Entry, off bool) {
	if s.Cursor == 0 || s.Cursor >= d.log.Last() {
		return nil, false
	}
	list, err := d.log.ReadAccount(nil, s.Account, s.Cursor, max)
	if off = errors.Is(err, qq.ErrCursorGone); off {
		list, err = d.log.ReadAccount(nil, s.Account, d.log.First()-1, max)
	}
	if err != nil {
		return nil, off
	}
	return list, off
}

// Redeliver hands a redelivery to its target.
func (d deliveries) Redeliver(name string, r admin.Redelivery) error {
	t := d.targets.Find(name)
	if t == nil {
		return qq.Errorf(qq.ErrConflict, "nothing serves the target %s now", name)
	}
	err := t.Redeliver(conn.Redelivery{List: r.List, After: r.After, UpTo: r.UpTo, Rate: r.Rate})
	if errors.Is(err, conn.ErrRedelivering) {
		return qq.Errorf(qq.ErrRateLimited, "%s: %w", name, err)
	}
	return err
}

// Forget deletes what is kept of a target that nothing serves, such as a client
// that named itself and is away.
func (d deliveries) Forget(name string) error {
	if t := d.targets.Find(name); t != nil {
		switch {
		case t.Idle():
			d.targets.Close(name)
		case t.Kind == conn.TargetForward:
			return qq.Errorf(qq.ErrConflict, "the target %s is in use; its client is connected", name)
		default:
			return qq.Errorf(qq.ErrConflict, "the target %s is in use; take it out of the configuration first", name)
		}
	}
	d.cursors.Forget(name)
	d.letters.Forget(name)
	return nil
}

// warnOfUnfinished tells of redeliveries that end with the server: they are
// kept nowhere.
func (d deliveries) warnOfUnfinished(logger *slog.Logger) {
	for _, t := range d.targets.List() {
		if left := t.Status().Replaying; left > 0 {
			logger.Warn("a redelivery ends unfinished; ask for it again after the start",
				slog.String("target", t.Name), slog.Int("events_left", left))
		}
	}
}

// Letters are a target's letters behind a number.
func (d deliveries) Letters(target string, after qq.SN, limit int) []admin.Letter {
	var list []admin.Letter
	for _, l := range d.letters.List(target, after, limit) {
		kind := admin.LetterRefused
		if l.Kind == store.Skipped {
			kind = admin.LetterSkipped
		}
		list = append(list, admin.Letter{Kind: kind, SN: l.SN, At: l.At, Tries: l.Tries, Status: l.Status, Reason: l.Reason})
	}
	return list
}

// Drop deletes a letter.
func (d deliveries) Drop(target string, sn qq.SN) bool { return d.letters.Remove(target, sn) }

// figures are the targets that are served, for scrapes: the oldest event that
// waits is read, none is counted.
func (d deliveries) figures(now qq.Time) []metrics.Target {
	var list []metrics.Target
	for _, t := range d.targets.List() {
		s := t.Status()
		tally := d.letters.Tally(s.Name)
		one := metrics.Target{
			Name: s.Name, Kind: string(s.Kind), State: string(s.State), Cursor: s.Cursor,
			Delivered: delivered(s), Retries: s.Retries, Gaps: s.Gaps, Refused: tally.Refused, Skipped: tally.Skipped,
			LettersDropped: tally.Dropped, Letters: d.letters.Count(s.Name), Tries: s.Tries, Replaying: s.Replaying,
		}
		if waiting, _ := d.waiting(s, 1); len(waiting) > 0 {
			one.Lag = max(0, now.Std().Sub(waiting[0].Time.Std()))
		}
		list = append(list, one)
	}
	return list
}
