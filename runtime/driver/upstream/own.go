package upstream

import (
	"sync"
	"time"

	"llbot/protocols/qq"
)

// How long the upstream may take to tell of the account's own message, before
// it is made out of the answer to the send.
const (
	ownTrust = 10 * time.Second // the link is known to tell of them: only what it loses is made
)

// Bounds of what is remembered of own messages.
const (
	ownSilence = 2   // messages that had to be made, none of them told: the link tells of none
	ownKept    = 256 // messages that were said
	ownEarly   = 64  // messages that were told before their answers came
)

// utterance is something that the account said over a link, by the answer to
// the send.
type utterance struct {
	ref     qq.MessageRef // chat and seq
	at      qq.Time       // 0 = not told
	content qq.Segments   // what it says as far as it is known, nil when not; nobody's else
	says    string        // wordsOf what was sent, "" when not known
	since   time.Time     // when the answer came
	told    bool          // it is in the log, or about to be
}

// habit is what a link has shown of telling own messages of one kind of chat.
type habit struct {
	tells bool
	made  int // since the last one that it told
}

// patience is how long a message is waited for; grace where nothing is known.
func (h habit) patience(grace time.Duration) time.Duration {
	switch {
	case h.tells:
		return ownTrust
	case h.made >= ownSilence:
		return 0
	}
	return grace
}

// owns knows which of the account's own messages the upstream has told, so that
// those that it does not tell can be made, each once. It outlives links: what
// was said just before the end of one is made over the next.
type owns struct {
	now   func() time.Time
	grace time.Duration // of a link of which nobody knows whether it tells of them
	wake  chan struct{} // something was said

	mu     sync.Mutex
	said   []*utterance    // oldest first
	early  []qq.MessageRef // told without being known as said, oldest first
	habits [2]habit        // of groups and of private chats
}

func newOwns(grace time.Duration, now func() time.Time) *owns {
	return &owns{now: now, grace: grace, wake: make(chan struct{}, 1)}
}

// link begins a new link, of which nothing is known.
func (o *owns) link() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.habits = [2]habit{}
}

func (o *owns) habit(c qq.Chat) *habit {
	if c.Scene == qq.SceneGroup {
		return &o.habits[0]
	}
	return &o.habits[1]
}

// spoke takes what was said, as the answer to the send told.
func (o *owns) spoke(u utterance) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.find(u.ref) != nil {
		return
	}
	for i, ref := range o.early {
		if sameMessage(ref, u.ref) {
			o.early = append(o.early[:i:i], o.early[i+1:]...)
			o.habit(ref.Chat).tell()
			u.told, u.content = true, nil
			break
		}
	}
	u.since = o.now()
	if o.said = append(o.said, &u); len(o.said) > ownKept {
		o.said = o.said[1:]
	}
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (h *habit) tell() { h.tells, h.made = true, 0 }

func (o *owns) find(ref qq.MessageRef) *utterance {
	for _, u := range o.said {
		if sameMessage(u.ref, ref) {
			return u
		}
	}
	return nil
}

// heard takes an own message that the upstream told.
func (o *owns) heard(ref qq.MessageRef) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if u := o.find(ref); u != nil {
		u.told, u.content = true, nil
		o.habit(ref.Chat).tell()
		return
	}
	if o.early = append(o.early, bare(ref)); len(o.early) > ownEarly {
		o.early = o.early[1:]
	}
}

// place finds what was said by an own private message whose chat the upstream
// does not tell: it has the same seq and says the same. nil when nothing is known
// of it.
func (o *owns) place(m *qq.Message) *utterance {
	o.mu.Lock()
	defer o.mu.Unlock()
	says := wordsOf(m.Segments)
	for _, u := range o.said {
		if u.ref.Scene != qq.SceneGroup && u.ref.Seq == m.Seq && u.says == says {
			u.told = true
			o.habit(u.ref.Chat).tell()
			if u.content == nil {
				u.content = m.Segments
			}
			return u
		}
	}
	return nil
}

// wordsOf is contentOf without quotes, whose names depend on the chat.
func wordsOf(content qq.Segments) string {
	var words qq.Segments
	for _, seg := range content {
		if _, quote := seg.(*qq.Reply); !quote {
			words = append(words, seg)
		}
	}
	return contentOf(words)
}

// overdue takes out what the upstream should have told by now.
func (o *owns) overdue() []*utterance {
	now := o.now()
	return o.take(func(u *utterance) bool { return !o.due(u).After(now) })
}

// due is when a message is made, by what is known of the link now: those that are
// waited for are no later than one that follows them.
func (o *owns) due(u *utterance) time.Time {
	return u.since.Add(o.habit(u.ref.Chat).patience(o.grace))
}

// before takes out what was said in a chat up to a message that the upstream
// told: it tells a chat in order, unless it is known to tell own messages.
func (o *owns) before(ref qq.MessageRef) []*utterance {
	return o.take(func(u *utterance) bool {
		return sameChat(u.ref.Chat, ref.Chat) && u.ref.Seq <= ref.Seq && !o.habit(ref.Chat).tells
	})
}

func (o *owns) take(which func(*utterance) bool) (list []*utterance) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, u := range o.said {
		if !u.told && which(u) {
			u.told = true
			list = append(list, u)
		}
	}
	return list
}

// made notes that an own message had to be made.
func (o *owns) made(c qq.Chat) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.habit(c).made++
}

// again puts back what was taken out, since nothing could be learnt of it.
func (o *owns) again(u *utterance) {
	o.mu.Lock()
	defer o.mu.Unlock()
	u.told = false
}

// next is when the first message becomes due, false for none.
func (o *owns) next() (first time.Time, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, u := range o.said {
		if !u.told && (!ok || o.due(u).Before(first)) {
			first, ok = o.due(u), true
		}
	}
	return first, ok
}

// sameMessage tells whether two references are of one message: a private chat
// may be told as a friend's and as a temporary one.
func sameMessage(a, b qq.MessageRef) bool { return a.Seq == b.Seq && sameChat(a.Chat, b.Chat) }
