package milky

import (
	"context"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// serveReading serves what was said, and blobs.
func (c *Client) serveReading(h *qq.Handlers) {
	qq.Serve(h, c.message)
	qq.Serve(h, c.history)
	qq.Serve(h, c.markRead)
	ask(c, h, "get_forwarded_messages", func(op qq.GetForward) (getForwarded, error) { return getForwarded{string(op.ID)}, nil },
		func(op qq.GetForward, f heardForward) (*qq.Forwarded, error) {
			return &qq.Forwarded{ID: op.ID, Nodes: decodeAll(f.Messages, heardNode.node)}, nil
		})
	ask(c, h, "get_resource_temp_url", func(op qq.RenewLink) (getResourceTempURL, error) {
		return getResourceTempURL{string(op.Resource)}, nil
	}, func(_ qq.RenewLink, u tempURL) (string, error) { return u.URL, nil })
}

// saidRef names a message to the server.
type saidRef struct {
	Scene string `json:"message_scene"`
	Peer  int64  `json:"peer_id"`
	Seq   int64  `json:"message_seq"`
}

func refOf(r qq.MessageRef) saidRef { return saidRef{r.Scene.String(), r.Peer, r.Seq} }

// heardOne is the answer to get_message.
type heardOne struct {
	Message *heardMessage `json:"message"`
}

func (c *Client) message(ctx context.Context, op qq.GetMessage) (*qq.Message, error) {
	d, err := get[heardOne](ctx, c, "get_message", refOf(op.Ref))
	if err != nil {
		return nil, err
	}
	if d.Message == nil {
		return nil, qq.Errorf(qq.ErrNotFound, "there is no %s", op.Ref)
	}
	return found(decodeMessage(d.Message, c.Account()))
}

// pageOf is the parameters of get_history_messages.
type pageOf struct {
	Scene string               `json:"message_scene"`
	Peer  int64                `json:"peer_id"`
	Start wire.Optional[int64] `json:"start_message_seq"`
	Limit int                  `json:"limit"`
}

// heardPage is the answer to get_history_messages.
type heardPage struct {
	Messages []*heardMessage `json:"messages"`
	Next     *int64          `json:"next_message_seq"`
}

// page reads up to limit messages that end at start, 0 for the newest.
func (c *Client) page(ctx context.Context, chat qq.Chat, start int64, limit int) (*qq.History, error) {
	d, err := get[heardPage](ctx, c, "get_history_messages", pageOf{chat.Scene.String(), chat.Peer, wire.Optional[int64]{Value: start, Set: start != 0}, limit})
	if err != nil {
		return nil, err
	}
	h := &qq.History{}
	for _, m := range d.Messages {
		if m == nil {
			continue
		}
		if m := decodeMessage(m, c.Account()); m != nil {
			h.Messages = append(h.Messages, m)
		}
	}
	if d.Next != nil {
		h.Older = *d.Next
	}
	return h, nil
}

// history reads in either direction; Milky itself only goes back.
func (c *Client) history(ctx context.Context, op qq.GetHistory) (*qq.History, error) {
	count := min(orDefault(op.Count, qq.HistoryPage), qq.MaxHistoryPage)
	if !op.Forward {
		h, err := c.page(ctx, op.Chat, op.Start, count)
		if err != nil || op.Start == 0 {
			return h, err
		}
		newest, err := c.newest(ctx, op.Chat)
		if err == nil && newest > op.Start {
			h.Newer = op.Start + 1
		}
		return h, err
	}
	if op.Start == 0 {
		return nil, qq.Errorf(qq.ErrUnsupported, "Milky reads history from its end, not from its beginning")
	}
	newest, err := c.newest(ctx, op.Chat)
	if err != nil || newest < op.Start {
		return &qq.History{}, err
	}
	last := op.Start + int64(count) - 1
	h, err := c.page(ctx, op.Chat, last, count)
	if err != nil {
		return nil, err
	}
	for len(h.Messages) > 0 && h.Messages[0].Seq < op.Start {
		h.Messages = h.Messages[1:]
	}
	if h.Older = 0; op.Start > 1 {
		h.Older = op.Start - 1
	}
	if newest > last {
		h.Newer = last + 1
	}
	return h, nil
}

// newest is the seq of a chat's last message, 0 for none.
func (c *Client) newest(ctx context.Context, chat qq.Chat) (int64, error) {
	h, err := c.page(ctx, chat, 0, 1)
	if err != nil || len(h.Messages) == 0 {
		return 0, err
	}
	return h.Messages[len(h.Messages)-1].Seq, nil
}

// markRead marks up to a message; a whole chat up to its last one.
func (c *Client) markRead(ctx context.Context, op qq.MarkRead) (qq.None, error) {
	ref := op.Ref
	if ref.Seq == 0 {
		newest, err := c.newest(ctx, ref.Chat)
		if err != nil || newest == 0 {
			return qq.None{}, err
		}
		ref.Seq = newest
	}
	_, err := get[none](ctx, c, "mark_message_as_read", refOf(ref))
	return qq.None{}, err
}

// heardNode is an IncomingForwardedMessage as it comes in.
type heardNode struct {
	Seq        int64      `json:"message_seq"`
	SenderName string     `json:"sender_name"`
	AvatarURL  string     `json:"avatar_url"`
	Time       int64      `json:"time"`
	Segments   []wire.Raw `json:"segments"`
}

type heardForward struct {
	Messages []heardNode `json:"messages"`
}

func (n heardNode) node() *qq.ForwardNode {
	return &qq.ForwardNode{
		Seq: n.Seq, Name: n.SenderName, Avatar: n.AvatarURL, Time: instantOf(n.Time), Segments: decodeContent(n.Segments, qq.Chat{}),
	}
}
