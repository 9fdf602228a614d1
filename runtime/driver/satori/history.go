package satori

import (
	"context"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
)

// storing bounds taking in one blob that came inside a message.
const storing = 10 * time.Second

// pagesBack is how many pages of a server without boundaries are read for one
// page of ours.
const pagesBack = 20

// history answers a page of a chat.
func (p *protocol) history(ctx context.Context, s *session, op qq.GetHistory) (*qq.History, error) {
	var h *qq.History
	var err error
	if s.client.Dialect.Boundaries {
		h, err = s.bounded(ctx, op)
	} else {
		h, err = s.walked(ctx, op)
	}
	if err != nil {
		return nil, err
	}
	for _, m := range h.Messages {
		s.received(p, m)
	}
	return h, nil
}

// bounded asks our own server, which can begin anywhere.
func (s *session) bounded(ctx context.Context, op qq.GetHistory) (*qq.History, error) {
	var page satori.MessagePage
	if err := s.call(ctx, "message.list", s.client.AskHistory(op), &page); err != nil {
		return nil, err
	}
	return s.client.ReadHistory(op, page)
}

// walked reads pages of other servers from the newest message backwards until
// the wanted ones have come: their tokens cannot be made, only followed.
func (s *session) walked(ctx context.Context, op qq.GetHistory) (*qq.History, error) {
	if op.Forward {
		return nil, qq.Errorf(qq.ErrUnsupported, "%s reads chats backwards only", s.client.Dialect.Name)
	}
	var found []*qq.Message
	start, next, more := op.Start, "", false
	for range pagesBack {
		var page satori.MessagePage
		if err := s.call(ctx, "message.list", s.client.AskPage(op.Chat, next, op.Count), &page); err != nil {
			if len(found) > 0 {
				break // what was read is true, the rest is not known
			}
			return nil, err
		}
		messages, err := s.client.ReadPage(op.Chat, page)
		if err != nil {
			return nil, err
		}
		older, met := upTo(messages, start)
		if met {
			start = 0
		}
		found = append(append([]*qq.Message{}, older...), found...)
		more = page.Next != "" && page.Next != next && len(messages) > 0 && s.client.Dialect.Pages
		if len(found) >= op.Count || !more {
			break
		}
		next = page.Next
	}
	return newestOf(found, op.Count, more), nil
}

// upTo is what does not lie behind seq; 0 takes all. Where the message behind it is
// there, which began the newer page, all before that is meant, and met tells so:
// messages of the same time have seqs in the order in which they were heard of.
func upTo(messages []*qq.Message, seq int64) (older []*qq.Message, met bool) {
	if seq == 0 {
		return messages, true
	}
	for i, m := range messages {
		if m.Seq == seq+1 {
			return messages[:i], true
		}
	}
	n := len(messages)
	for n > 0 && messages[n-1].Seq > seq {
		n--
	}
	return messages[:n], false
}

// newestOf is the newest count of what was found, with where to go on.
func newestOf(found []*qq.Message, count int, more bool) *qq.History {
	h := &qq.History{Messages: found}
	if cut := len(found) - count; count > 0 && cut > 0 {
		h.Messages, more = found[cut:], true
	}
	if more && len(h.Messages) > 0 {
		h.Older = h.Messages[0].Seq - 1
	}
	return h
}
