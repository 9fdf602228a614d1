package upstream

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/qq"
)

// keepAttempts is how many of an account's newest sends are written down.
const keepAttempts = 512

// attempts writes down what is sent to an upstream that takes no keys, so that
// after a crash a send that was under way is known again by its echo or in
// history, and the messages of the others are not taken for it. Places are used
// in turn; the notes are written in order and soon, not at once: what a crash was
// faster than stays unknown.
type attempts struct {
	notes   Notes // nil keeps nothing
	account qq.UserID
	next    int
	read    bool
}

func attemptKey(place int) string { return "attempt/" + strconv.Itoa(place) }

// note writes an attempt down, over the oldest when it is new.
func (k *attempts) note(a *attempt) {
	if k.notes == nil || a.chat.Scene == qq.SceneNone || !a.noted {
		return
	}
	if a.place < 0 {
		a.place = k.next
		k.next = (k.next + 1) % keepAttempts
	}
	var ref qq.MessageRef
	var at qq.Time
	if sent, ok := a.result.(*qq.Sent); ok && sent != nil {
		ref, at = sent.MessageRef, sent.Time
	}
	k.notes.Put(k.account, attemptKey(a.place), fmt.Sprintf("%d %d %d %s %d %d %d %d %s",
		a.begun.UnixMilli(), a.chat.Scene, a.chat.Peer, a.content, ref.Scene, ref.Peer, ref.Seq, at, a.nonce))
}

// strike takes back an attempt that the upstream refused.
func (k *attempts) strike(a *attempt) {
	if k.notes != nil && a.place >= 0 {
		k.notes.Put(k.account, attemptKey(a.place), "")
	}
}

// restored reads what an earlier life wrote down, oldest first.
func (k *attempts) restored(since time.Time) (list []*attempt) {
	if k.notes == nil || k.read {
		return nil
	}
	k.read = true
	for place := range keepAttempts {
		text, _ := k.notes.Get(k.account, attemptKey(place))
		if a := readAttempt(text); a != nil {
			a.place = place
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b *attempt) int { return cmp.Compare(a.begun.UnixMilli(), b.begun.UnixMilli()) })
	if len(list) > 0 {
		k.next = (list[len(list)-1].place + 1) % keepAttempts
	}
	return slices.DeleteFunc(list, func(a *attempt) bool { return a.begun.Before(since) })
}

// readAttempt is the attempt that a note tells of; nil for none.
func readAttempt(text string) *attempt {
	var begun, at int64
	var ref qq.MessageRef
	a := &attempt{noted: true, over: true, ended: make(chan struct{})}
	close(a.ended)
	fields := strings.Fields(text)
	if len(fields) < 8 {
		return nil
	}
	_, err := fmt.Sscan(strings.Join(fields[:8], " "), &begun, &a.chat.Scene, &a.chat.Peer, &a.content, &ref.Scene, &ref.Peer, &ref.Seq, &at)
	if err != nil {
		return nil
	}
	if len(fields) > 8 {
		a.nonce = fields[8]
	}
	a.begun = time.UnixMilli(begun)
	if ref.Seq != 0 {
		a.result = &qq.Sent{MessageRef: ref, Time: qq.Time(at)}
	}
	return a
}
