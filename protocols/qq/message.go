package qq

// Message is one message as one account sees it. The value belongs to whoever
// received it until it is published; from then on nobody changes it. What the
// pointers Friend, Group and Member hold is shared and never changed.
type Message struct {
	MessageRef
	Time     Time     `json:"time"`
	Sender   UserID   `json:"sender"`
	Nickname string   `json:"nickname"`       // the sender's
	Self     bool     `json:"self,omitempty"` // sent by the account that sees it
	Segments Segments `json:"segments"`
	Recalled bool     `json:"recalled,omitempty"`
	// Random is the number that QQ gives a message beside its seq; 0 when it is
	// not known. No face tells it: it helps drivers to know a message again.
	Random uint32 `json:"random,omitempty"`
	// Late marks a message that was not heard when it was said but found in
	// history afterwards, behind a gap in the link to QQ.
	Late bool `json:"late,omitempty"`

	Friend *Friend `json:"friend,omitempty"` // SceneFriend: the peer, also for own messages
	Group  *Group  `json:"group,omitempty"`  // SceneGroup; SceneTemp: where the peer comes from, may be nil
	Member *Member `json:"member,omitempty"` // SceneGroup: the sender; a stub when he left
}

// EachRef visits every reference to a message inside m.
func (m *Message) EachRef(visit func(*MessageRef)) {
	visit(&m.MessageRef)
	m.Segments.EachRef(visit)
}

// Referrer is implemented by results and events that name messages; the
// account stamps 32-bit ids through it before anybody else sees the value.
type Referrer interface {
	EachRef(visit func(*MessageRef))
}

// StubMember stands in for a sender who is no longer in the group: ids and
// nickname known, everything else empty.
func StubMember(g GroupID, u UserID, nickname string) *Member {
	return &Member{Group: g, User: u, Nickname: nickname}
}
