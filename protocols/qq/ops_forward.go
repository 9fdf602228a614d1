package qq

// Forwarded is the messages of a Forward, in order.
type Forwarded struct {
	ID    ForwardID
	Nodes []*ForwardNode
}

// EachRef visits every quote inside the messages.
func (f *Forwarded) EachRef(visit func(*MessageRef)) {
	(&Forward{Nodes: f.Nodes}).eachRef(visit)
}

// GetForward answers the messages of a Forward, ErrNotFound when there is none
// or it has expired. Milky get_forwarded_messages, OneBot get_forward_msg.
type GetForward struct {
	Reads[*Forwarded]
	ID ForwardID
}

// ForwardMessage says a stored message once more in another chat. The
// failures are those of SendMessage. OneBot forward_friend_single_msg and
// forward_group_single_msg.
type ForwardMessage struct {
	Sends[*Sent]
	Ref MessageRef
	To  Chat
}

// Resolve passes the reference through resolve.
func (op ForwardMessage) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}
