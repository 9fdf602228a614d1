package qq

// Essence is a message that the group keeps as one of its best. Segments is a
// copy: it stays when the message itself has gone.
type Essence struct {
	MessageRef
	Time         Time // of the message
	Sender       UserID
	SenderName   string
	Operator     UserID
	OperatorName string
	Added        Time
	Segments     Segments
}

// Essences is a page of essence messages, the latest added first.
type Essences struct {
	Messages []*Essence
	Last     bool // no page follows
}

// EachRef visits every reference of the page.
func (e *Essences) EachRef(visit func(*MessageRef)) {
	for _, m := range e.Messages {
		visit(&m.MessageRef)
		m.Segments.EachRef(visit)
	}
}

// ListEssence answers the page with index Page (from 0) of Size messages
// (0 = 50). Milky get_group_essence_messages, OneBot get_essence_msg_list.
type ListEssence struct {
	Reads[*Essences]
	Group GroupID
	Page  int
	Size  int
}

// SetEssence keeps a message as essence or lets go of it; owner and admins.
// ErrConflict when it is so already. Milky set_group_essence_message, OneBot
// set_essence_msg and delete_essence_msg.
type SetEssence struct {
	Moderates[None]
	Ref MessageRef
	On  bool
}

// Resolve passes the reference through resolve.
func (op SetEssence) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}

// TodoStep is what becomes of a group's to-do.
type TodoStep uint8

// The steps: an admin makes a message one, or takes it back; a member has
// done it.
const (
	TodoSet TodoStep = iota + 1
	TodoCancel
	TodoDone
)

// SetTodo makes a message of a group a to-do for its members, and so on.
// OneBot set_group_todo, cancel_group_todo and complete_group_todo.
type SetTodo struct {
	Moderates[None]
	Ref  MessageRef
	Step TodoStep
}

// Resolve passes the reference through resolve.
func (op SetTodo) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}
