package onebot11

import (
	"context"

	"llbot/protocols/qq"
)

// speech is what a message to be sent asks for: who is to be nudged, and then
// what is to be said, which may be nothing.
type speech struct {
	message qq.SendMessage
	nudged  []qq.UserID
}

// ops are what is to be done, in order.
func (s speech) ops() []qq.Operation {
	var ops []qq.Operation
	for _, user := range s.nudged {
		ops = append(ops, qq.Nudge{Chat: s.message.Chat, User: user})
	}
	if len(s.message.Segments) > 0 {
		ops = append(ops, s.message)
	}
	return ops
}

// say nudges and speaks. As with go-cqhttp, nudges alone have message_id 0.
func (s speech) say(ctx context.Context, c qq.Caller) (sentInfo, error) {
	if len(s.nudged) > 0 {
		var err error
		if c, err = qq.Together(c, s.ops()); err != nil {
			return sentInfo{}, err
		}
	}
	for _, user := range s.nudged {
		if _, err := qq.Do(ctx, c, qq.Nudge{Chat: s.message.Chat, User: user}); err != nil {
			return sentInfo{}, err
		}
	}
	if len(s.message.Segments) == 0 {
		return sentInfo{}, nil
	}
	sent, err := qq.Do(ctx, c, s.message)
	if err != nil {
		return sentInfo{}, err
	}
	return encodeSent(sent), nil
}

// speaks is the handler of an action whose parameters say a message.
func speaks[P any](read func(P) (speech, error)) func(context.Context, qq.Caller, P) (sentInfo, error) {
	return func(ctx context.Context, c qq.Caller, p P) (sentInfo, error) {
		s, err := read(p)
		if err != nil {
			return sentInfo{}, err
		}
		return s.say(ctx, c)
	}
}
