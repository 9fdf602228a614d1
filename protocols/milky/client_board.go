package milky

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// serveBoard serves announcements and essence messages.
func (c *Client) serveBoard(h *qq.Handlers) {
	ask(c, h, "get_group_announcements", func(op qq.ListAnnouncements) (getAnnouncements, error) { return getAnnouncements{uin(op.Group)}, nil },
		func(_ qq.ListAnnouncements, d announcements) ([]*qq.Announcement, error) {
			return decodeAll(d.Announcements, decodeAnnouncement), nil
		})
	tell(c, h, "send_group_announcement", func(op qq.PostAnnouncement) (sendAnnouncement, error) {
		p := sendAnnouncement{GroupID: uin(op.Group), Content: op.Text}
		if op.Image == nil {
			return p, nil
		}
		u, err := c.upload(op.Image)
		p.ImageURI = given(uriOrNone(u))
		return p, err
	})
	tell(c, h, "delete_group_announcement", func(op qq.DeleteAnnouncement) (deleteAnnouncement, error) {
		return deleteAnnouncement{uin(op.Group), string(op.ID)}, nil
	})
	ask(c, h, "get_group_essence_messages", func(op qq.ListEssence) (getEssence, error) {
		return getEssence{uin(op.Group), whole(op.Page), whole(orDefault(op.Size, 50))}, nil
	}, decodeEssences)
	tell(c, h, "set_group_essence_message", func(op qq.SetEssence) (setEssence, error) {
		return setEssence{uin(op.Ref.Peer), whole(op.Ref.Seq), given(op.On)}, nil
	})
}

func decodeAnnouncement(a *announcementEntity) *qq.Announcement {
	out := &qq.Announcement{ID: a.ID, Group: a.GroupID, Author: a.UserID, Time: instantOf(a.Time), Text: a.Content}
	if a.ImageURL != "" {
		out.Image = &qq.Media{URL: a.ImageURL}
	}
	return out
}

// heardEssences is a page of essence messages as it comes in.
type heardEssences struct {
	Messages []heardEssence `json:"messages"`
	IsEnd    bool           `json:"is_end"`
}

type heardEssence struct {
	GroupID       qq.GroupID `json:"group_id"`
	Seq           int64      `json:"message_seq"`
	MessageTime   int64      `json:"message_time"`
	SenderID      qq.UserID  `json:"sender_id"`
	SenderName    string     `json:"sender_name"`
	OperatorID    qq.UserID  `json:"operator_id"`
	OperatorName  string     `json:"operator_name"`
	OperationTime int64      `json:"operation_time"`
	Segments      []wire.Raw `json:"segments"`
}

func decodeEssences(_ qq.ListEssence, d heardEssences) (*qq.Essences, error) {
	return &qq.Essences{Messages: decodeAll(d.Messages, heardEssence.essence), Last: d.IsEnd}, nil
}

func (e heardEssence) essence() *qq.Essence {
	chat := qq.GroupChat(e.GroupID)
	return &qq.Essence{
		MessageRef: qq.MessageRef{Chat: chat, Seq: e.Seq}, Time: instantOf(e.MessageTime), Sender: e.SenderID, SenderName: e.SenderName,
		Operator: e.OperatorID, OperatorName: e.OperatorName, Added: instantOf(e.OperationTime), Segments: decodeContent(e.Segments, chat),
	}
}
