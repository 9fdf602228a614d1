package qq

import (
	"fmt"
	"strings"
	"unicode"
)

// Describe tells an event in one line for people, in terminals and logs. It
// holds no control characters, whatever people wrote.
func Describe(e Event) string { return oneLine(describe(e)) }

func describe(e Event) string {
	switch e := e.(type) {
	case *MessageReceived:
		return describeMessage(&e.Message)
	case *MessageRecalled:
		return fmt.Sprintf("%s: %d took back message %d%s", e.described(), e.Operator, e.Seq, whose(e.Operator, e.Sender))
	case *FriendRequested:
		return fmt.Sprintf("%d asks to be a friend%s", e.Initiator, quoted(e.Comment))
	case *FriendAdded:
		if e.Friend == nil {
			return "somebody is a friend now"
		}
		return fmt.Sprintf("%s is a friend now", person(e.Friend.Nickname, e.Friend.ID))
	case *FriendDeleted:
		return fmt.Sprintf("%d is no friend any more", e.User)
	case *GroupRequested:
		return describeGroupRequest(&e.GroupRequest)
	case *StatusChanged:
		return either(e.Online, "online", "offline") + quoted(e.Reason)
	case *EventsLost:
		return fmt.Sprintf("events behind %d are missing%s", e.After, quoted(e.Reason))
	case *UnknownEvent:
		return fmt.Sprintf("an event that this version does not know (%d bytes)", len(e.Data))
	}
	return describeGroupEvent(e)
}

func describeGroupEvent(e Event) string {
	switch e := e.(type) {
	case *MemberIncreased:
		return fmt.Sprintf("group %d: %s joined%s%s", e.Group, e.Member.described(e.User), by(", invited by", e.Inviter), by(", approved by", e.Operator))
	case *MemberDecreased:
		if e.Operator == 0 || e.Operator == e.User {
			return fmt.Sprintf("group %d: %s left", e.Group, e.Member.described(e.User))
		}
		return fmt.Sprintf("group %d: %s was kicked by %d", e.Group, e.Member.described(e.User), e.Operator)
	case *GroupDisbanded:
		return fmt.Sprintf("group %d: dissolved by %d", e.Group, e.Operator)
	case *AdminChanged:
		return fmt.Sprintf("group %d: %s is %s", e.Group, e.Member.described(e.User), either(e.On, "an admin now", "no admin any more"))
	case *CardChanged:
		return fmt.Sprintf("group %d: %d changed the card of %s from %q to %q", e.Group, e.Operator, e.Member.described(e.User), e.Old, e.New)
	case *MemberMuted:
		if e.Seconds == 0 {
			return fmt.Sprintf("group %d: %d lets %s speak again", e.Group, e.Operator, e.Member.described(e.User))
		}
		return fmt.Sprintf("group %d: %d muted %s for %d s", e.Group, e.Operator, e.Member.described(e.User), e.Seconds)
	case *GroupMuted:
		return fmt.Sprintf("group %d: %d %s", e.Group, e.Operator, either(e.On, "muted everybody", "lets everybody speak again"))
	}
	return describeMore(e)
}

// described is "group 123456", "friend 10001" or "temp 10001".
func (c Chat) described() string { return fmt.Sprintf("%s %d", c.Scene, c.Peer) }

func describeMessage(m *Message) string {
	name := m.Nickname
	if m.Member != nil && m.Member.Card != "" {
		name = m.Member.Card
	}
	who := person(name, m.Sender)
	if m.Self {
		who += " (self)"
	}
	return fmt.Sprintf("%s · %s: %s", m.described(), who, m.Segments.Describe())
}

func describeGroupRequest(r *GroupRequest) string {
	who, what := person(r.Nickname, r.Initiator), "wants to join"
	switch r.Kind {
	case InvitedJoinRequest:
		what = fmt.Sprintf("invites %d", r.Target)
	case Invitation:
		what = "invites this account"
	}
	return fmt.Sprintf("group %d: %s %s%s", r.Group, who, what, quoted(r.Comment))
}

// Describe is the content for people: text as it is, the rest in brackets.
func (s Segments) Describe() string {
	var b strings.Builder
	for _, seg := range s {
		b.WriteString(describeSegment(seg))
	}
	return b.String()
}

func (m *Member) described(u UserID) string {
	if m == nil {
		return u.String()
	}
	return person(m.Name(), u)
}

func person(name string, u UserID) string {
	if name == "" {
		return u.String()
	}
	return fmt.Sprintf("%s (%d)", name, u)
}

func whose(operator, sender UserID) string {
	if operator == sender {
		return ""
	}
	return fmt.Sprintf(" of %d", sender)
}

func by(text string, u UserID) string {
	if u == 0 {
		return ""
	}
	return fmt.Sprintf("%s %d", text, u)
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf(": %q", text)
}

func either(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

// oneLine puts a space for what would move a terminal's cursor or turn the
// direction of writing. The joiner of emoji stays.
func oneLine(text string) string {
	const joiner = '\u200d'
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || unicode.Is(unicode.Cf, r) && r != joiner {
			return ' '
		}
		return r
	}, text)
}
