package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "group" of the specification: announcements and essence messages.
var boardActions = []action.Action{
	action.Bind("get_group_announcements", getAnnouncements.op, encodeAnnouncements).
		Says("The group's announcements, pinned ones first, then the newest."),
	action.Bind("send_group_announcement", sendAnnouncement.op, nothingElse).Says("Puts an announcement up."),
	action.Bind("delete_group_announcement", deleteAnnouncement.op, nothingElse).Says("Takes an announcement down."),
	action.Bind("get_group_essence_messages", getEssence.op, encodeEssences).
		Says("A page of the essence messages, the latest added first; page_index counts from 0, a page_size of 0 means 50."),
	action.Bind("set_group_essence_message", setEssence.op, nothingElse).Says("Makes a message essence, or no longer."),
}

type getAnnouncements struct {
	GroupID uin `json:"group_id"`
}

func (p getAnnouncements) op() (qq.ListAnnouncements, error) {
	return qq.ListAnnouncements{Group: qq.GroupID(p.GroupID)}, nil
}

// announcementEntity is a GroupAnnouncementEntity.
type announcementEntity struct {
	GroupID  qq.GroupID        `json:"group_id"`
	ID       qq.AnnouncementID `json:"announcement_id"`
	UserID   qq.UserID         `json:"user_id"`
	Time     int64             `json:"time"`
	Content  string            `json:"content"`
	ImageURL string            `json:"image_url,omitempty"`
}

type announcements struct {
	Announcements []*announcementEntity `json:"announcements"`
}

func encodeAnnouncements(list []*qq.Announcement) announcements {
	return announcements{encodeKnown(list, encodeAnnouncement)}
}

func encodeAnnouncement(a *qq.Announcement) *announcementEntity {
	if !inGroup(a.Group, a.Author) {
		return nil
	}
	e := &announcementEntity{GroupID: a.Group, ID: a.ID, UserID: a.Author, Time: a.Time.Unix(), Content: a.Text}
	if a.Image != nil {
		e.ImageURL = a.Image.URL
	}
	return e
}

type sendAnnouncement struct {
	GroupID  uin                      `json:"group_id"`
	Content  string                   `json:"content"`
	ImageURI wire.Optional[uriOrNone] `json:"image_uri"`
}

func (p sendAnnouncement) op() (qq.PostAnnouncement, error) {
	return qq.PostAnnouncement{Group: qq.GroupID(p.GroupID), Text: p.Content, Image: p.ImageURI.Value.media()}, nil
}

type deleteAnnouncement struct {
	GroupID uin    `json:"group_id"`
	ID      string `json:"announcement_id"`
}

func (p deleteAnnouncement) op() (qq.DeleteAnnouncement, error) {
	return qq.DeleteAnnouncement{Group: qq.GroupID(p.GroupID), ID: qq.AnnouncementID(p.ID)}, nil
}

type getEssence struct {
	GroupID uin   `json:"group_id"`
	Page    whole `json:"page_index"`
	Size    whole `json:"page_size"`
}

func (p getEssence) op() (qq.ListEssence, error) {
	return qq.ListEssence{Group: qq.GroupID(p.GroupID), Page: p.Page.count(), Size: p.Size.count()}, nil
}

// essenceMessage is a GroupEssenceMessage.
type essenceMessage struct {
	GroupID       qq.GroupID `json:"group_id"`
	Seq           int64      `json:"message_seq"`
	MessageTime   int64      `json:"message_time"`
	SenderID      qq.UserID  `json:"sender_id"`
	SenderName    string     `json:"sender_name"`
	OperatorID    qq.UserID  `json:"operator_id"`
	OperatorName  string     `json:"operator_name"`
	OperationTime int64      `json:"operation_time"`
	Segments      []Segment  `json:"segments"`
}

type essences struct {
	Messages []*essenceMessage `json:"messages"`
	IsEnd    bool              `json:"is_end"`
}

func encodeEssences(page *qq.Essences) essences {
	return essences{encodeKnown(page.Messages, encodeEssence), page.Last}
}

func encodeEssence(e *qq.Essence) *essenceMessage {
	if !inGroup(e.Chat.Group(), e.Sender, e.Operator) {
		return nil
	}
	return &essenceMessage{
		GroupID: e.Chat.Group(), Seq: e.Seq, MessageTime: e.Time.Unix(), SenderID: e.Sender, SenderName: e.SenderName,
		OperatorID: e.Operator, OperatorName: e.OperatorName, OperationTime: e.Added.Unix(), Segments: EncodeIncoming(e.Segments),
	}
}

type setEssence struct {
	GroupID uin                 `json:"group_id"`
	Seq     whole               `json:"message_seq"`
	IsSet   wire.Optional[bool] `json:"is_set" default:"true"`
}

func (p setEssence) op() (qq.SetEssence, error) {
	return qq.SetEssence{Ref: inGroupChat(p.GroupID, p.Seq), On: p.IsSet.Or(true)}, nil
}
