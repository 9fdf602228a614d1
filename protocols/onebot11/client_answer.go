package onebot11

import (
	"fmt"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Call is one action as it is asked of a server. Params is a wire form, nil
// for none. Key is the idempotency key of a server that takes one, as this
// program's own does.
type Call struct {
	Action string
	Params any
	Key    string
}

// Body is the parameters as JSON: what is posted to the action's path.
func (c Call) Body() ([]byte, error) {
	text := []byte("{}")
	if c.Params != nil {
		var err error
		if text, err = wire.Marshal(c.Params); err != nil {
			return nil, qq.Errorf(qq.ErrInvalid, "%s cannot be written down: %w", c.Action, err)
		}
	}
	if c.Key == "" {
		return text, nil
	}
	keyed := wire.AppendString([]byte(`{"`+action.KeyParam+`":`), c.Key)
	if len(text) > len("{}") {
		keyed = append(keyed, ',')
	}
	return append(keyed, text[1:]...), nil
}

// Frame is the call as a WebSocket frame; the answer comes back with the echo.
func (c Call) Frame(echo string) ([]byte, error) {
	body, err := c.Body()
	if err != nil {
		return nil, err
	}
	out := wire.AppendString([]byte(`{"action":`), c.Action)
	out = append(append(out, `,"params":`...), body...)
	out = wire.AppendString(append(out, `,"echo":`...), echo)
	return append(out, '}'), nil
}

// Answer is what a server says to a Call.
type Answer struct {
	Status  string
	Retcode int
	Data    wire.Raw // nil for null
	Text    string   // what a person is told of a failure
	Echo    string   // "" when there was none
}

// answerForm takes what all implementations write: msg and wording are
// go-cqhttp's, where msg is a code word.
type answerForm struct {
	Status  string   `json:"status"`
	Retcode int      `json:"retcode"`
	Data    wire.Raw `json:"data"`
	Message string   `json:"message"`
	Wording string   `json:"wording"`
	Msg     string   `json:"msg"`
	Echo    string   `json:"echo"`
}

// IsAnswer tells an answer from an event: an event has a post_type. Both may
// come over one socket.
func IsAnswer(frame []byte) bool {
	return wire.Member(frame, "post_type") == nil && (wire.Member(frame, "retcode") != nil || wire.Member(frame, "echo") != nil)
}

// Answer reads an envelope. The error means that it is none.
func (c *Client) Answer(frame []byte) (Answer, error) {
	var f answerForm
	if err := c.read(frame, &f); err != nil {
		return Answer{}, qq.Errorf(qq.ErrUpstream, "the answer cannot be read: %w", err)
	}
	if f.Status == "" && wire.Member(frame, "retcode") == nil {
		return Answer{}, qq.Errorf(qq.ErrUpstream, "the answer is no OneBot envelope")
	}
	text := f.Wording
	for _, other := range []string{f.Message, f.Msg} {
		if text == "" {
			text = other
		}
	}
	return Answer{Status: f.Status, Retcode: f.Retcode, Data: f.Data, Text: text, Echo: f.Echo}, nil
}

// socketCodes is what is added to return codes over a WebSocket.
const socketCodes = int(overSocket)

// Err is the failure that an answer tells, nil for a success. The codes that a
// protocol gives every failure (200, 1200) say nothing and are left out; all
// others stay in Code, and the text stays as it is.
func (a Answer) Err() error {
	if a.Retcode == 0 && a.Status != "failed" || a.Status == "async" {
		return nil
	}
	e := &qq.Error{Kind: qq.ErrUpstream, Text: a.Text, Code: a.Retcode}
	if e.Text == "" {
		e.Text = fmt.Sprintf("the upstream refused it with retcode %d", a.Retcode)
	}
	if text, unsure := strings.CutSuffix(e.Text, unsureText); unsure {
		e.Text, e.Outcome = text, qq.Unknown
	}
	switch code := a.Retcode; {
	case code == codeFailed, code == socketCodes+codeFailed:
		e.Code = 0
	case code == codeBad, code == socketCodes+codeBad:
		e.Kind, e.Code = qq.ErrInvalid, 0
	case code == codeUnknown, code == socketCodes+codeUnknown:
		e.Kind, e.Code = qq.ErrUnsupported, 0
	case a.Refuses():
		e.Kind = qq.ErrOffline
	}
	return e
}

// Refuses tells whether the server does not take our token.
func (a Answer) Refuses() bool {
	switch a.Retcode {
	case codeMissing, codeDenied, socketCodes + codeMissing, socketCodes + codeDenied:
		return true
	}
	return false
}
