package milky

import "llbot/protocols/qq"

// message is an IncomingMessage. Friend, Group and Member are there as its
// scene wants them.
type message struct {
	Scene    string        `json:"message_scene" one:"friend|group|temp"`
	PeerID   peer          `json:"peer_id"`
	Seq      int64         `json:"message_seq"`
	SenderID qq.UserID     `json:"sender_id"`
	Time     int64         `json:"time"`
	Segments []Segment     `json:"segments"`
	Friend   *friendEntity `json:"friend,omitempty"`
	Group    *groupEntity  `json:"group,omitempty"`
	Member   *memberEntity `json:"group_member,omitempty"`
}

// encodeMessage translates a message. Entities that its scene requires and
// that are not known are stubs, since a message without them is not valid.
func encodeMessage(m *qq.Message) *message {
	out := &message{
		Scene: m.Scene.String(), PeerID: peer(m.Peer), Seq: m.Seq, SenderID: m.Sender,
		Time: m.Time.Unix(), Segments: EncodeIncoming(m.Segments),
	}
	switch m.Scene {
	case qq.SceneFriend:
		out.Friend = friendOf(m)
	case qq.SceneGroup:
		out.Group, out.Member = groupOf(m), memberOf(m)
	case qq.SceneTemp:
		if m.Group != nil {
			out.Group = encodeGroup(m.Group)
		}
	}
	return out
}

func friendOf(m *qq.Message) *friendEntity {
	if m.Friend != nil {
		return encodeFriend(m.Friend)
	}
	stub := &qq.Friend{User: qq.User{ID: m.Chat.User()}}
	if m.Sender == stub.ID {
		stub.Nickname = m.Nickname
	}
	return encodeFriend(stub)
}

func groupOf(m *qq.Message) *groupEntity {
	if m.Group != nil {
		return encodeGroup(m.Group)
	}
	return encodeGroup(&qq.Group{ID: m.Chat.Group()})
}

func memberOf(m *qq.Message) *memberEntity {
	if m.Member != nil {
		return encodeMember(m.Member)
	}
	return encodeMember(qq.StubMember(m.Chat.Group(), m.Sender, m.Nickname))
}
