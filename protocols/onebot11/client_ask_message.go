package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// sendAsk is the parameters of both senders; a forwarded set has its own.
type sendAsk struct {
	Group   qq.GroupID `json:"group_id,omitempty"`
	User    qq.UserID  `json:"user_id,omitempty"`
	Message wire.Raw   `json:"message"`
}

type sendForwardAsk struct {
	Group    qq.GroupID `json:"group_id,omitempty"`
	User     qq.UserID  `json:"user_id,omitempty"`
	Messages wire.Raw   `json:"messages"`
	Source   string     `json:"source,omitempty"`
	News     []newsTold `json:"news,omitempty"`
	Summary  string     `json:"summary,omitempty"`
	Prompt   string     `json:"prompt,omitempty"`
}

type newsTold struct {
	Text string `json:"text"`
}

// AskSend speaks: a message, or a set of forwarded messages. The answer names
// the message by its ID, in the chat of the operation.
func AskSend() Ask[qq.SendMessage, *qq.Sent] {
	return Ask[qq.SendMessage, *qq.Sent]{
		Actions: []string{"send_group_msg", "send_private_msg", "send_group_forward_msg", "send_private_forward_msg"},
		Call:    sendCall,
		Answer: func(c *Client, op qq.SendMessage, data wire.Raw) (*qq.Sent, error) {
			return c.sent("send_msg", op.Chat, data)
		},
	}
}

func sendCall(op qq.SendMessage) (Call, error) {
	inGroup := op.Chat.Scene == qq.SceneGroup
	var group qq.GroupID
	var user qq.UserID
	if group = op.Chat.Group(); !inGroup {
		group, user = op.Via, op.Chat.User()
	}
	if len(op.Segments) == 1 {
		if set, ok := op.Segments[0].(*qq.Forward); ok && len(set.Nodes) > 0 {
			return forwardCall(set, inGroup, group, user)
		}
	}
	pieces, err := EncodeContent(op.Segments)
	if err != nil {
		return Call{}, err
	}
	return Call{Action: choose(inGroup, "send_group_msg", "send_private_msg"), Params: sendAsk{group, user, FormatArray(pieces)}}, nil
}

func forwardCall(set *qq.Forward, inGroup bool, group qq.GroupID, user qq.UserID) (Call, error) {
	nodes, err := EncodeNodes(set.Nodes)
	if err != nil {
		return Call{}, err
	}
	p := sendForwardAsk{Group: group, User: user, Messages: nodes, Source: set.Title, Summary: set.Summary, Prompt: set.Prompt}
	for _, line := range set.Preview {
		p.News = append(p.News, newsTold{line})
	}
	return Call{Action: choose(inGroup, "send_group_forward_msg", "send_private_forward_msg"), Params: p}, nil
}

// sent reads what all senders answer. An answer without an id is no success
// that anybody could rely on: the outcome is unknown.
func (c *Client) sent(action string, chat qq.Chat, data wire.Raw) (*qq.Sent, error) {
	var w struct {
		Message int64        `json:"message_id"`
		Forward qq.ForwardID `json:"forward_id"`
		Res     qq.ForwardID `json:"res_id"`
	}
	if err := c.readData(action, data, &w); err != nil {
		return nil, err
	}
	id := narrow(w.Message)
	if id == 0 {
		return nil, &qq.Error{Kind: qq.ErrUpstream, Text: "the upstream took the message and did not tell its id", Outcome: qq.Unknown}
	}
	s := &qq.Sent{MessageRef: qq.MessageRef{Chat: chat, ID: id}, Forward: w.Forward}
	if s.Forward == "" {
		s.Forward = w.Res
	}
	return s, nil
}

// AskForwardMessage says a stored message once more.
func AskForwardMessage() Ask[qq.ForwardMessage, *qq.Sent] {
	type params struct {
		messageAsk
		Group qq.GroupID `json:"group_id,omitempty"`
		User  qq.UserID  `json:"user_id,omitempty"`
	}
	return Ask[qq.ForwardMessage, *qq.Sent]{
		Actions: []string{"forward_group_single_msg", "forward_friend_single_msg"},
		Call: func(op qq.ForwardMessage) (Call, error) {
			m, err := refAsk(op.Ref)
			if op.To.Scene == qq.SceneGroup {
				return Call{Action: "forward_group_single_msg", Params: params{messageAsk: m, Group: op.To.Group()}}, err
			}
			return Call{Action: "forward_friend_single_msg", Params: params{messageAsk: m, User: op.To.User()}}, err
		},
		Answer: func(c *Client, op qq.ForwardMessage, data wire.Raw) (*qq.Sent, error) {
			return c.sent("forward_single_msg", op.To, data)
		},
	}
}

// AskMessage answers one message; seq is where its number stands.
func AskMessage(seq SeqFrom) Ask[qq.GetMessage, *qq.Message] {
	return Ask[qq.GetMessage, *qq.Message]{
		Actions: []string{"get_msg"},
		Call: func(op qq.GetMessage) (Call, error) {
			p, err := refAsk(op.Ref)
			return Call{Action: "get_msg", Params: p}, err
		},
		Answer: func(c *Client, op qq.GetMessage, data wire.Raw) (*qq.Message, error) {
			var w messageTold
			if err := c.readData("get_msg", data, &w); err != nil {
				return nil, err
			}
			m := c.messageOf(&w, seq)
			if m == nil {
				return nil, qq.Errorf(qq.ErrUpstream, "the answer to get_msg holds no message")
			}
			return m, nil
		},
	}
}

// HistoryPage is a page of a chat as OneBot asks for it: at most Count messages that
// end at the message Seq or ID (whichever the dialect goes by; both 0 = the
// newest), that one included.
type HistoryPage struct {
	Chat  qq.Chat
	Seq   int64
	ID    qq.MessageID
	Count int
}

