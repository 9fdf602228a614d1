package qq

// EmojiKind tells QQ's own faces from Unicode emoji. The values are QQ's.
type EmojiKind uint8

// The kinds of Emoji.
const (
	EmojiFace    EmojiKind = 1 // ID is the number of a face, as in Face
	EmojiUnicode EmojiKind = 2 // ID is the code point in decimal
)

// String is the name that Milky uses: face, emoji.
func (k EmojiKind) String() string {
	if k == EmojiUnicode {
		return "emoji"
	}
	return "face"
}

// Emoji is what a reaction puts on a message. OneBot and Satori give the ID
// alone: EmojiOf tells the kind.
type Emoji struct {
	Kind EmojiKind `json:"kind"`
	ID   string    `json:"id"` // decimal
}

// EmojiOf guesses the kind of an emoji that is named by its number alone:
// faces have at most three digits, code points of emoji more. The exceptions
// below 1000 are no emoji that QQ offers.
func EmojiOf(id string) Emoji {
	if len(id) > 3 {
		return Emoji{EmojiUnicode, id}
	}
	return Emoji{EmojiFace, id}
}

// Reactions is a page of who reacted with one emoji, oldest first. Next is the
// Cursor of the next page, "" at the end.
type Reactions struct {
	Users []*User
	Total int
	Next  string
}

// React puts an emoji on a message of a group, or takes the account's own off
// again. ErrConflict when it is there or gone already, ErrInvalid outside
// groups. Milky send_group_message_reaction, OneBot set_msg_emoji_like and
// unset_msg_emoji_like, Satori reaction.create and reaction.delete.
type React struct {
	Sends[None]
	Ref   MessageRef
	Emoji Emoji
	On    bool
}

// Resolve passes the reference through resolve.
func (op React) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}

// ListReactions answers who reacted with one emoji, at most Limit a page
// (0 = 20). OneBot fetch_emoji_like, Satori reaction.list.
type ListReactions struct {
	Reads[*Reactions]
	Ref    MessageRef
	Emoji  Emoji
	Cursor string
	Limit  int
}

// Resolve passes the reference through resolve.
func (op ListReactions) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}
