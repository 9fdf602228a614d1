package milky

import (
	"context"
	"errors"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "message" of the specification.
var messageActions = []action.Action{
	action.Bind("send_private_message", sendPrivateMessage.op, encodeSent),
	action.Bind("send_group_message", sendGroupMessage.op, encodeSent),
	action.Handle("recall_private_message", recallPrivateMessage),
	action.Bind("recall_group_message", recallGroupMessage.op, nothingElse),
	action.Handle("get_message", getMessage),
	action.Bind("get_history_messages", getHistoryMessages.op, encodeHistory),
	action.Bind("get_resource_temp_url", getResourceTempURL.op, encodeURL),
}

// nothingElse is the result of an operation that answers nothing.
func nothingElse(qq.None) empty { return empty{} }

type sendPrivateMessage struct {
	UserID  uin      `json:"user_id"`
	Message Outgoing `json:"message"`
}

func (p sendPrivateMessage) op() (qq.SendMessage, error) {
	chat := qq.FriendChat(qq.UserID(p.UserID))
	return qq.SendMessage{Chat: chat, Segments: p.Message.In(chat)}, nil
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
	if errors.Is(err, qq.ErrNotFound) {
		ref.Chat = qq.TempChat(user)
		_, err = qq.Do(ctx, c, qq.RecallMessage{Ref: ref})
	}
	return empty{}, err
}

type recallGroupMessage struct {
	GroupID uin   `json:"group_id"`
	Seq     whole `json:"message_seq"`
}

func (p recallGroupMessage) op() (qq.RecallMessage, error) {
	chat := qq.GroupChat(qq.GroupID(p.GroupID))
	return qq.RecallMessage{Ref: qq.MessageRef{Chat: chat, Seq: int64(p.Seq)}}, nil
}

type messageRef struct {
	Scene scene `json:"message_scene"`
	Peer  uin   `json:"peer_id"`
	Seq   whole `json:"message_seq"`
}

type oneMessage struct {
	Message *message `json:"message"`
}

// getMessage does not find recalled messages: a Milky message has no mark
// that would tell them from others.
func getMessage(ctx context.Context, c qq.Caller, p messageRef) (oneMessage, error) {
	ref := qq.MessageRef{Chat: qq.Chat{Scene: qq.Scene(p.Scene), Peer: int64(p.Peer)}, Seq: int64(p.Seq)}
	m, err := qq.Do(ctx, c, qq.GetMessage{Ref: ref})
	if err != nil {
		return oneMessage{}, err
	}
	if m.Recalled {
		return oneMessage{}, qq.Errorf(qq.ErrNotFound, "the message was recalled")
	}
	return oneMessage{encodeMessage(m)}, nil
}

type getHistoryMessages struct {
	Scene scene                   `json:"message_scene"`
	Peer  uin                     `json:"peer_id"`
	Start wire.Optional[whole]    `json:"start_message_seq"` // newest when absent or 0
	Limit wire.Optional[pageSize] `json:"limit"`
}

func (p getHistoryMessages) op() (qq.GetHistory, error) {
	return qq.GetHistory{
		Chat:  qq.Chat{Scene: qq.Scene(p.Scene), Peer: int64(p.Peer)},
		Start: int64(p.Start.Value), Count: int(p.Limit.Or(20)),
	}, nil
}

// history always has the key next_message_seq: clients read it unconditionally.
type history struct {
	Messages []*message `json:"messages"`
	Next     *int64     `json:"next_message_seq"`
}

func encodeHistory(h *qq.History) history {
	return history{encodeAll(h.Messages, encodeMessage), orNull(h.Older)}
}

// orNull is null where there is no next page.
func orNull(seq int64) *int64 {
	if seq == 0 {
		return nil
	}
	return &seq
}

type getResourceTempURL struct {
	ResourceID string `json:"resource_id"`
}

func (p getResourceTempURL) op() (qq.RenewLink, error) {
	return qq.RenewLink{Resource: qq.ResourceID(p.ResourceID)}, nil
}

type tempURL struct {
	URL string `json:"url"`
}

func encodeURL(url string) tempURL { return tempURL{url} }
