package upstream

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"llbot/protocols/qq"
)

// parked is an own message whose chat the upstream did not tell, until the
// answer to its send does.
type parked struct {
	Inbound
	due time.Time
}

// spoke notes what the account said, when the answer names the message.
func (d *Driver) spoke(op qq.Operation, v any) {
	u := utterance{}
	switch v := v.(type) {
	case *qq.Sent:
		if v != nil {
			u.ref, u.at = v.MessageRef, v.Time
		}
	case *qq.Upload:
		if v != nil {
			u.ref, u.at = v.MessageRef, v.Time
		}
	}
	if !u.ref.Resolved() {
		return
	}
	u.ref, u.content = bare(u.ref), d.o.shown(op, v)
	d.sends.answered(u.ref)
	if send, ok := op.(qq.SendMessage); ok && u.ref.Scene != qq.SceneGroup {
		u.says = wordsOf(send.Segments)
	}
	d.own.spoke(u)
}

// shown is what an operation says as a reader sees it, nil when it does not
// tell.
func (o Options) shown(op qq.Operation, v any) (content qq.Segments) {
	switch op := op.(type) {
	case qq.SendMessage:
		content = op.Segments.Clone()
	case qq.UploadFile:
		if up, ok := v.(*qq.Upload); ok && op.File != nil {
			content = qq.Segments{&qq.File{Media: *op.File, FileID: up.File, Folder: op.Folder}}
		}
	}
	for _, seg := range content {
		if f, ok := seg.(*qq.Forward); ok {
			if sent, ok := v.(*qq.Sent); ok {
				f.ID, f.Nodes = sent.Forward, nil
			}
		}
	}
	_ = content.EachMedia(func(m *qq.Media) error {
		if link := o.link(m.ID); link != "" {
			m.URL = link
		}
		m.URL, m.URI = cmp.Or(m.URL, m.URI), ""
		return nil
	})
	return content
}

func (o Options) link(id qq.ResourceID) string {
	if o.Blobs == nil || id == "" {
		return ""
	}
	if _, ours := o.Blobs.Stat(id); !ours {
		return ""
	}
	return o.Blobs.Link(id)
}

// speak emits own messages that the upstream has not told, as they become due,
// and gives up on chats that nobody tells. What has come is looked at first: it
// may be the upstream's own word.
func (l *live) speak() error {
	if len(l.events) > 0 {
		return nil
	}
	if err := l.say(l.own.overdue()); err != nil {
		return err
	}
	return l.unpark(false)
}

// say makes own messages out of what is known of them.
func (l *live) say(list []*utterance) error {
	for _, u := range list {
		if l.trail.holds(u.ref) {
			continue
		}
		m := l.ownMessage(u)
		switch {
		case m != nil:
		case l.ctx.Err() != nil:
			l.own.again(u)
			continue
		default:
			l.o.Logger.Warn("own message not told, and not to be read", slog.String("driver", l.Name()), slog.String("message", u.ref.String()))
			continue
		}
		l.own.made(u.ref.Chat)
		l.trail.step(u.ref)
		if err := l.tell(m.Time, &qq.MessageReceived{Message: *m}, 0); err != nil {
			return err
		}
	}
	return nil
}

// ownMessage is what was said as the upstream shows it to who asks, else as it
// was sent; nil when neither is known.
func (l *live) ownMessage(u *utterance) *qq.Message {
	ctx, cancel := context.WithTimeout(l.ctx, l.o.Timing.Lookup)
	defer cancel()
	m := &qq.Message{}
	if v, err := l.table.Do(ctx, qq.GetMessage{Ref: u.ref}); err == nil {
		if read, ok := v.(*qq.Message); ok && read != nil {
			m = read
		}
	}
	m.MessageRef, m.Sender, m.Self = u.ref, l.login().ID, true
	m.Friend, m.Group, m.Member = nil, nil, nil // whole ones are looked up
	m.Time = cmp.Or(m.Time, u.at, qq.TimeOf(l.o.Now()))
	if len(m.Segments) == 0 || m.Recalled {
		m.Segments = u.content
	}
	if len(m.Segments) == 0 {
		return nil
	}
	m.Recalled = false
	return m
}

// precede prepares an event of the upstream for the log: what was said before it
// goes first.
func (l *live) precede(e qq.Event) error {
	if m, ok := e.(*qq.MessageReceived); ok && (m.Self || m.Sender == l.login().ID) {
		l.own.heard(m.MessageRef)
	}
	r, ok := e.(qq.Referrer)
	if !ok {
		return nil
	}
	var first []*utterance
	r.EachRef(func(ref *qq.MessageRef) {
		if ref.Resolved() {
			first = append(first, l.own.before(*ref)...)
		}
	})
	return l.say(first)
}

// park keeps an own message whose chat is not known until it is.
func (l *live) park(in Inbound) error {
	l.parked = append(l.parked, parked{in, l.o.Now().Add(l.o.Timing.Own)})
	return l.unpark(false)
}

// unpark emits parked messages whose chats are known by now, and as events that
// nobody knows those that waited long enough; all of them at the end of a link.
func (l *live) unpark(all bool) error {
	now := l.o.Now()
	var rest []parked
	for i, p := range l.parked {
		var err error
		if u := l.own.place(p.Own); u != nil {
			err = l.say([]*utterance{u})
		} else if !all && p.due.After(now) {
			rest = append(rest, p)
			continue
		} else {
			err = l.happened(Inbound{Time: p.Time, Event: p.Event, Position: p.Position})
		}
		if err != nil {
			l.parked = append(rest, l.parked[i+1:]...)
			return err
		}
	}
	l.parked = rest
	return nil
}

// nextDue is how long there is nothing to say, false when there is nothing at all.
func (l *live) nextDue() (time.Duration, bool) {
	first, ok := l.own.next()
	for _, p := range l.parked {
		if !ok || p.due.Before(first) {
			first, ok = p.due, true
		}
	}
	return max(first.Sub(l.o.Now()), 0), ok
}
