package qq

// Event is something that happened on an account: one of the pointer types of
// this package (*MessageReceived, *MemberMuted, …) or *UnknownEvent.
// An event is never changed once it has a sequence number.
type Event interface{ event() }

// Emission is how a driver hands an event over. Origin is the driver's own key
// of the event, rising in the order of emission; the log drops an origin that
// it already holds, and a driver is told the last one when it runs again.
// Origin 0 means that the driver cannot tell repeats.
type Emission struct {
	Origin uint64
	Time   Time // when it happened
	Event  Event
}

// Entry is one record of the event log. Time is the time of the happening in
// every face, also when the entry is replayed.
type Entry struct {
	SN      SN
	Account UserID
	Origin  uint64
	Time    Time
	Event   Event
}

// MessageReceived tells of a message, the account's own ones included
// (Message.Self).
type MessageReceived struct{ Message }

// MessageRecalled tells that a message was taken back.
type MessageRecalled struct {
	MessageRef
	Sender   UserID `json:"sender"`
	Operator UserID `json:"operator"`
	Suffix   string `json:"suffix,omitempty"` // the text QQ shows behind it
}

// FriendRequested tells that somebody asks to be a friend.
type FriendRequested struct{ FriendRequest }

// FriendAdded tells of a new friend.
type FriendAdded struct {
	Friend *Friend `json:"friend"`
}

// FriendDeleted tells that a friendship ended.
type FriendDeleted struct {
	User UserID `json:"user"`
}

// GroupRequested tells of a request that the account may answer: somebody
// wants to join, a member invites somebody, or the account itself is invited.
type GroupRequested struct{ GroupRequest }

// MemberIncreased tells that somebody (maybe the account) joined a group.
// Operator approved it and Inviter invited; 0 where there was none.
type MemberIncreased struct {
	Group    GroupID `json:"group"`
	User     UserID  `json:"user"`
	Operator UserID  `json:"operator,omitempty"`
	Inviter  UserID  `json:"inviter,omitempty"`
	Member   *Member `json:"member,omitempty"`
	Self     bool    `json:"self,omitempty"` // the account itself joined
}

// MemberDecreased tells that somebody (maybe the account) left or was kicked.
// Operator is 0 when he left by himself.
type MemberDecreased struct {
	Group    GroupID `json:"group"`
	User     UserID  `json:"user"`
	Operator UserID  `json:"operator,omitempty"`
	Member   *Member `json:"member,omitempty"` // as he was
	Self     bool    `json:"self,omitempty"`   // the account itself is out
}

// GroupDisbanded tells that the owner dissolved the group.
type GroupDisbanded struct {
	Group    GroupID `json:"group"`
	Operator UserID  `json:"operator"`
}

// AdminChanged tells that a member was made admin (On) or is one no longer.
type AdminChanged struct {
	Group    GroupID `json:"group"`
	User     UserID  `json:"user"`
	Operator UserID  `json:"operator"`
	On       bool    `json:"on"`
	Member   *Member `json:"member,omitempty"`
}

// CardChanged tells that a member's card in the group changed.
type CardChanged struct {
	Group    GroupID `json:"group"`
	User     UserID  `json:"user"`
	Operator UserID  `json:"operator"`
	Old      string  `json:"old"`
	New      string  `json:"new"`
	Member   *Member `json:"member,omitempty"`
}

// MemberMuted tells that a member was silenced; Seconds 0 means lifted.
type MemberMuted struct {
	Group    GroupID `json:"group"`
	User     UserID  `json:"user"`
	Operator UserID  `json:"operator"`
	Seconds  int64   `json:"seconds"`
	Member   *Member `json:"member,omitempty"`
}

// GroupMuted tells that the whole group was silenced (On) or may speak again.
type GroupMuted struct {
	Group    GroupID `json:"group"`
	Operator UserID  `json:"operator"`
	On       bool    `json:"on"`
}

// StatusChanged tells that the account came online or went offline. Added
// marks the first one after the account came under this server, Removed the
// last one when it left for good.
type StatusChanged struct {
	Online  bool   `json:"online"`
	Reason  string `json:"reason,omitempty"`
	Added   bool   `json:"added,omitempty"`
	Removed bool   `json:"removed,omitempty"`
	Login   Login  `json:"login"`
}

// EventsLost tells a reader of the log that events of an account are missing:
// those behind After and before Next, or behind a number that the log never
// gave (Next 0). It stands in the log only where a link to QQ had a gap.
type EventsLost struct {
	After  SN     `json:"after"`
	Next   SN     `json:"next,omitempty"`
	Reason string `json:"reason"`
}

// UnknownEvent is an event of a kind that this version does not know; it
// survives storing and forwarding unread.
type UnknownEvent struct {
	Kind string
	Data []byte
}

func (*MessageReceived) event() {}
func (*MessageRecalled) event() {}
func (*FriendRequested) event() {}
func (*FriendAdded) event()     {}
func (*FriendDeleted) event()   {}
func (*GroupRequested) event()  {}
func (*MemberIncreased) event() {}
func (*MemberDecreased) event() {}
func (*GroupDisbanded) event()  {}
func (*AdminChanged) event()    {}
func (*CardChanged) event()     {}
func (*MemberMuted) event()     {}
func (*GroupMuted) event()      {}
func (*StatusChanged) event()   {}
func (*EventsLost) event()      {}
func (*UnknownEvent) event()    {}

// EachRef visits the reference to the recalled message.
func (e *MessageRecalled) EachRef(visit func(*MessageRef)) { visit(&e.MessageRef) }

// FromSelf tells whether the event only reports what the account itself said;
// connections get such events when report-self is on.
func FromSelf(e Event) bool {
	switch e := e.(type) {
	case *MessageReceived:
		return e.Self
	case *FileUploaded:
		return e.Self
	}
	return false
}
