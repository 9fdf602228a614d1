package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Ask is how one operation is asked of a server: one action, and what its
// answer means. Names are LLBot's; MessageRef.ID must be the server's
// message_id, and blobs must have a URI (or URL) that the server can read.
// References in results hold what the wire has, as in Told.
type Ask[O qq.Op[R], R any] struct {
	Actions []string // those that Call may name
	Call    func(O) (Call, error)
	Answer  func(*Client, O, wire.Raw) (R, error)
}

// ask is an operation whose parameters are always the same action's, and whose
// answer reads as a W.
func ask[O qq.Op[R], R, W any](action string, params func(O) any, answer func(O, W) R) Ask[O, R] {
	return Ask[O, R]{
		Actions: []string{action},
		Call:    func(op O) (Call, error) { return Call{Action: action, Params: params(op)}, nil },
		Answer: func(c *Client, op O, data wire.Raw) (R, error) {
			var w W
			if err := c.readData(action, data, &w); err != nil {
				var zero R
				return zero, err
			}
			return answer(op, w), nil
		},
	}
}

// askDone is an operation that answers nothing.
func askDone[O qq.Op[qq.None]](action string, params func(O) any) Ask[O, qq.None] {
	return Ask[O, qq.None]{
		Actions: []string{action},
		Call:    func(op O) (Call, error) { return Call{Action: action, Params: params(op)}, nil },
		Answer:  answersNothing[O],
	}
}

func answersNothing[O any](*Client, O, wire.Raw) (qq.None, error) { return qq.None{}, nil }

// nothingAsked is for actions without parameters.
func nothingAsked[O any](O) any { return nil }

// readData reads an answer's data; no data leaves v as it is.
func (c *Client) readData(action string, data wire.Raw, v any) error {
	if len(data) == 0 {
		return nil
	}
	if err := c.read(data, v); err != nil {
		return qq.Errorf(qq.ErrUpstream, "the answer to %s cannot be read: %w", action, err)
	}
	return nil
}

// The parameters that many actions share.
type (
	groupAsk struct {
		Group qq.GroupID `json:"group_id"`
	}
	userAsk struct {
		User qq.UserID `json:"user_id"`
	}
	memberAsk struct {
		Group qq.GroupID `json:"group_id"`
		User  qq.UserID  `json:"user_id"`
	}
	messageAsk struct {
		Message qq.MessageID `json:"message_id"`
	}
	fileAsk struct {
		Group qq.GroupID `json:"group_id"`
		File  qq.FileID  `json:"file_id"`
		BusID int        `json:"busid"`
	}
)

// refAsk names a message. ErrNotFound when the server has no id for it.
func refAsk(ref qq.MessageRef) (messageAsk, error) {
	if ref.ID == 0 {
		return messageAsk{}, qq.Errorf(qq.ErrNotFound, "the upstream has no message_id for %s", ref)
	}
	return messageAsk{ref.ID}, nil
}

// about is an operation on one message.
func about[O qq.Op[qq.None]](actions []string, call func(O, messageAsk) Call, ref func(O) qq.MessageRef) Ask[O, qq.None] {
	return Ask[O, qq.None]{
		Actions: actions,
		Call: func(op O) (Call, error) {
			p, err := refAsk(ref(op))
			return call(op, p), err
		},
		Answer: answersNothing[O],
	}
}
