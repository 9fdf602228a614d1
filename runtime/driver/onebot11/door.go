package onebot11

import (
	"log/slog"
	"net/url"
	"sync"
)

// door is where an upstream that dials us, or posts to us, comes in. It tells a
// person what is waited for and why those who came were turned away: in the
// account's status always, in the log once for each reason until somebody is let
// in. The zero value is closed.
type door struct {
	mu      sync.Mutex
	awaits  string // "" while nobody is waited for
	refused string // what was wrong with who came last
	told    map[string]bool
}

// wait notes that nothing goes on before somebody comes.
func (d *door) wait(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.awaits = what
}

// give notes that the wait is over without anybody.
func (d *door) give() { d.wait("") }

// admit notes that somebody was let in.
func (d *door) admit() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.awaits, d.refused, d.told = "", "", nil
}

// turnAway notes what was wrong with somebody who came, and what mends it.
func (d *door) turnAway(logger *slog.Logger, wrong, mend string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused = wrong
	if d.told[wrong] {
		return
	}
	if d.told == nil {
		d.told = map[string]bool{}
	}
	d.told[wrong] = true
	logger.Error("a OneBot 11 server that came to us was turned away: " + wrong + "; " + mend)
}

// awaited is what is waited for, "" for nothing.
func (d *door) awaited() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.awaits == "" || d.refused == "" {
		return d.awaits
	}
	return d.awaits + " (who came last was turned away: " + d.refused + ")"
}

// shownAddress is an address without what may be secret in it.
func shownAddress(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}
