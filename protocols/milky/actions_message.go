package milky

import (
	"context"
	"errors"

	"llbot/protocols/action"
	"llbot/protocols/qq"
)

// Category "message" of the specification.
var messageActions = []action.Action{
	action.Handle("send_private_message", sendPrivate).Acts(qq.ClassSend).
		Says("Speaks to a friend; to anybody else in a temporary chat through a group that both are in. -404 when there is no such group."),
	action.Bind("send_group_message", sendGroupMessage.op, encodeSent).Says("Speaks in a group."),
	action.Handle("recall_private_message", recallPrivateMessage).Acts(qq.ClassModerate).Says("Takes a message of a private chat back."),
	action.Bind("recall_group_message", recallGroupMessage.op, nothingElse).Says("Takes a message of a group back: one's own, or a lower member's."),
}

// nothingElse is the result of an operation that answers nothing.
func nothingElse(qq.None) empty { return empty{} }

type sendPrivateMessage struct {
	UserID  uin      `json:"user_id"`
	Message Outgoing `json:"message"`
}

func sendPrivate(ctx context.Context, c qq.Caller, p sendPrivateMessage) (sent, error) {
	chat := privateChat(ctx, c, qq.UserID(p.UserID))
	s, err := qq.Do(ctx, c, qq.SendMessage{Chat: chat, Segments: p.Message.In(chat)})
	if err != nil {
		return sent{}, err
	}
	return encodeSent(s), nil
}

type sendGroupMessage struct {
	GroupID uin      `json:"group_id"`
	Message Outgoing `json:"message"`
}

func (p sendGroupMessage) op() (qq.SendMessage, error) {
	chat := qq.GroupChat(qq.GroupID(p.GroupID))
	return qq.SendMessage{Chat: chat, Segments: p.Message.In(chat)}, nil
}

type sent struct {
	Seq  int64 `json:"message_seq"`
	Time int64 `json:"time"`
}

func encodeSent(s *qq.Sent) sent { return sent{s.Seq, s.Time.Unix()} }

type privateMessageRef struct {
	UserID uin   `json:"user_id"`
	Seq    whole `json:"message_seq"`
}

// recallPrivateMessage tries both chats that an account can have with a user,
// since the parameters do not tell which is meant.
func recallPrivateMessage(ctx context.Context, c qq.Caller, p privateMessageRef) (empty, error) {
	user := qq.UserID(p.UserID)
	ref := qq.MessageRef{Chat: qq.FriendChat(user), Seq: int64(p.Seq)}
	_, err := qq.Do(ctx, c, qq.RecallMessage{Ref: ref})
	if !errors.Is(err, qq.ErrNotFound) {
		return empty{}, err
	}
	ref.Chat = qq.TempChat(user)
	_, second := qq.Do(ctx, c, qq.RecallMessage{Ref: ref})
	if errors.Is(second, qq.ErrNotFound) {
		return empty{}, err // the friend is who was more likely meant
	}
	return empty{}, second
}

type recallGroupMessage struct {
	GroupID uin   `json:"group_id"`
	Seq     whole `json:"message_seq"`
}

func (p recallGroupMessage) op() (qq.RecallMessage, error) {
	return qq.RecallMessage{Ref: inGroupChat(p.GroupID, p.Seq)}, nil
}

// inGroupChat names a message of a group.
func inGroupChat(group uin, seq whole) qq.MessageRef {
	return qq.MessageRef{Chat: qq.GroupChat(qq.GroupID(group)), Seq: int64(seq)}
}
