package milky

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "message" of the specification: reading what was said.
var readingActions = []action.Action{
	action.Handle("get_message", getMessage).Acts(qq.ClassRead).Says("One message; recalled ones are not found."),
	action.Bind("get_history_messages", getHistoryMessages.op, encodeHistory).
		Says("A page of a chat from start_message_seq (inclusive) backwards, ascending within the page."),
	action.Bind("get_resource_temp_url", getResourceTempURL.op, encodeURL).Says("A fresh link to a picture, voice or video."),
	action.Bind("get_forwarded_messages", getForwarded.op, encodeForwarded).Says("The messages of a forward."),
	action.Bind("mark_message_as_read", markAsRead, nothingElse).Says("Marks a message and all older ones as read."),
}

type messageRef struct {
	Scene scene `json:"message_scene"`
	Peer  uin   `json:"peer_id"`
	Seq   whole `json:"message_seq"`
}

func (p messageRef) ref() qq.MessageRef {
	return qq.MessageRef{Chat: chatOf(p.Scene, p.Peer), Seq: int64(p.Seq)}
}

// chatOf names a chat by its scene and peer.
func chatOf(s scene, peer uin) qq.Chat { return qq.Chat{Scene: qq.Scene(s), Peer: int64(peer)} }

type oneMessage struct {
	Message *message `json:"message"`
}

// getMessage does not find recalled messages: a Milky message has no mark
// that would tell them from others.
func getMessage(ctx context.Context, c qq.Caller, p messageRef) (oneMessage, error) {
	m, err := qq.Do(ctx, c, qq.GetMessage{Ref: p.ref()})
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
	Limit wire.Optional[pageSize] `json:"limit" default:"20"`
}

func (p getHistoryMessages) op() (qq.GetHistory, error) {
	return qq.GetHistory{
		Chat:  chatOf(p.Scene, p.Peer),
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

type getForwarded struct {
	ID string `json:"forward_id"`
}

func (p getForwarded) op() (qq.GetForward, error) { return qq.GetForward{ID: qq.ForwardID(p.ID)}, nil }

// forwardedMessage is an IncomingForwardedMessage.
type forwardedMessage struct {
	Seq        int64     `json:"message_seq"`
	SenderName string    `json:"sender_name"`
	AvatarURL  string    `json:"avatar_url"`
	Time       int64     `json:"time"`
	Segments   []Segment `json:"segments"`
}

type forwarded struct {
	Messages []forwardedMessage `json:"messages"`
}

func encodeForwarded(f *qq.Forwarded) forwarded { return forwarded{encodeAll(f.Nodes, encodeNode)} }

func encodeNode(n *qq.ForwardNode) forwardedMessage {
	return forwardedMessage{n.Seq, n.Name, n.Avatar, n.Time.Unix(), EncodeIncoming(n.Segments)}
}

// markAsRead refuses a message number of 0, which would mean the whole chat.
func markAsRead(p messageRef) (qq.MarkRead, error) {
	if p.Seq == 0 {
		return qq.MarkRead{}, qq.Errorf(qq.ErrNotFound, "no message has the number 0")
	}
	return qq.MarkRead{Ref: p.ref()}, nil
}
