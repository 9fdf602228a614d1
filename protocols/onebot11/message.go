package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// defaultFont is what LLBot writes; QQ no longer tells fonts.
const defaultFont = 14

// encodeMessage is a message as self sees it.
func encodeMessage(self qq.UserID, m *qq.Message, format MessageFormat) messageEvent {
	v := messageAround(self, m, format)
	v.Message, v.Raw = messageForm{format}.content(m.Segments)
	return v
}

// messageAround is a message without its content.
func messageAround(self qq.UserID, m *qq.Message, format MessageFormat) messageEvent {
	v := messageEvent{
		head: head{m.Time.Unix(), self, "message"},
		ID:   m.MessageRef.ID, Seq: m.Seq, User: m.Sender,
		Format: string(format), Font: defaultFont,
	}
	if m.Self {
		v.PostType, v.Target = "message_sent", m.Peer
	}
	v.addScene(m)
	return v
}

// content is segments in the endpoint's format, and as CQ text.
func (f messageForm) content(segments qq.Segments) (content wire.Raw, text string) {
	return f.append(nil, segments)
}

// addRaw is for people who look for a fault.
func (v *messageEvent) addRaw(m *qq.Message) {
	text, err := wire.Marshal(m)
	if err != nil {
		return
	}
	v.Inner, v.Packet = text, new(string)
}

func (v *messageEvent) addScene(m *qq.Message) {
	switch m.Scene {
	case qq.SceneGroup:
		v.MessageType, v.SubType = "group", "normal"
		v.Group = m.Chat.Group()
		if m.Group != nil {
			v.GroupName = &m.Group.Name // nobody changes either
		} else {
			v.GroupName = new(string)
		}
		v.Sender = memberSenderOf(m)
	case qq.SceneTemp:
		var source qq.GroupID
		if m.Group != nil {
			source = m.Group.ID
		}
		v.MessageType, v.SubType = "private", "group"
		v.Sender, v.TempSource = tempSender{m.Sender, m.Nickname, source}, new(int)
	default:
		v.MessageType, v.SubType = "private", "friend"
		v.Sender = friendSender{m.Sender, m.Nickname}
	}
}

func memberSenderOf(m *qq.Message) memberSender {
	who := m.Member
	if who == nil {
		who = qq.StubMember(m.Chat.Group(), m.Sender, m.Nickname)
	}
	return memberSender{m.Sender, m.Nickname, who.Card, who.Role.String(), strconv.Itoa(who.Level), who.Title}
}