type groupPageAsk struct {
	Group   qq.GroupID `json:"group_id"`
	Seq     int64      `json:"message_seq,omitempty"`
	Message int64      `json:"message_id,omitempty"`
	Count   int        `json:"count"`
	Reverse bool       `json:"reverseOrder"`
}

type friendPageAsk struct {
	User    qq.UserID `json:"user_id"`
	Seq     int64     `json:"message_seq,omitempty"`
	Message int64     `json:"message_id,omitempty"`
	Count   int       `json:"count"`
	Reverse bool      `json:"reverseOrder"`
}

// Call asks for the page. byID puts the message_id where NapCat (message_seq)
// and SnowLuma (message_id) look for it; reverse asks NapCat to go backwards.
func (p HistoryPage) Call(byID, reverse bool) Call {
	seq, id := p.Seq, int64(0)
	if byID {
		seq, id = int64(p.ID), int64(p.ID)
	}
	if p.Chat.Scene == qq.SceneGroup {
		return Call{Action: "get_group_msg_history", Params: groupPageAsk{p.Chat.Group(), seq, id, p.Count, reverse}}
	}
	return Call{Action: "get_friend_msg_history", Params: friendPageAsk{p.Chat.User(), seq, id, p.Count, reverse}}
}

// Messages reads the data of a history. Messages of no known kind are left out.
func (c *Client) Messages(data wire.Raw, seq SeqFrom) ([]*qq.Message, error) {
	var w struct {
		Messages []messageTold `json:"messages"`
	}
	if err := c.readData("get_msg_history", data, &w); err != nil {
		return nil, err
	}
	var out []*qq.Message
	for i := range w.Messages {
		if m := c.messageOf(&w.Messages[i], seq); m != nil {
			out = append(out, m)
		}
	}
	return out, nil
}

// AskForward answers the messages of a set.
func AskForward() Ask[qq.GetForward, *qq.Forwarded] {
	type params struct {
		ID      qq.ForwardID `json:"id"`
		Message qq.ForwardID `json:"message_id"` // go-cqhttp, NapCat
	}
	return Ask[qq.GetForward, *qq.Forwarded]{
		Actions: []string{"get_forward_msg"},
		Call: func(op qq.GetForward) (Call, error) {
			return Call{Action: "get_forward_msg", Params: params{op.ID, op.ID}}, nil
		},
		Answer: func(c *Client, op qq.GetForward, data wire.Raw) (*qq.Forwarded, error) {
			nodes, err := c.forwarded(data)
			return &qq.Forwarded{ID: op.ID, Nodes: nodes}, err
		},
	}
}

// forwardedTold is a message of a set: LLBot's and go-cqhttp's, NapCat's whole
// message, or the spec's node.
type forwardedTold struct {
	Content wire.Raw   `json:"content"`
	Message wire.Raw   `json:"message"`
	Sender  senderTold `json:"sender"`
	Time    int64      `json:"time"`
	Data    *struct {
		User     qq.UserID `json:"user_id"`
		Nickname string    `json:"nickname"`
		Content  wire.Raw  `json:"content"`
		Time     int64     `json:"time"`
	} `json:"data"`
}

func (c *Client) forwarded(data wire.Raw) ([]*qq.ForwardNode, error) {
	var w struct {
		Messages []forwardedTold `json:"messages"`
		Message  []forwardedTold `json:"message"` // the spec
	}
	if err := c.readData("get_forward_msg", data, &w); err != nil {
		return nil, err
	}
	return each(append(w.Messages, w.Message...), func(f forwardedTold) *qq.ForwardNode {
		if f.Data != nil {
			f.Sender.User, f.Sender.Nickname, f.Content, f.Time = f.Data.User, f.Data.Nickname, f.Data.Content, f.Data.Time
		}
		content := f.Content
		if len(content) == 0 {
			content = f.Message
		}
		return &qq.ForwardNode{
			Sender: f.Sender.User, Name: f.Sender.Nickname, Time: seconds64(f.Time), Segments: DecodeReceived(c.Pieces(content)),
		}
	}), nil
}

// AskRecall takes a message back.
func AskRecall() Ask[qq.RecallMessage, qq.None] {
	return about([]string{"delete_msg"}, func(_ qq.RecallMessage, m messageAsk) Call { return Call{Action: "delete_msg", Params: m} },
		func(op qq.RecallMessage) qq.MessageRef { return op.Ref })
}

// AskMarkRead: a whole chat is named by its peer, which only NapCat's form of
// the action takes.
func AskMarkRead() Ask[qq.MarkRead, qq.None] {
	return Ask[qq.MarkRead, qq.None]{
		Actions: []string{"mark_msg_as_read", "mark_group_msg_as_read", "mark_private_msg_as_read"},
		Call: func(op qq.MarkRead) (Call, error) {
			switch {
			case op.Ref.ID != 0 || op.Ref.Seq != 0:
				p, err := refAsk(op.Ref)
				return Call{Action: "mark_msg_as_read", Params: p}, err
			case op.Ref.Scene == qq.SceneGroup:
				return Call{Action: "mark_group_msg_as_read", Params: groupAsk{op.Ref.Chat.Group()}}, nil
			}
			return Call{Action: "mark_private_msg_as_read", Params: userAsk{op.Ref.Chat.User()}}, nil
		},
		Answer: answersNothing[qq.MarkRead],
	}
}

// AskMarkAllRead is NapCat's.
func AskMarkAllRead() Ask[qq.MarkAllRead, qq.None] {
	return askDone("_mark_all_as_read", nothingAsked[qq.MarkAllRead])
}
