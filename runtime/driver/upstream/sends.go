package upstream

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"llbot/protocols/qq"
)

// Bounds of what is remembered of sends.
const (
	keepUnkeyed = 10 * time.Minute // an unsure send that nobody can ask for
	latestEcho  = 10 * time.Minute // behind a try: another message that says the same
	keepEchoes  = 512
	keepNonces  = 100_000
)

// attempt is one try to send a message, or to do another operation under a
// nonce.
type attempt struct {
	nonce   string
	chat    qq.Chat // SceneNone for what is no message
	content string  // digestOf what is sent
	begun   time.Time
	ended   chan struct{} // closed when the call came back
	over    bool          // ended is closed
	result  any           // nil: nobody knows
	noted   bool          // it is written down
	place   int           // where; -1 before it is
}

// sends remembers what was sent, so that a send whose answer was lost is known
// again when the upstream tells of the account's own message. A message is
// known by its chat and what it says.
type sends struct {
	now func() time.Time

	mu     sync.Mutex
	nonces map[string]*attempt
	// suspects are nonces of which an earlier try may have been applied.
	suspects map[string]bool
	open     []*attempt             // of messages: under way or unsure, oldest first
	ours     map[qq.MessageRef]bool // messages that belong to an attempt
	order    []qq.MessageRef        // of ours, oldest first
	echoes   []echo                 // that belong to none, oldest first
	written  attempts
}

// echo is one of the account's own messages as the upstream told of it.
type echo struct {
	ref     qq.MessageRef
	content string
	at      qq.Time
	heard   time.Time
}

func newSends(now func() time.Time) *sends {
	return &sends{now: now, nonces: map[string]*attempt{}, suspects: map[string]bool{}, ours: map[qq.MessageRef]bool{}}
}

// begin notes an attempt before the upstream hears of it; noted writes it down.
func (s *sends) begin(nonce string, op qq.Operation, noted bool) *attempt {
	a := &attempt{nonce: nonce, begun: s.now(), ended: make(chan struct{}), noted: noted, place: -1}
	if send, ok := op.(qq.SendMessage); ok {
		a.chat, a.content = send.Chat, digestOf(send.Segments)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	if nonce != "" {
		s.nonces[nonce] = a
	}
	if a.chat.Scene != qq.SceneNone {
		s.open = append(s.open, a)
	}
	s.written.note(a)
	return a
}

// restore takes in what an earlier life of the process sent, once.
func (s *sends) restore(notes Notes, account qq.UserID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.written.read || notes == nil || account == 0 {
		return
	}
	s.written.notes, s.written.account = notes, account
	for _, a := range s.written.restored(s.now().Add(-qq.NonceMemory)) {
		if a.nonce != "" {
			s.nonces[a.nonce] = a
		}
		if sent, ok := a.result.(*qq.Sent); ok {
			s.own(bare(sent.MessageRef))
			continue
		}
		s.open = append(s.open, a)
	}
}

// end notes what came of an attempt.
func (s *sends) end(a *attempt, v any, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.over = true
	close(a.ended)
	switch {
	case err == nil:
		s.settle(a, v)
	case qq.AsError(err).Outcome == qq.NotApplied:
		delete(s.nonces, a.nonce)
		s.drop(a)
		s.written.strike(a)
	}
	s.match()
}

// settle gives an attempt its result.
func (s *sends) settle(a *attempt, v any) {
	a.result = v
	if sent, ok := v.(*qq.Sent); ok && sent != nil {
		s.own(bare(sent.MessageRef))
	}
	s.drop(a)
	s.written.note(a)
}

// own notes that a message belongs to an attempt.
func (s *sends) own(ref qq.MessageRef) {
	if ref.Seq == 0 || s.ours[ref] {
		return
	}
	s.ours[ref] = true
	if s.order = append(s.order, ref); len(s.order) > 8*keepEchoes {
		delete(s.ours, s.order[0])
		s.order = s.order[1:]
	}
}

// answered notes a message that the answer to an operation named: it belongs to
// that one.
func (s *sends) answered(ref qq.MessageRef) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.own(ref)
}

