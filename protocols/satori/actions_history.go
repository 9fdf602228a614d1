package satori

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Limits of a page of message.list.
const (
	defaultLimit = 50
	greatestPage = 100
)

// messageList asks for a page of a channel's messages.
type messageList struct {
	ChannelID channelID                 `json:"channel_id"`
	Next      wire.Optional[pageToken]  `json:"next" doc:"opaque; what the page before answered"`
	Direction wire.Optional[direction]  `json:"direction" default:"\"before\"" doc:"before, after or around next; without next only before"`
	Limit     wire.Optional[wire.Int]   `json:"limit" default:"50" doc:"at most 100"`
	Order     wire.Optional[orderOfAge] `json:"order" default:"\"asc\"" doc:"asc or desc, by age"`
}

// pageToken is a boundary between two messages: messages up to after are
// older than it, all others newer. The same token serves both directions.
// A message id is taken too, as the boundary beside that message.
type pageToken struct {
	given   bool
	after   int64
	message bool // after is the seq of a message that the client named
}

const tokenPrefix = "seq:"

// DecodeWire reads a token of ours, or a message id; "" is none.
func (t *pageToken) DecodeWire(c wire.Cursor) {
	token, ok := idText(c, parseToken, "must be a prev or next of message.list")
	if ok {
		*t = token
	}
}

func parseToken(text string) (pageToken, bool) {
	if ref, ok := ParseMessageID(text); ok {
		return pageToken{given: true, after: ref.Seq, message: true}, true
	}
	if text == "" {
		return pageToken{}, true
	}
	n, ok := strings.CutPrefix(text, tokenPrefix)
	seq, err := strconv.ParseInt(n, 10, 64)
	return pageToken{given: true, after: seq}, ok && err == nil && seq >= 0
}

type direction string

// The directions of a page, seen from its token.
const (
	before direction = "before"
	after  direction = "after"
	around direction = "around"
)

// DecodeWire takes before, after or around.
func (d *direction) DecodeWire(c wire.Cursor) { oneOf(c, d, before, after, around) }

type orderOfAge string

const (
	ascending  orderOfAge = "asc"
	descending orderOfAge = "desc"
)

// DecodeWire takes asc or desc.
func (o *orderOfAge) DecodeWire(c wire.Cursor) { oneOf(c, o, ascending, descending) }

func oneOf[T ~string](c wire.Cursor, into *T, words ...T) {
	var text string
	c.Into(&text)
	if !slices.Contains(words, T(text)) {
		c.Fault("must be one of the words of the specification")
		return
	}
	*into = T(text)
}

// span is a run of messages, ascending, with the boundaries at which the
// neighbouring ones start; -1 where nothing is known to lie.
type span struct {
	messages     []*qq.Message
	older, newer int64
}

// listMessages answers one page. The tokens of before and after pages are
// equal and lead on in the same direction; around has one for each side.
func (c codec) listMessages(ctx context.Context, caller qq.Caller, p messageList) (BidiList[Message], error) {
	way, limit := p.Direction.Or(before), p.limit()
	token := p.Next.Value
	if !token.given && way != before {
		return BidiList[Message]{}, qq.Errorf(qq.ErrInvalid, "next: is required with direction %s", way)
	}
	var found span
	var err error
	chat := p.ChannelID.chat()
	switch way {
	case before:
		found, err = olderThan(ctx, caller, chat, token, limit)
		found.newer = found.older
	case after:
		found, err = newerThan(ctx, caller, chat, token.after, limit)
		found.older = found.newer
	case around:
		found, err = bothSides(ctx, caller, chat, token.after, limit)
	}
	if err != nil {
		return BidiList[Message]{}, err
	}
	if p.Order.Or(ascending) == descending {
		slices.Reverse(found.messages)
	}
	data := list(found.messages, c.encodeMessage).Data
	return BidiList[Message]{Data: data, Prev: tokenText(found.older), Next: tokenText(found.newer)}, nil
}

func (p messageList) limit() int {
	n := int64(p.Limit.Or(defaultLimit))
	if n <= 0 {
		n = defaultLimit
	}
	return int(min(n, greatestPage))
}

// older is the seq to end a page of older messages at. A message that the
// client named is left out of the pages before and after it and belongs to the
// page around it.
func (t pageToken) older() int64 {
	if t.message {
		return t.after - 1
	}
	return t.after
}

// olderThan reads the messages up to the boundary; the newest ones when the
// client named none.
func olderThan(ctx context.Context, caller qq.Caller, chat qq.Chat, token pageToken, limit int) (span, error) {
	found, boundary := span{older: -1, newer: -1}, token.older()
	if token.given && boundary <= 0 {
		return found, nil
	}
	h, err := qq.Do(ctx, caller, qq.GetHistory{Chat: chat, Start: boundary, Count: limit})
	if err != nil {
		return found, err
	}
	found.messages = slices.Clone(h.Messages)
	oldest := boundary
	if len(h.Messages) > 0 {
		oldest = h.Messages[0].Seq
	}
	if h.Older > 0 && h.Older < oldest { // whatever the driver says, go on
		found.older = h.Older
	}
	return found, nil
}

// newerThan reads the messages behind the boundary.
func newerThan(ctx context.Context, caller qq.Caller, chat qq.Chat, boundary int64, limit int) (span, error) {
	found := span{older: -1, newer: -1}
	h, err := qq.Do(ctx, caller, qq.GetHistory{Chat: chat, Start: boundary + 1, Count: limit, Forward: true})
	if err != nil {
		return found, err
	}
	found.messages = slices.Clone(h.Messages)
	newest := boundary + 1
	if n := len(h.Messages); n > 0 {
		newest = h.Messages[n-1].Seq
	}
	if h.Newer > newest {
		found.newer = h.Newer - 1
	}
	return found, nil
}

// bothSides reads half a page on each side of the boundary. A page of one
// message has no newer half; what follows it may turn out to be nothing.
func bothSides(ctx context.Context, caller qq.Caller, chat qq.Chat, boundary int64, limit int) (span, error) {
	old, err := olderThan(ctx, caller, chat, pageToken{given: true, after: boundary}, (limit+1)/2)
	if err != nil || limit == 1 {
		old.newer = boundary
		return old, err
	}
	young, err := newerThan(ctx, caller, chat, boundary, limit/2)
	return span{append(old.messages, young.messages...), old.older, young.newer}, err
}

// tokenText writes a boundary, "" for none.
func tokenText(boundary int64) string {
	if boundary < 0 {
		return ""
	}
	return tokenPrefix + strconv.FormatInt(boundary, 10)
}
