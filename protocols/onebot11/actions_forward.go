package onebot11

import (
	"context"
	"errors"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// forwardActions are about sets of messages that are shown as one card.
func forwardActions(format MessageFormat) []action.Action {
	f := messageForm{format}
	return []action.Action{
		action.Handle("send_forward_msg", sendForward).Acts(qq.ClassSend).Says("Sends messages as one card, into group_id or else to user_id."),
		action.Handle("send_group_forward_msg", sendGroupForward).Acts(qq.ClassSend).Says("Sends messages as one card into a group."),
		action.Handle("send_private_forward_msg", sendPrivateForward).Acts(qq.ClassSend).Says("Sends messages as one card to a friend."),
		action.Handle("get_forward_msg", f.forwarded).Acts(qq.ClassRead).Says("The messages of a card; id is the card's, or the message_id of its message."),
		action.Bind("forward_friend_single_msg", forwardOne.op, encodeSent).Says("Says a message once more in group_id, or else to user_id."),
		action.Bind("forward_group_single_msg", forwardOne.op, encodeSent).Says("Says a message once more in group_id, or else to user_id."),
	}
}

// cardParam is what all three senders share.
type cardParam struct {
	Messages wire.Optional[nodes]      `json:"messages" doc:"needed"`
	Message  wire.Optional[nodes]      `json:"message" doc:"another name of messages"`
	Source   wire.Optional[wire.Str]   `json:"source" doc:"the title"`
	News     wire.Optional[[]newsLine] `json:"news" doc:"the lines shown"`
	Summary  wire.Optional[wire.Str]   `json:"summary" doc:"the line at the foot"`
	Prompt   wire.Optional[wire.Str]   `json:"prompt" doc:"what lists of chats show"`
}

type newsLine struct {
	Text wire.Str `json:"text"`
}

type forwardParam struct {
	Type  wire.Optional[wire.Str] `json:"message_type" doc:"group or private; without it group_id wins"`
	User  wire.Optional[wire.Int] `json:"user_id"`
	Group wire.Optional[wire.Int] `json:"group_id"`
	cardParam
}

type groupForward struct {
	Group wire.Int `json:"group_id"`
	cardParam
}

type privateForward struct {
	User wire.Int `json:"user_id"`
	cardParam
}

func sendForward(ctx context.Context, c qq.Caller, p forwardParam) (forwardSent, error) {
	to, err := target(string(p.Type.Value), p.User.Value, p.Group.Value)
	if err != nil {
		return forwardSent{}, err
	}
	return p.send(ctx, c, to)
}

func sendGroupForward(ctx context.Context, c qq.Caller, p groupForward) (forwardSent, error) {
	return p.send(ctx, c, qq.GroupChat(qq.GroupID(p.Group)))
}

func sendPrivateForward(ctx context.Context, c qq.Caller, p privateForward) (forwardSent, error) {
	return p.send(ctx, c, qq.FriendChat(qq.UserID(p.User)))
}

// forwardSent: res_id is NapCat's name of forward_id.
type forwardSent struct {
	Message qq.MessageID `json:"message_id"`
	Forward qq.ForwardID `json:"forward_id"`
	Res     qq.ForwardID `json:"res_id"`
}

func (p cardParam) send(ctx context.Context, c qq.Caller, to qq.Chat) (forwardSent, error) {
	made, err := anyOf("messages", p.Messages, p.Message)
	if err != nil {
		return forwardSent{}, err
	}
	messages, err := made.forward(choose(p.Messages.Set, "messages", "message"), to.Scene == qq.SceneGroup)
	if err != nil {
		return forwardSent{}, err
	}
	if err := signed(ctx, c, messages); err != nil {
		return forwardSent{}, err
	}
	card := &qq.Forward{
		Title: string(p.Source.Value), Summary: string(p.Summary.Value), Prompt: string(p.Prompt.Value), Nodes: messages,
		Preview: each(p.News.Value, func(n newsLine) string { return string(n.Text) }),
	}
	sent, err := qq.Do(ctx, c, qq.SendMessage{Chat: to, Segments: qq.Segments{card}})
	if err != nil {
		return forwardSent{}, err
	}
	return forwardSent{sent.MessageRef.ID, sent.Forward, sent.Forward}, nil
}

// signed gives the account's own name to messages without a sender.
func signed(ctx context.Context, c qq.Caller, messages []*qq.ForwardNode) error {
	name := ""
	for _, n := range messages {
		if n.Ref != nil {
			continue
		}
		if n.Sender == 0 {
			n.Sender = c.Account()
		}
		if n.Name == "" && n.Sender == c.Account() && name == "" {
			me, err := qq.Do(ctx, c, qq.GetLogin{})
			if err != nil {
				return err
			}
			name = me.Nickname
		}
		if n.Name == "" {
			n.Name = choose(n.Sender == c.Account(), name, n.Sender.String())
		}
		for _, s := range n.Segments {
			inner, ok := s.(*qq.Forward)
			if !ok {
				continue
			}
			if err := signed(ctx, c, inner.Nodes); err != nil {
				return err
			}
		}
	}
	return nil
}

// forwardOne: a group wins.
type forwardOne struct {
	Message wire.Int                `json:"message_id"`
	User    wire.Optional[wire.Int] `json:"user_id" doc:"needed, or group_id"`
	Group   wire.Optional[wire.Int] `json:"group_id" doc:"wins over user_id"`
}

func (p forwardOne) op() (qq.ForwardMessage, error) {
	to, err := chatOf(p.User, p.Group)
	if err != nil {
		return qq.ForwardMessage{}, err
	}
	ref, err := messageParam{p.Message}.ref()
	return qq.ForwardMessage{Ref: ref, To: to}, err
}

// cardID: id is the spec's name, message_id go-cqhttp's.
type cardID struct {
	ID      wire.Optional[wire.Str] `json:"id" doc:"needed, or message_id"`
	Message wire.Optional[wire.Str] `json:"message_id"`
}

type forwardedList struct {
	Messages []forwardedInfo `json:"messages"`
}

type forwardedInfo struct {
	Content wire.Raw     `json:"content"`
	Sender  friendSender `json:"sender"`
	Time    int64        `json:"time"`
	Format  string       `json:"message_format"`
	Type    string       `json:"message_type"`
}

func (f messageForm) forwarded(ctx context.Context, c qq.Caller, p cardID) (forwardedList, error) {
	id, err := anyOf("id", p.ID, p.Message)
	if err != nil {
		return forwardedList{}, err
	}
	found, err := qq.Do(ctx, c, qq.GetForward{ID: qq.ForwardID(id)})
	if errors.Is(err, qq.ErrNotFound) {
		if of, known := f.cardOf(ctx, c, string(id)); known {
			found, err = qq.Do(ctx, c, qq.GetForward{ID: of})
		}
	}
	if err != nil {
		return forwardedList{}, err
	}
	return forwardedList{each(found.Nodes, func(n *qq.ForwardNode) forwardedInfo {
		content, _ := f.content(n.Segments)
		return forwardedInfo{content, friendSender{n.Sender, n.Name}, n.Time.Unix(), string(f.format), "group"}
	})}, nil
}

// cardOf is the card in the message with an id.
func (f messageForm) cardOf(ctx context.Context, c qq.Caller, text string) (qq.ForwardID, bool) {
	id, ok := messageID(text)
	if !ok {
		return "", false
	}
	m, err := qq.Do(ctx, c, qq.GetMessage{Ref: qq.MessageRef{ID: id}})
	if err != nil {
		return "", false
	}
	for _, s := range m.Segments {
		if card, ok := s.(*qq.Forward); ok && card.ID != "" {
			return card.ID, true
		}
	}
	return "", false
}