func (s *sends) drop(a *attempt) {
	for i, o := range s.open {
		if o == a {
			s.open = append(s.open[:i:i], s.open[i+1:]...)
			return
		}
	}
}

// echo takes one of the account's own messages.
func (s *sends) echo(m *qq.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref := bare(m.MessageRef)
	if slices.ContainsFunc(s.echoes, func(e echo) bool { return e.ref == ref }) {
		return // heard before, maybe before an attempt that says the same
	}
	s.echoes = append(s.echoes, echo{ref, digestOf(m.Segments), m.Time, s.now()})
	if len(s.echoes) > keepEchoes {
		s.echoes = s.echoes[1:]
	}
	s.match()
}

// match gives echoes to attempts that ended without an answer. While a send of
// the same content is under way, an echo may be that one's and waits.
func (s *sends) match() {
	for i := 0; i < len(s.echoes); {
		if s.claimed(s.echoes[i]) {
			s.echoes = append(s.echoes[:i:i], s.echoes[i+1:]...)
			continue
		}
		i++
	}
}

// claimed tells whether an echo belongs to an attempt, giving it to the oldest
// that fits.
func (s *sends) claimed(e echo) bool {
	if s.ours[e.ref] {
		return true
	}
	var fits *attempt
	for _, a := range s.open {
		if !sameChat(a.chat, e.ref.Chat) || a.content != e.content || e.heard.Before(a.begun) || e.at.Std().Sub(a.begun) > latestEcho {
			continue
		}
		if !a.over {
			return false
		}
		if fits == nil {
			fits = a
		}
	}
	if fits == nil {
		return false
	}
	s.settle(fits, &qq.Sent{MessageRef: e.ref, Time: e.at})
	return true
}

// sweep forgets what is too old.
func (s *sends) sweep() {
	for len(s.open) > 0 && s.open[0].over && s.open[0].nonce == "" && s.now().Sub(s.open[0].begun) > keepUnkeyed {
		s.open = s.open[1:]
	}
	if len(s.nonces) < keepNonces {
		return
	}
	for nonce, a := range s.nonces {
		if s.now().Sub(a.begun) > qq.NonceMemory {
			delete(s.nonces, nonce)
			s.drop(a)
		}
	}
}

// bare is a reference without what only the account gives it.
func bare(ref qq.MessageRef) qq.MessageRef { return qq.MessageRef{Chat: ref.Chat, Seq: ref.Seq} }

// sameChat tells whether what was sent to one chat may show up in another: a
// message to a friend who is none becomes one of a temporary chat.
func sameChat(a, b qq.Chat) bool {
	private := a.Scene != qq.SceneGroup && b.Scene != qq.SceneGroup
	return a == b || private && a.Peer == b.Peer
}

// digestOf is contentOf in 32 letters.
func digestOf(content qq.Segments) string {
	sum := sha256.Sum256([]byte(contentOf(content)))
	return hex.EncodeToString(sum[:16])
}

// contentOf is what a message says, the same for what is sent and for what
// the upstream tells of it: texts, mentions, faces and quotes by themselves, all
// else by its kind.
func contentOf(content qq.Segments) string {
	var b strings.Builder
	text := false
	for _, seg := range content {
		t, isText := seg.(*qq.Text)
		if isText {
			if t.Text == "" {
				continue
			}
			if !text {
				b.WriteString("\x00t")
			}
			text = true
			b.WriteString(t.Text)
			continue
		}
		text = false
		b.WriteString("\x00" + qq.SegmentKind(seg))
		switch seg := seg.(type) {
		case *qq.Mention:
			b.WriteString(seg.User.String())
		case *qq.Face:
			b.WriteString(seg.ID)
		case *qq.Reply:
			b.WriteString(strconv.FormatInt(seg.Seq, 10))
		}
	}
	return b.String()
}
