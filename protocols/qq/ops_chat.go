package qq

// MarkRead marks a message and all older ones of its chat as read; with the
// chat alone (Seq and ID 0) everything in it. Milky mark_message_as_read,
// OneBot mark_msg_as_read and its two variants.
type MarkRead struct {
	Changes[None]
	Ref MessageRef
}

// Resolve passes the reference through resolve, unless it names a chat.
func (op MarkRead) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	if op.Ref.Scene != SceneNone && op.Ref.ID == 0 {
		return op, nil
	}
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}

// MarkAllRead marks every chat as read. OneBot _mark_all_as_read.
type MarkAllRead struct{ Changes[None] }

// RecentChat is a line of the account's list of chats.
type RecentChat struct {
	Chat   Chat
	Name   string // the friend's nickname or the group's name
	Remark string
	Unread int
	Time   Time     // of the last message
	Last   *Message // nil when it is not known any more
}

// RecentChats is the list of chats, the latest first.
type RecentChats struct{ Chats []*RecentChat }

// EachRef visits every reference of the last messages.
func (r *RecentChats) EachRef(visit func(*MessageRef)) {
	for _, c := range r.Chats {
		if c.Last != nil {
			c.Last.EachRef(visit)
		}
	}
}

// ListRecentChats answers at most Limit chats (0 = 10). OneBot
// get_recent_contact.
type ListRecentChats struct {
	Reads[*RecentChats]
	Limit int
}

// ClickResult is what QQ shows whoever pressed a button.
type ClickResult struct {
	Code   int    `json:"code"` // 0 = taken
	Prompt string `json:"prompt,omitempty"`
}

// ClickButton presses a button under the message of an official bot. OneBot
// click_inline_keyboard_button.
type ClickButton struct {
	Sends[*ClickResult]
	Ref    MessageRef
	Bot    UserID // application id
	Button string
	Data   string
}

// Resolve passes the reference through resolve.
func (op ClickButton) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}
