package upstream

import (
	"crypto/sha256"

	"llbot/protocols/qq"
)

// trailLength is how many messages of a chat are remembered one by one: 8 bytes
// each, so that a busy chat costs 2 KiB and a quiet one less.
const trailLength = 256

// trail is what was emitted: enough to know a repeat, and where a chat's
// history was left. It is used by one goroutine.
type trail struct {
	chats map[qq.Chat]*steps
	// told counts events without a name of their own (all but messages) of
	// former links, which an upstream may tell once more; now, those of this
	// link, where two equal ones are two events.
	told, now map[[sha256.Size]byte]int
	// floor is the upstream's time up to which everything was emitted; 0 when
	// nothing ever was.
	floor qq.Time
}

func newTrail() *trail {
	return &trail{chats: map[qq.Chat]*steps{}, told: map[[sha256.Size]byte]int{}, now: map[[sha256.Size]byte]int{}}
}

// link begins a new link: what was told before is a repeat if it comes again.
func (t *trail) link() {
	if len(t.now) == 0 {
		return
	}
	t.told, t.now = t.now, map[[sha256.Size]byte]int{}
}

// repeated tells whether an event was emitted before, and notes it.
func (t *trail) repeated(at qq.Time, e qq.Event) bool {
	if m, ok := e.(*qq.MessageReceived); ok {
		return !t.step(m.MessageRef)
	}
	key, ok := fingerprint(at, e)
	if !ok {
		return false
	}
	t.now[key]++
	if t.told[key] > 0 {
		t.told[key]--
		return true
	}
	return false
}

// fingerprint is what tells an event from others; false when it has none.
func fingerprint(at qq.Time, e qq.Event) (key [sha256.Size]byte, ok bool) {
	switch e.(type) {
	case *qq.StatusChanged, *qq.EventsLost:
		return key, false
	}
	text, err := qq.EncodeEvent(e)
	if err != nil || at == 0 {
		return key, false
	}
	h := sha256.New()
	h.Write(text)
	for i := range 8 {
		h.Write([]byte{byte(at >> (8 * i))})
	}
	return [sha256.Size]byte(h.Sum(nil)), true
}

// step notes a message; false when it was noted before. A message without a
// seq is always new.
func (t *trail) step(ref qq.MessageRef) bool {
	if ref.Seq == 0 {
		return true
	}
	s := t.chats[ref.Chat]
	if s == nil {
		s = &steps{}
		t.chats[ref.Chat] = s
	}
	return s.step(ref.Seq)
}

// holds tells whether a message was noted.
func (t *trail) holds(ref qq.MessageRef) bool {
	s := t.chats[ref.Chat]
	return s != nil && s.holds(ref.Seq)
}

// missed tells whether a message of a chat's history was not emitted, though
// it came after the account was first connected.
func (t *trail) missed(m *qq.Message) bool {
	s := t.chats[m.Chat]
	switch {
	case s == nil:
	case s.rising():
		return m.Seq > s.high
	case s.has(m.Seq):
		return false
	}
	return t.floor != 0 && m.Time >= t.floor-floorSlack
}

// floorSlack makes up for upstreams that count in seconds and hand over the
// messages of different chats not quite in the order of their times.
const floorSlack = 2000

// reached notes the time of an event that was emitted.
func (t *trail) reached(at qq.Time) { t.floor = max(t.floor, at) }
