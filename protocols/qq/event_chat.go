package qq

// Nudged tells that Sender poked Receiver ("戳一戳"): in a group, or in the
// chat with a friend. Action is the verb that QQ shows, Suffix what stands
// behind the receiver's name, Image the URL of the verb's little picture; all
// may be "". Milky friend_nudge and group_nudge, OneBot poke.
type Nudged struct {
	Chat
	Sender   UserID `json:"sender"`
	Receiver UserID `json:"receiver"`
	Action   string `json:"action,omitempty"`
	Suffix   string `json:"suffix,omitempty"`
	Image    string `json:"image,omitempty"`
}

// NudgeRecalled tells that a nudge was taken back. OneBot poke_recall.
type NudgeRecalled struct {
	Chat
	Sender   UserID `json:"sender"`
	Receiver UserID `json:"receiver"`
}

// PinChanged tells that the account, maybe on another device, pinned a chat
// (On) or unpinned it. Milky peer_pin_change.
type PinChanged struct {
	Chat
	On bool `json:"on"`
}

// ReactionChanged tells that User put an emoji on a message of a group (On) or
// took it off. Count is how many stand there now, Sender the message's author;
// 0 when the driver does not know. Milky group_message_reaction, OneBot
// group_msg_emoji_like, Satori reaction-added and reaction-removed.
type ReactionChanged struct {
	MessageRef
	User   UserID  `json:"user"`
	Sender UserID  `json:"sender,omitempty"`
	Emoji  Emoji   `json:"emoji"`
	Count  int     `json:"count,omitempty"`
	On     bool    `json:"on"`
	Member *Member `json:"member,omitempty"` // User
}

// EssenceChanged tells that a message was made essence (On) or is no longer.
// Sender is its author. Milky group_essence_message_change, OneBot essence,
// Satori message-pinned and message-unpinned.
type EssenceChanged struct {
	MessageRef
	Sender   UserID `json:"sender"`
	Operator UserID `json:"operator"`
	On       bool   `json:"on"`
}

// FileUploaded tells that somebody put a file into a chat; a MessageReceived
// with a File segment and the same reference goes with it. Milky
// friend_file_upload and group_file_upload, OneBot group_upload and
// offline_file, Satori guild-file-added.
type FileUploaded struct {
	MessageRef
	User UserID `json:"user"` // who uploaded
	File File   `json:"file"`
	Self bool   `json:"self,omitempty"` // by the account itself
}

// TypingChanged tells what the peer of a private chat does. Kind as in
// SetTyping; Text is QQ's words for it. OneBot input_status.
type TypingChanged struct {
	User UserID `json:"user"`
	Kind int    `json:"kind"`
	Text string `json:"text,omitempty"`
}

// GrayTip tells of a line that QQ shows between messages and that no other
// event stands for. OneBot gray_tip.
type GrayTip struct {
	MessageRef
	User     UserID `json:"user,omitempty"` // whom it names as its cause
	Business string `json:"business"`       // QQ's number of the kind of tip
	Text     string `json:"text"`
	Raw      string `json:"raw,omitempty"` // QQ's own JSON or XML
}

// ButtonPressed tells that somebody pressed a button under a message of the
// account. Satori interaction/button.
type ButtonPressed struct {
	MessageRef
	User   UserID  `json:"user"`
	Button string  `json:"button"`
	Data   string  `json:"data,omitempty"`
	Member *Member `json:"member,omitempty"` // User, in groups
}

// FlashStep is how far a flash transfer has come.
type FlashStep uint8

// The steps.
const (
	FlashUploading FlashStep = iota + 1
	FlashUploaded
	FlashDownloading
	FlashDownloaded
)

// String is OneBot's name, e.g. "uploading".
func (s FlashStep) String() string {
	names := [...]string{"", "uploading", "uploaded", "downloading", "downloaded"}
	if int(s) < len(names) {
		return names[s]
	}
	return ""
}

// FlashProgressed tells how far a flash transfer of the account has come.
// OneBot flash_file.
type FlashProgressed struct {
	Set       FlashSet  `json:"set"`
	Step      FlashStep `json:"step"`
	Done      int64     `json:"done,omitempty"`      // bytes
	Speed     int64     `json:"speed,omitempty"`     // bytes a second
	Remaining int64     `json:"remaining,omitempty"` // seconds
}

func (*Nudged) event()          {}
func (*NudgeRecalled) event()   {}
func (*PinChanged) event()      {}
func (*ReactionChanged) event() {}
func (*EssenceChanged) event()  {}
func (*FileUploaded) event()    {}
func (*TypingChanged) event()   {}
func (*GrayTip) event()         {}
func (*ButtonPressed) event()   {}
func (*FlashProgressed) event() {}

// EachRef visits the reference to the message.
func (e *ReactionChanged) EachRef(visit func(*MessageRef)) { visit(&e.MessageRef) }

// EachRef visits the reference to the message.
func (e *EssenceChanged) EachRef(visit func(*MessageRef)) { visit(&e.MessageRef) }

// EachRef visits the reference to the message that shows the file.
func (e *FileUploaded) EachRef(visit func(*MessageRef)) { visit(&e.MessageRef) }

// EachRef visits the reference to the tip, which counts as a message.
func (e *GrayTip) EachRef(visit func(*MessageRef)) { visit(&e.MessageRef) }

// EachRef visits the reference to the message with the button.
func (e *ButtonPressed) EachRef(visit func(*MessageRef)) { visit(&e.MessageRef) }
