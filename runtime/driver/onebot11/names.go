package onebot11

import (
	"fmt"
	"sync"

	"llbot/protocols/qq"
)

// idSpace is where the seq of messages begins whose own number the upstream
// does not tell: above every number of QQ's, and still exact in every JSON
// reader. What follows is the 32-bit message_id, so that such a message keeps
// its name for ever without anything being remembered.
const idSpace = int64(1) << 52

// seqOfID stands in for the number of a message that has only an id.
func seqOfID(id qq.MessageID) int64 { return idSpace | int64(uint32(id)) }

// idOfSeq is the id inside such a number.
func idOfSeq(seq int64) (qq.MessageID, bool) {
	return qq.MessageID(int32(uint32(seq))), seq>>32 == idSpace>>32
}

// namesKept is how many messages are remembered; older ones are asked for.
const namesKept = 50_000

// said is what is remembered of a message.
type said struct {
	ref     qq.MessageRef // chat and seq; no id
	time    qq.Time
	sender  qq.UserID
	content qq.Segments // shared, never changed
}

// names knows which message is which: the upstream's message_id on one side,
// QQ's chat and seq on the other. It outlives links and not the process: what it
// does not hold the upstream is asked for.
type names struct {
	mu    sync.Mutex
	byID  map[qq.MessageID]said
	byRef map[qq.MessageRef]qq.MessageID // keys without an id
	order []qq.MessageID                 // a ring
	next  int
}

func newNames() *names {
	return &names{byID: map[qq.MessageID]said{}, byRef: map[qq.MessageRef]qq.MessageID{}}
}

// learn notes a message under its id. One that is known keeps its name.
func (n *names) learn(id qq.MessageID, s said) said {
	if id == 0 || !s.ref.Resolved() {
		return s
	}
	s.ref.ID = 0
	n.mu.Lock()
	defer n.mu.Unlock()
	if old, known := n.byID[id]; known && old.ref == s.ref {
		return old
	}
	if len(n.order) < namesKept {
		n.order = append(n.order, id)
	} else {
		n.forget(n.order[n.next])
		n.order[n.next] = id
		n.next = (n.next + 1) % namesKept
	}
	n.byID[id], n.byRef[s.ref] = s, id
	return s
}

func (n *names) forget(id qq.MessageID) {
	old := n.byID[id]
	delete(n.byID, id)
	if n.byRef[old.ref] == id {
		delete(n.byRef, old.ref)
	}
}

// of is the message of an id.
func (n *names) of(id qq.MessageID) (said, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s, ok := n.byID[id]
	return s, ok
}

// id is the upstream's id of a message, as far as it is remembered or stands in
// the seq.
func (n *names) id(ref qq.MessageRef) (qq.MessageID, bool) {
	if id, stands := idOfSeq(ref.Seq); stands {
		return id, true
	}
	ref.ID = 0
	n.mu.Lock()
	defer n.mu.Unlock()
	id, ok := n.byRef[ref]
	return id, ok
}

// learnFlag keeps what the answer to a request must name, also over restarts,
// where that does not follow from the request itself.
func (l *session) learnFlag(ref qq.GroupRequestRef, flag string) {
	if l.o.Notes != nil && l.dialect.flag(ref) != flag {
		l.o.Notes.Put(l.user.ID, flagKey(ref), flag)
	}
}

// flagOf is what the answer to a request must name.
func (l *session) flagOf(ref qq.GroupRequestRef) string {
	if l.o.Notes != nil {
		if flag, kept := l.o.Notes.Get(l.user.ID, flagKey(ref)); kept {
			return flag
		}
	}
	return l.dialect.flag(ref)
}

func flagKey(ref qq.GroupRequestRef) string {
	return fmt.Sprintf("onebot11/flag/%d/%d/%d", ref.Group, ref.Seq, ref.Kind)
}
