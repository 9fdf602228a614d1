package qq

// Sent tells what became of a sent message. Forward is the id of the set when
// the message is a Forward.
type Sent struct {
	MessageRef
	Time    Time      `json:"time"`
	Forward ForwardID `json:"forward,omitempty"`
}

// EachRef visits the new message's reference.
func (s *Sent) EachRef(visit func(*MessageRef)) { visit(&s.MessageRef) }

// SendMessage speaks in a chat. SceneFriend to somebody who is no friend
// becomes a temporary chat through the group Via, or through that of the
// message that is answered when Via is 0, and is ErrForbidden when there is
// none; SceneTemp without Via takes any shared group. Sent tells which chat it became. ErrMuted, ErrForbidden,
// ErrNotFound, ErrMedia; ErrInvalid for content that breaks a rule of
// CheckContent, ErrForbidden when everybody was mentioned too often today.
type SendMessage struct {
	Sends[*Sent]
	Chat     Chat
	Via      GroupID
	Segments Segments
}

// Resolve passes quoted and forwarded messages through resolve.
func (op SendMessage) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	content, err := own(op.Segments, resolve)
	op.Segments = content
	return op, err
}

// EachMedia visits the blobs of the content.
func (op SendMessage) EachMedia(visit func(*Media) error) error { return op.Segments.EachMedia(visit) }

// GetMessage answers one message, recalled ones with Recalled set.
type GetMessage struct {
	Reads[*Message]
	Ref MessageRef
}

// Resolve passes the reference through resolve.
func (op GetMessage) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}

// History is a page of a chat, ascending by seq, without recalled messages.
// Older and Newer are the seq to start the neighbouring page at (inclusive),
// 0 when nothing is known to lie there.
type History struct {
	Messages []*Message
	Older    int64
	Newer    int64
}

// EachRef visits every reference of the page.
func (h *History) EachRef(visit func(*MessageRef)) {
	for _, m := range h.Messages {
		m.EachRef(visit)
	}
}

// GetHistory answers up to Count messages of a chat that end at Start
// (inclusive; 0 = the newest), or begin at Start when Forward is set
// (0 = the oldest). Start may name a gap.
type GetHistory struct {
	Reads[*History]
	Chat    Chat
	Start   int64
	Count   int
	Forward bool
}

// RecallMessage takes a message back: one's own within QQ's time limit,
// others' with a higher role.
type RecallMessage struct {
	Moderates[None]
	Ref MessageRef
}

// Resolve passes the reference through resolve.
func (op RecallMessage) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}
