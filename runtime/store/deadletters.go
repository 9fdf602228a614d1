package store

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"llbot/protocols/qq"

	"go.etcd.io/bbolt"
)

// DeadLetters are the events that a target did not get although its cursor
// passed them: it refused them for good, or its replay policy left them out.
// Each target keeps a bounded number of either kind; past it the oldest are
// dropped, and counted. Nothing here waits for the disk.
type DeadLetters struct {
	limit   int // of a target and kind
	letters *table[letterKey, Letter]
	tallies *table[string, Tally]

	mu      sync.Mutex
	targets map[string]*shelf
}

// LetterKind tells why a target did not get an event.
type LetterKind uint8

// The kinds of dead letter.
const (
	Refused LetterKind = iota // the target refused it for good
	Skipped                   // the replay policy left it out
)

const letterKinds = 2

// Letter is one event that a target did not get. The event itself is in the
// log.
type Letter struct {
	Kind   LetterKind
	Target string // 1 to MaxTarget bytes
	SN     qq.SN
	At     qq.Time // when it was given up
	Tries  int
	Status int    // the last answer's HTTP status, 0 when there was none
	Reason string // for people; at most 500 bytes are kept
}

// Tally counts a target's letters since it is known, also those that are gone.
type Tally struct {
	Refused uint64
	Skipped uint64
	Dropped uint64 // of both, to make room for younger ones
}

type letterKey struct {
	target string
	sn     qq.SN
}

// shelf is what is in memory of a target's letters.
type shelf struct {
	held  [letterKinds][]qq.SN // rising; no number is in both
	tally Tally
}

const maxReason = 500

func newDeadLetters(w *writer, db *bbolt.DB, limit int) *DeadLetters {
	return &DeadLetters{limit: limit, letters: newTable(w, db, letterForm()),
		tallies: newTable(w, db, tallyForm()), targets: map[string]*shelf{}}
}

func (d *DeadLetters) load() error {
	if err := d.tallies.each(func(target string, t Tally) { d.shelf(target).tally = t }); err != nil {
		return err
	}
	// In the order of the database, which is that of the numbers.
	err := d.letters.each(func(k letterKey, l Letter) {
		held := &d.shelf(k.target).held[l.Kind]
		*held = append(*held, k.sn)
	})
	for target, s := range d.targets {
		was := s.tally
		if d.trim(target, s); s.tally != was { // the limit is lower than it was
			d.tallies.put(target, s.tally)
		}
	}
	return err
}

// shelf is a target's, made when it has none.
func (d *DeadLetters) shelf(target string) *shelf {
	s := d.targets[target]
	if s == nil {
		s = &shelf{}
		d.targets[target] = s
	}
	return s
}

// Add keeps a letter; it takes the place of one of the same target and number.
// A target without a proper name keeps none, which is logged.
func (d *DeadLetters) Add(l Letter) {
	if !nameable(l.Target) {
		d.letters.w.refuse(d.letters.name(), l.Target)
		return
	}
	l.Reason = strings.ToValidUTF8(l.Reason[:min(len(l.Reason), maxReason)], "")
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.shelf(l.Target)
	if known, was := s.take(l.SN); !known || was != l.Kind {
		s.tally.count(l.Kind)
	}
	held := &s.held[l.Kind]
	i, _ := slices.BinarySearch(*held, l.SN)
	*held = slices.Insert(*held, i, l.SN)
	d.letters.put(letterKey{l.Target, l.SN}, l)
	d.trim(l.Target, s)
	d.tallies.put(l.Target, s.tally)
}

// Skip keeps an event that the replay policy left out.
func (d *DeadLetters) Skip(target string, sn qq.SN, reason string) {
	d.Add(Letter{Kind: Skipped, Target: target, SN: sn, At: qq.TimeOf(time.Now()), Reason: reason})
}

// trim drops the oldest of a kind that is over the limit.
func (d *DeadLetters) trim(target string, s *shelf) {
	for kind, held := range s.held {
		n := max(len(held)-d.limit, 0)
		for _, sn := range held[:n] {
			d.letters.remove(letterKey{target, sn})
		}
		s.held[kind] = held[n:]
		s.tally.Dropped += uint64(n)
	}
}

// Remove deletes a letter, of either kind; false when there is none.
func (d *DeadLetters) Remove(target string, sn qq.SN) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.targets[target]
	if s == nil {
		return false
	}
	known, _ := s.take(sn)
	if known {
		d.letters.remove(letterKey{target, sn})
	}
	return known
}

// Forget deletes all letters of a target, and its tally.
func (d *DeadLetters) Forget(target string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.targets[target]
	if s == nil {
		return
	}
	for _, held := range s.held {
		for _, sn := range held {
			d.letters.remove(letterKey{target, sn})
		}
	}
	d.tallies.remove(target)
	delete(d.targets, target)
}

// Count is the number of letters of both kinds that are kept for a target.
func (d *DeadLetters) Count(target string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	if s := d.targets[target]; s != nil {
		for _, held := range s.held {
			n += len(held)
		}
	}
	return n
}

// Tally counts the letters that a target ever had.
func (d *DeadLetters) Tally(target string) Tally {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.targets[target]; s != nil {
		return s.tally
	}
	return Tally{}
}

// List are the letters of a target ("": of all) behind a number, by number and
// target. It answers limit of them (0: all), or more where several targets
// share the last number: reading on behind the last one's number misses none.
func (d *DeadLetters) List(target string, after qq.SN, limit int) []Letter {
	var list []Letter
	for _, k := range d.find(target, after, limit) {
		if l, ok := d.letters.get(k); ok {
			list = append(list, l)
		}
	}
	return list
}

func (d *DeadLetters) find(target string, after qq.SN, limit int) []letterKey {
	d.mu.Lock()
	defer d.mu.Unlock()
	var keys []letterKey
	for name, s := range d.targets {
		if target != "" && name != target {
			continue
		}
		for _, held := range s.held {
			keys = appendKeys(keys, name, held, after, limit)
		}
	}
	slices.SortFunc(keys, func(a, b letterKey) int {
		return cmp.Or(cmp.Compare(a.sn, b.sn), cmp.Compare(a.target, b.target))
	})
	if limit <= 0 || limit >= len(keys) {
		return keys
	}
	end := limit
	for end < len(keys) && keys[end].sn == keys[limit-1].sn {
		end++
	}
	return keys[:end]
}

// appendKeys adds what one list has to give, limit at most (0: all).
func appendKeys(keys []letterKey, target string, held []qq.SN, after qq.SN, limit int) []letterKey {
	i, _ := slices.BinarySearch(held, after+1)
	held = held[i:]
	if limit > 0 {
		held = held[:min(limit, len(held))]
	}
	for _, sn := range held {
		keys = append(keys, letterKey{target, sn})
	}
	return keys
}

// take removes a number from the shelf and tells the kind it had.
func (s *shelf) take(sn qq.SN) (bool, LetterKind) {
	for kind, held := range s.held {
		if i, ok := slices.BinarySearch(held, sn); ok {
			s.held[kind] = slices.Delete(held, i, i+1)
			return true, LetterKind(kind)
		}
	}
	return false, 0
}

func (t *Tally) count(kind LetterKind) {
	if kind == Skipped {
		t.Skipped++
	} else {
		t.Refused++
	}
}
