package satori

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/driver/upstream"
)

// names gives references to messages of an account, and finds the server's ids
// again. What the id does not say itself is kept in notes:
//
//	uid <peer>            the uid that LLBot names a private chat by
//	name <scene> <peer> <seq>   the id of a message whose seq was made up
//	seq <scene> <peer> <id>     that seq
//
// A seq that is made up is the time of the message in milliseconds times 4096,
// and the next free number above: it rises with time, whatever order messages are
// heard in, stays below 2^53 until the year 2039, and is the same after a restart.
type names struct {
	notes   upstream.Notes
	account qq.UserID
	ids     satori.IDForm
	now     func() time.Time

	making sync.Mutex // two messages must not get the same seq
}

var _ satori.Names = (*names)(nil)

const seqsPerMillisecond = 4096

// Ref is the message of an id.
func (n *names) Ref(chat qq.Chat, id string, at qq.Time) qq.MessageRef {
	if id == "" {
		return qq.MessageRef{Chat: chat}
	}
	switch n.ids {
	case satori.IDPlain, satori.IDByUID:
		if ref, ok := n.piped(chat, id); ok {
			return ref
		}
	case satori.IDSeq:
		if seq, ok := satori.QQNumber(id); ok {
			return qq.MessageRef{Chat: chat, Seq: seq}
		}
	}
	return n.made(chat, id, at)
}

// piped reads "<chat type>|<peer>|<seq>". A peer that is no number is a uid: the
// chat's number goes with it.
func (n *names) piped(chat qq.Chat, id string) (qq.MessageRef, bool) {
	if ref, ok := satori.ParseMessageID(id); ok {
		return ref, true
	}
	parts := strings.Split(id, "|")
	if len(parts) != 3 || parts[1] == "" || chat.Scene == qq.SceneGroup || chat.Peer == 0 {
		return qq.MessageRef{}, false
	}
	peer := strconv.FormatInt(chat.Peer, 10)
	ref, ok := satori.ParseMessageID(parts[0] + "|" + peer + "|" + parts[2])
	if !ok || ref.Scene == qq.SceneGroup {
		return qq.MessageRef{}, false
	}
	if key := "uid " + peer; n.note(key) != parts[1] {
		n.notes.Put(n.account, key, parts[1])
	}
	return ref, true
}

// made is the reference of an id that says nothing.
func (n *names) made(chat qq.Chat, id string, at qq.Time) qq.MessageRef {
	n.making.Lock()
	defer n.making.Unlock()
	place := chat.Scene.String() + " " + strconv.FormatInt(chat.Peer, 10) + " "
	if seq, err := strconv.ParseInt(n.note("seq "+place+id), 10, 64); err == nil {
		return qq.MessageRef{Chat: chat, Seq: seq}
	}
	if at <= 0 {
		at = qq.TimeOf(n.now())
	}
	seq := int64(at) * seqsPerMillisecond
	for ; ; seq++ {
		text := strconv.FormatInt(seq, 10)
		held := n.note("name " + place + text)
		if held == "" || held == id {
			n.notes.Put(n.account, "name "+place+text, id)
			n.notes.Put(n.account, "seq "+place+id, text)
			return qq.MessageRef{Chat: chat, Seq: seq}
		}
	}
}

// Name is the id of a message.
func (n *names) Name(ref qq.MessageRef) (string, bool) {
	if n.ids == satori.IDPlain {
		return satori.MessageID(ref), true
	}
	peer := strconv.FormatInt(ref.Peer, 10)
	if id := n.note("name " + ref.Scene.String() + " " + peer + " " + strconv.FormatInt(ref.Seq, 10)); id != "" {
		return id, true
	}
	switch n.ids {
	case satori.IDByUID:
		id := satori.MessageID(ref)
		if uid := n.note("uid " + peer); uid != "" && ref.Scene != qq.SceneGroup {
			kind, _, _ := strings.Cut(id, "|")
			return kind + "|" + uid + "|" + strconv.FormatInt(ref.Seq, 10), true
		}
		return id, true
	case satori.IDSeq:
		return strconv.FormatInt(ref.Seq, 10), true
	}
	return "", false
}

func (n *names) note(key string) string {
	text, _ := n.notes.Get(n.account, key)
	return text
}

// noteForward remembers which message shows a record.
func (p *protocol) noteForward(account qq.UserID, id qq.ForwardID, ref qq.MessageRef) {
	key, text := "forward "+string(id), satori.MessageID(ref)
	if held, _ := p.notes.Get(account, key); held != text {
		p.notes.Put(account, key, text)
	}
}

// shows is the message that shows a record.
func (p *protocol) shows(account qq.UserID, id qq.ForwardID) (qq.MessageRef, bool) {
	text, _ := p.notes.Get(account, "forward "+string(id))
	return satori.ParseMessageID(text)
}
