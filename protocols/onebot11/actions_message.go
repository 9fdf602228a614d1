package onebot11

import (
	"context"
	"fmt"
	"math"
	"slices"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func messageActions(format MessageFormat) []action.Action {
	f := messageForm{format}
	return []action.Action{
		action.Bind("send_private_msg", sendPrivate.op, encodeSent),
		action.Bind("send_group_msg", sendGroup.op, encodeSent),
		action.Bind("send_msg", send.op, encodeSent),
		action.Bind("delete_msg", messageParam.recall, null),
		action.Handle("get_msg", f.get),
		action.Handle("get_group_msg_history", f.groupHistory),
		action.Handle("get_friend_msg_history", f.friendHistory),
	}
}

type sendPrivate struct {
	User    wire.Int                 `json:"user_id"`
	Group   wire.Optional[wire.Int]  `json:"group_id"` // a shared group, for somebody who is no friend
	Message Content                  `json:"message"`
	Escaped wire.Optional[wire.Bool] `json:"auto_escape"`
}

func (p sendPrivate) op() (qq.SendMessage, error) {
	content, err := p.Message.Segments("message", bool(p.Escaped.Value), false)
	return qq.SendMessage{Chat: qq.FriendChat(qq.UserID(p.User)), Via: qq.GroupID(p.Group.Value), Segments: content}, err
}

type sendGroup struct {
	Group   wire.Int                 `json:"group_id"`
	Message Content                  `json:"message"`
	Escaped wire.Optional[wire.Bool] `json:"auto_escape"`
}

func (p sendGroup) op() (qq.SendMessage, error) {
	content, err := p.Message.Segments("message", bool(p.Escaped.Value), true)
	return qq.SendMessage{Chat: qq.GroupChat(qq.GroupID(p.Group)), Segments: content}, err
}

type send struct {
	Type    wire.Optional[wire.Str]  `json:"message_type"`
	User    wire.Optional[wire.Int]  `json:"user_id"`
	Group   wire.Optional[wire.Int]  `json:"group_id"`
	Message Content                  `json:"message"`
	Escaped wire.Optional[wire.Bool] `json:"auto_escape"`
}

// op: without message_type a group wins over a user.
func (p send) op() (qq.SendMessage, error) {
	kind := string(p.Type.Value)
	if kind == "" {
		kind = choose(p.Group.Value != 0, "group", "private")
	}
	switch {
	case kind == "group" && p.Group.Value != 0:
		return sendGroup{p.Group.Value, p.Message, p.Escaped}.op()
	case kind == "private" && p.User.Value != 0:
		return sendPrivate{p.User.Value, p.Group, p.Message, p.Escaped}.op()
	case kind == "group":
		return qq.SendMessage{}, fault("group_id", "is required")
	case kind == "private":
		return qq.SendMessage{}, fault(choose(p.Type.Value == "", "user_id or group_id", "user_id"), "is required")
	}
	return qq.SendMessage{}, fault("message_type", "must be private or group")
}

type sentInfo struct {
	Message qq.MessageID `json:"message_id"`
}

func encodeSent(s *qq.Sent) sentInfo { return sentInfo{s.MessageRef.ID} }

type messageParam struct {
	Message wire.Int `json:"message_id"`
}

// ref leaves it to the account to find the message.
func (p messageParam) ref() (qq.MessageRef, error) {
	if p.Message == 0 || p.Message < math.MinInt32 || p.Message > math.MaxInt32 {
		return qq.MessageRef{}, qq.Errorf(qq.ErrNotFound, "there is no message %d", p.Message)
	}
	return qq.MessageRef{ID: qq.MessageID(p.Message)}, nil
}

func (p messageParam) recall() (qq.RecallMessage, error) {
	ref, err := p.ref()
	return qq.RecallMessage{Ref: ref}, err
}

// messageForm is the handlers whose answers hold messages: they name the
// account as self_id and follow the endpoint's format.
type messageForm struct{ format MessageFormat }

type storedMessage struct {
	messageEvent
	RealID int64  `json:"real_id"`
	Status string `json:"status"`
}

func (f messageForm) get(ctx context.Context, c qq.Caller, p messageParam) (storedMessage, error) {
	ref, err := p.ref()
	if err != nil {
		return storedMessage{}, err
	}
	m, err := qq.Do(ctx, c, qq.GetMessage{Ref: ref})
	if err != nil {
		return storedMessage{}, err
	}
	return storedMessage{encodeMessage(c.Account(), m, f.format), m.Seq, choose(m.Recalled, "deleted", "normal")}, nil
}

// page is the part that both histories share.
type page struct {
	Seq     wire.Int // inclusive newest end, 0 = the newest there is
	Count   wire.Int
	Reverse wire.Bool
}

type groupHistory struct {
	Group         wire.Int                 `json:"group_id"`
	Seq           wire.Optional[wire.Int]  `json:"message_seq"`
	Count         wire.Optional[wire.Int]  `json:"count"`
	Reverse       wire.Optional[wire.Bool] `json:"reverseOrder"`
	NapCatReverse wire.Optional[wire.Bool] `json:"reverse_order"`
}

type friendHistory struct {
	User          wire.Int                 `json:"user_id"`
	Seq           wire.Optional[wire.Int]  `json:"message_seq"`
	Count         wire.Optional[wire.Int]  `json:"count"`
	Reverse       wire.Optional[wire.Bool] `json:"reverseOrder"`
	NapCatReverse wire.Optional[wire.Bool] `json:"reverse_order"`
}

// defaultHistory is how many messages a history has that names no count.
const defaultHistory = 20

type messageList struct {
	Messages []messageEvent `json:"messages"`
}

func (f messageForm) groupHistory(ctx context.Context, c qq.Caller, p groupHistory) (messageList, error) {
	part := page{p.Seq.Value, p.Count.Or(defaultHistory), p.Reverse.Or(p.NapCatReverse.Value)}
	return f.history(ctx, c, qq.GroupChat(qq.GroupID(p.Group)), part)
}

func (f messageForm) friendHistory(ctx context.Context, c qq.Caller, p friendHistory) (messageList, error) {
	part := page{p.Seq.Value, p.Count.Or(defaultHistory), p.Reverse.Or(p.NapCatReverse.Value)}
	return f.history(ctx, c, qq.FriendChat(qq.UserID(p.User)), part)
}

func (f messageForm) history(ctx context.Context, c qq.Caller, chat qq.Chat, part page) (messageList, error) {
	if part.Seq < 0 || part.Count < 0 || part.Count > math.MaxInt32 {
		return messageList{}, fault(choose(part.Seq < 0, "message_seq", "count"), fmt.Sprintf("must be between 0 and %d", math.MaxInt32))
	}
	list := messageList{[]messageEvent{}}
	if part.Count == 0 {
		return list, nil
	}
	h, err := qq.Do(ctx, c, qq.GetHistory{Chat: chat, Start: int64(part.Seq), Count: int(part.Count)})
	if err != nil {
		return messageList{}, err
	}
	for _, m := range h.Messages {
		list.Messages = append(list.Messages, encodeMessage(c.Account(), m, f.format))
	}
	if part.Reverse {
		slices.Reverse(list.Messages)
	}
	return list, nil
}
