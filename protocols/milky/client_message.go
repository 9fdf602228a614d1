package milky

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// heardMessage is an IncomingMessage as it comes in.
type heardMessage struct {
	Scene    string        `json:"message_scene"`
	PeerID   int64         `json:"peer_id"`
	Seq      int64         `json:"message_seq"`
	SenderID qq.UserID     `json:"sender_id"`
	Time     int64         `json:"time"`
	Segments []wire.Raw    `json:"segments"`
	Friend   *friendEntity `json:"friend"`
	Group    *groupEntity  `json:"group"`
	Member   *memberEntity `json:"group_member"`
}

// decodeMessage reads a message as account sees it; nil when it has no place.
func decodeMessage(m *heardMessage, account qq.UserID) *qq.Message {
	scene, ok := qq.ParseScene(m.Scene)
	if !ok {
		return nil
	}
	chat := qq.Chat{Scene: scene, Peer: m.PeerID}
	out := &qq.Message{
		MessageRef: qq.MessageRef{Chat: chat, Seq: m.Seq}, Time: instantOf(m.Time), Sender: m.SenderID, Self: m.SenderID == account,
		Segments: decodeContent(m.Segments, chat),
		Friend:   decodeFriend(m.Friend), Group: decodeGroup(m.Group), Member: decodeMember(m.Member),
	}
	switch {
	case out.Member != nil && out.Member.User == out.Sender:
		out.Nickname = out.Member.Nickname
	case out.Friend != nil && out.Friend.ID == out.Sender:
		out.Nickname = out.Friend.Nickname
	}
	return out
}

// decodeContent reads segments one by one: one that this version cannot read is
// kept as qq.Raw, and costs the others nothing.
func decodeContent(list []wire.Raw, chat qq.Chat) qq.Segments {
	content := make(qq.Segments, 0, len(list))
	for _, raw := range list {
		content = append(content, decodeSegment(raw))
	}
	return placed(content, chat)
}

// heardKind is what every segment has.
type heardKind struct {
	Type string `json:"type"`
}

func decodeSegment(raw wire.Raw) qq.Segment {
	var one Incoming
	text := append(append([]byte{'['}, raw...), ']')
	if err := new(wire.Decoder).Decode(text, &one); err == nil && len(one) == 1 {
		return one[0]
	}
	kind := "milky"
	var head heardKind
	if readHeard(raw, &head) == nil && head.Type != "" {
		kind += ":" + head.Type
	}
	return &qq.Raw{Kind: kind, Data: append([]byte(nil), raw...)}
}

// Sendable tells why content cannot be sent over Milky; nil when it can.
func Sendable(content qq.Segments) error {
	for _, seg := range content {
		switch seg := seg.(type) {
		case *qq.Text, *qq.Mention, *qq.MentionAll, *qq.Face, *qq.Reply, *qq.Image, *qq.Record, *qq.Video, *qq.LightApp:
		case *qq.Forward:
			if seg.ID != "" {
				return qq.Errorf(qq.ErrUnsupported, "Milky cannot send a forwarded set by its id")
			}
			for _, n := range seg.Nodes {
				if n == nil || n.Ref != nil {
					continue
				}
				if err := Sendable(n.Segments); err != nil {
					return err
				}
			}
		default:
			return qq.Errorf(qq.ErrUnsupported, "Milky cannot send a segment of kind %q", qq.SegmentKind(seg))
		}
	}
	return nil
}
