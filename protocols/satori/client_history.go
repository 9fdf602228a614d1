package satori

import (
	"strings"

	"llbot/protocols/qq"
)

// MessagePage is a page of a channel as message.list answers it.
type MessagePage = BidiList[HeardMessage]

// Boundary is the token that leads a page of our own server's message.list to
// the messages up to seq, or behind it with direction after.
func Boundary(seq int64) string { return tokenText(seq) }

// AskHistory is message.list at our own server, whose tokens are boundaries.
func (c *Client) AskHistory(op qq.GetHistory) ListCall {
	call := ListCall{Channel: c.channelOf(op.Chat), Limit: op.Count, Direction: string(before), Order: string(ascending)}
	switch {
	case op.Forward:
		call.Direction, call.Next = string(after), Boundary(max(op.Start-1, 0))
	case op.Start != 0:
		call.Next = Boundary(op.Start)
	}
	return call
}

// AskPage is message.list at any server: the newest messages, or what a token of
// an earlier page leads to. Neither direction nor order is named where the
// specification has them so anyhow.
func (c *Client) AskPage(chat qq.Chat, next string, limit int) ListCall {
	return ListCall{Channel: c.channelOf(chat), Next: next, Limit: limit}
}

// ReadHistory reads a page that AskHistory asked for. Which side was asked for
// decides which neighbour is known.
func (c *Client) ReadHistory(op qq.GetHistory, page MessagePage) (*qq.History, error) {
	h := &qq.History{}
	var err error
	if h.Messages, err = c.ReadPage(op.Chat, page); err != nil {
		return nil, err
	}
	if op.Forward {
		if n := boundaryOf(page.Next); n >= 0 {
			h.Newer = n + 1
		}
		return h, nil
	}
	h.Older = max(boundaryOf(page.Next), 0)
	return h, nil
}

// ReadPage reads the messages of a page, the oldest first. Messages that cannot
// be read, such as those of other platforms, are left out.
func (c *Client) ReadPage(chat qq.Chat, page MessagePage) ([]*qq.Message, error) {
	out := make([]*qq.Message, 0, len(page.Data))
	var first error
	for i := range page.Data {
		m, err := c.ReadMessage(&page.Data[i], chat)
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		out = append(out, m)
	}
	if len(out) == 0 && first != nil {
		return nil, first
	}
	if n := len(out); n > 1 && out[0].Time > out[n-1].Time {
		for i := range n / 2 {
			out[i], out[n-1-i] = out[n-1-i], out[i]
		}
	}
	return out, nil
}

func boundaryOf(token string) int64 {
	if !strings.HasPrefix(token, tokenPrefix) {
		return -1
	}
	t, ok := parseToken(token)
	if !ok {
		return -1
	}
	return t.after
}
