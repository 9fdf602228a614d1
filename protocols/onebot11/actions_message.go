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
		action.Handle("send_private_msg", speaks(sendPrivate.speech)).Acts(qq.ClassSend).Says("Speaks to a friend, or through group_id to a member of that group."),
		action.Handle("send_group_msg", speaks(sendGroup.speech)).Acts(qq.ClassSend).Says("Speaks in a group."),
		action.Handle("send_msg", speaks(send.speech)).Acts(qq.ClassSend).Says("Speaks in group_id, or else to user_id."),
		action.Bind("delete_msg", messageParam.recall, null).Says("Takes a message back."),
		action.Handle("get_msg", f.get).Acts(qq.ClassRead).Says("One message."),
		action.Handle("get_group_msg_history", f.groupHistory).Acts(qq.ClassRead).Says("A page of a group's messages that ends at message_seq, oldest first."),
		action.Handle("get_friend_msg_history", f.friendHistory).Acts(qq.ClassRead).Says("A page of the messages with a friend that ends at message_seq, oldest first."),
	}
}

type sendPrivate struct {
	User    wire.Int                 `json:"user_id"`
	Group   wire.Optional[wire.Int]  `json:"group_id" doc:"a shared group, for somebody who is no friend"`
	Message Content                  `json:"message"`
	Escaped wire.Optional[wire.Bool] `json:"auto_escape" default:"false"`
}

func (p sendPrivate) speech() (speech, error) {
	content, nudged, err := p.Message.parts("message", bool(p.Escaped.Value), false)
	return speech{qq.SendMessage{Chat: qq.FriendChat(qq.UserID(p.User)), Via: qq.GroupID(p.Group.Value), Segments: content}, nudged}, err
}

type sendGroup struct {
	Group   wire.Int                 `json:"group_id"`
	Message Content                  `json:"message"`
	Escaped wire.Optional[wire.Bool] `json:"auto_escape" default:"false"`
}

func (p sendGroup) speech() (speech, error) {
	content, nudged, err := p.Message.parts("message", bool(p.Escaped.Value), true)
	return speech{qq.SendMessage{Chat: qq.GroupChat(qq.GroupID(p.Group)), Segments: content}, nudged}, err
}

type send struct {
	Type    wire.Optional[wire.Str]  `json:"message_type" doc:"group or private; without it group_id wins"`
	User    wire.Optional[wire.Int]  `json:"user_id" doc:"needed for private"`
	Group   wire.Optional[wire.Int]  `json:"group_id" doc:"needed for group"`
	Message Content                  `json:"message"`
	Escaped wire.Optional[wire.Bool] `json:"auto_escape" default:"false"`
}

func (p send) speech() (speech, error) {
	to, err := target(string(p.Type.Value), p.User.Value, p.Group.Value)
	switch {
	case err != nil:
		return speech{}, err
	case to.Scene == qq.SceneGroup:
		return sendGroup{p.Group.Value, p.Message, p.Escaped}.speech()
	}
	return sendPrivate{p.User.Value, p.Group, p.Message, p.Escaped}.speech()
}

// target is where something is sent to: without message_type a group wins over
// a user.
func target(kind string, user, group wire.Int) (qq.Chat, error) {
	named := kind != ""
	if !named {
		kind = choose(group != 0, "group", "private")
	}
	switch {
	case kind == "group" && group != 0:
		return qq.GroupChat(qq.GroupID(group)), nil
	case kind == "private" && user != 0:
		return qq.FriendChat(qq.UserID(user)), nil
	case kind == "group":
		return qq.Chat{}, fault("group_id", "is required")
	case kind == "private":
		return qq.Chat{}, fault(choose(named, "user_id", "user_id or group_id"), "is required")
	}
	return qq.Chat{}, fault("message_type", "must be private or group")
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
	Seq           wire.Optional[wire.Int]  `json:"message_seq" doc:"the newest end, inclusive; the latest when left out"`
	Count         wire.Optional[wire.Int]  `json:"count" default:"20"`
	Reverse       wire.Optional[wire.Bool] `json:"reverseOrder" default:"false"`
	NapCatReverse wire.Optional[wire.Bool] `json:"reverse_order" doc:"another name of reverseOrder"`
}

type friendHistory struct {
	User          wire.Int                 `json:"user_id"`
	Seq           wire.Optional[wire.Int]  `json:"message_seq" doc:"the newest end, inclusive; the latest when left out"`
	Count         wire.Optional[wire.Int]  `json:"count" default:"20"`
	Reverse       wire.Optional[wire.Bool] `json:"reverseOrder" default:"false"`
	NapCatReverse wire.Optional[wire.Bool] `json:"reverse_order" doc:"another name of reverseOrder"`
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
