package conn

import "llbot/protocols/qq"

// prooflessLinks is how many links in a row may end with events sent and no
// Pong ever seen before the peer gets only what is new: it would get the same
// events again and again.
const prooflessLinks = 2

// trustState is what a target over WebSockets is known for.
type trustState struct {
	seat     *seat // of its newest connection
	answers  bool  // a Pong came, ever
	unproven int   // links in a row that ended without one
	left     qq.SN // the newest event that the policy left out
}

// seat is the place of a target's newest connection.
type seat struct{ evict func() }

// sit makes a connection the target's newest and has the former one go, if
// there is one.
func (t *Target) sit(evict func()) *seat {
	t.mu.Lock()
	former := t.trusted.seat
	mine := &seat{evict}
	t.trusted.seat = mine
	t.mu.Unlock()
	if former != nil {
		former.evict()
	}
	return mine
}

// rise gives a seat back, unless a newer connection has it.
func (t *Target) rise(s *seat) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.trusted.seat == s {
		t.trusted.seat = nil
	}
}

// Idle tells that nobody serves the target and nobody will by himself: it is a
// client's that named itself and is not connected.
func (t *Target) Idle() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Kind == TargetForward && t.trusted.seat == nil
}

// proofless tells that the peer has never proved anything on several links.
func (t *Target) proofless() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.trusted.answers && t.trusted.unproven >= prooflessLinks
}

// knownToAnswer tells that a Pong came from the peer, ever.
func (t *Target) knownToAnswer() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.trusted.answers
}

func (t *Target) trust() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.trusted.answers, t.trusted.unproven = true, 0
}

func (t *Target) distrust() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.trusted.unproven++
}

// advance moves the cursor forward, never back.
func (t *Target) advance(to qq.SN) {
	if to > t.At() {
		t.Move(to)
	}
}

// leaveOut is skip for a reader that may pass the same events again.
func (t *Target) leaveOut(sn qq.SN, reason string) {
	t.mu.Lock()
	again := sn <= t.trusted.left
	t.trusted.left = max(t.trusted.left, sn)
	t.mu.Unlock()
	if !again {
		t.skip(sn, reason)
	}
}

// strike takes events that were delivered after all off the lists.
func (t *Target) strike(lists ...[]qq.SN) {
	for _, list := range lists {
		for _, sn := range list {
			t.ledger.Redelivered(t.Name, sn)
		}
	}
}
