package onebot11

import (
	"context"
	"strconv"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// boardActions are about what a group keeps: announcements, essence, to-dos.
func boardActions() []action.Action {
	return []action.Action{
		action.Bind("_send_group_notice", postNotice.op, null).Says("Puts an announcement up."),
		action.Bind("_get_group_notice", groupParam.notices, encodeNotices).Says("A group's announcements."),
		action.Bind("_delete_group_notice", deleteNotice.op, null).Says("Takes an announcement down."),
		action.Handle("get_essence_msg_list", listEssence).Acts(qq.ClassRead).Says("The messages that a group keeps as its best."),
		action.Bind("set_essence_msg", essence(true), null).Says("Keeps a message as essence."),
		action.Bind("delete_essence_msg", essence(false), null).Says("Lets go of an essence message."),
		action.Bind("set_group_todo", todo(qq.TodoSet), null).Says("Makes a message the group's to-do."),
		action.Bind("complete_group_todo", todo(qq.TodoDone), null).Says("Says that the account has done a to-do."),
		action.Bind("cancel_group_todo", todo(qq.TodoCancel), null).Says("Takes a to-do back."),
	}
}

type postNotice struct {
	Group     wire.Int                 `json:"group_id"`
	Content   wire.Str                 `json:"content"`
	Image     wire.Optional[source]    `json:"image"`
	Pinned    wire.Optional[wire.Bool] `json:"pinned" default:"false"`
	Confirm   wire.Optional[wire.Bool] `json:"confirm_required" default:"true"`
	EditCard  wire.Optional[wire.Bool] `json:"is_show_edit_card" default:"false"`
	Window    wire.Optional[wire.Bool] `json:"tip_window" default:"false"`
	Newcomers wire.Optional[wire.Bool] `json:"send_new_member" default:"false"`
}

func (p postNotice) op() (qq.PostAnnouncement, error) {
	return qq.PostAnnouncement{
		Group: qq.GroupID(p.Group), Text: string(p.Content), Image: optional(p.Image), Pinned: bool(p.Pinned.Value),
		Confirm: bool(p.Confirm.Or(true)), EditCard: bool(p.EditCard.Value), Popup: bool(p.Window.Value), Newcomers: bool(p.Newcomers.Value),
	}, nil
}

func (p groupParam) notices() (qq.ListAnnouncements, error) {
	return qq.ListAnnouncements{Group: p.group()}, nil
}

type noticeInfo struct {
	ID       qq.AnnouncementID `json:"notice_id"`
	Sender   qq.UserID         `json:"sender_id"`
	Time     int64             `json:"publish_time"`
	Message  noticeText        `json:"message"`
	Settings noticeSettings    `json:"settings"`
}

type noticeText struct {
	Text   string        `json:"text"`
	Images []noticeImage `json:"images"`
}

type noticeImage struct {
	Height string `json:"height"`
	Width  string `json:"width"`
	ID     string `json:"id"`
}

type noticeSettings struct {
	EditCard  bool `json:"is_show_edit_card"`
	Window    bool `json:"tip_window"`
	Confirm   bool `json:"confirm_required"`
	Pinned    bool `json:"pinned"`
	Newcomers bool `json:"send_new_member"`
}

func encodeNotices(notices []*qq.Announcement) []noticeInfo {
	return each(notices, func(n *qq.Announcement) noticeInfo {
		images := []noticeImage{}
		if n.Image != nil {
			images = append(images, noticeImage{strconv.Itoa(n.Image.Height), strconv.Itoa(n.Image.Width), string(n.Image.ID)})
		}
		return noticeInfo{
			n.ID, n.Author, n.Time.Unix(), noticeText{n.Text, images}, noticeSettings{n.EditCard, n.Popup, n.Confirm, n.Pinned, n.Newcomers},
		}
	})
}

type deleteNotice struct {
	Group wire.Int `json:"group_id"`
	ID    wire.Str `json:"notice_id"`
}

func (p deleteNotice) op() (qq.DeleteAnnouncement, error) {
	return qq.DeleteAnnouncement{Group: qq.GroupID(p.Group), ID: qq.AnnouncementID(p.ID)}, nil
}

type essenceInfo struct {
	Sender       qq.UserID    `json:"sender_id"`
	SenderNick   string       `json:"sender_nick"`
	SenderTime   int64        `json:"sender_time"`
	Operator     qq.UserID    `json:"operator_id"`
	OperatorNick string       `json:"operator_nick"`
	OperatorTime int64        `json:"operator_time"`
	Message      qq.MessageID `json:"message_id"`
}

// listEssence answers all pages.
func listEssence(ctx context.Context, c qq.Caller, p groupParam) ([]essenceInfo, error) {
	out := []essenceInfo{}
	for page := range qq.MaxEssencePerGroup {
		found, err := qq.Do(ctx, c, qq.ListEssence{Group: p.group(), Page: page})
		if err != nil {
			return nil, err
		}
		for _, e := range found.Messages {
			out = append(out, essenceInfo{
				e.Sender, e.SenderName, e.Time.Unix(), e.Operator, e.OperatorName, e.Added.Unix(), e.MessageRef.ID,
			})
		}
		if found.Last || len(found.Messages) == 0 {
			break
		}
	}
	return out, nil
}

func essence(on bool) func(messageParam) (qq.SetEssence, error) {
	return func(p messageParam) (qq.SetEssence, error) {
		ref, err := p.ref()
		return qq.SetEssence{Ref: ref, On: on}, err
	}
}

// todoParam: message_seq wins.
type todoParam struct {
	Group   wire.Int                `json:"group_id"`
	Message wire.Optional[wire.Int] `json:"message_id" doc:"needed, or message_seq"`
	Seq     wire.Optional[wire.Int] `json:"message_seq" doc:"wins over message_id"`
}

func todo(step qq.TodoStep) func(todoParam) (qq.SetTodo, error) {
	return func(p todoParam) (qq.SetTodo, error) {
		ref, err := inChat(qq.GroupChat(qq.GroupID(p.Group)), p.Seq, p.Message)
		return qq.SetTodo{Ref: ref, Step: step}, err
	}
}

// inChat is the message with a seq in a chat, or else the one with an id.
func inChat(chat qq.Chat, seq, id wire.Optional[wire.Int]) (qq.MessageRef, error) {
	switch {
	case seq.Value > 0:
		return qq.MessageRef{Chat: chat, Seq: int64(seq.Value)}, nil
	case id.Set:
		return messageParam{id.Value}.ref()
	}
	return qq.MessageRef{}, fault("message_id or message_seq", "is required")
}
