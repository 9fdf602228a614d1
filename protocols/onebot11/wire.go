package onebot11

import (
	"bytes"
	"context"
	"slices"
	"unicode/utf8"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// dialect is what is added to return codes: the same failure is 404 over HTTP
// and 1404 over a WebSocket.
type dialect int

const (
	overHTTP   dialect = 0
	overSocket dialect = 1000
)

// The return codes of failures, before the dialect is added.
const (
	codeOK      = 0
	codeFailed  = 200
	codeBad     = 400
	codeMissing = 401
	codeDenied  = 403
	codeUnknown = 404
)

// envelope is every answer; data is null on failure, wording equals message.
type envelope struct {
	Status  string `json:"status"`
	Retcode int    `json:"retcode"`
	Data    any    `json:"data"`
	Message string `json:"message"`
	Wording string `json:"wording"`
	// held is the whole envelope, without echo, when that is there already. It
	// is shared.
	held []byte
}

func (d dialect) failure(code int, text string) envelope {
	return envelope{Status: "failed", Retcode: int(d) + code, Message: text, Wording: text}
}

// text is the envelope, with the echo's own bytes when there is one.
func (e envelope) text(echo []byte) []byte { return e.append(nil, echo) }

// The envelope of what went well.
const (
	okBefore = `{"status":"ok","retcode":0,"data":`
	okBehind = `,"message":"","wording":""}`
)

// data is the text of Data where append writes it itself.
func (e envelope) data() ([]byte, error) {
	if e.held != nil || e.Retcode != codeOK {
		return nil, nil
	}
	return wire.Marshal(e.Data)
}

// append writes the envelope behind dst.
func (e envelope) append(dst, echo []byte) []byte {
	switch data, err := e.data(); {
	case err != nil:
		dst = append(dst, wire.MustMarshal(dialect(0).failure(codeFailed, err.Error()))...)
	case e.held != nil:
		dst = append(dst, e.held...)
	case e.Retcode == codeOK:
		dst = append(append(append(dst, okBefore...), data...), okBehind...)
	default:
		dst = append(dst, wire.MustMarshal(e)...)
	}
	if len(echo) == 0 {
		return dst
	}
	dst = append(dst[:len(dst)-1], `,"echo":`...)
	return append(append(dst, echo...), '}')
}

// call runs an action and puts the outcome into an envelope. key is the
// idempotency key of the request's header, "" for none.
func (c *core) call(ctx context.Context, d dialect, caller qq.Caller, a *action.Action, params []byte, key string) envelope {
	if a.Class != qq.ClassRead || a.Op == "ReadText" {
		caller = finder{caller}
	}
	params = bytes.TrimSpace(params)
	if text, ok := c.table.Held(caller, a, params, key); ok {
		return envelope{Status: "ok", Retcode: codeOK, held: text}
	}
	data, err := c.table.CallOnce(ctx, caller, a, params, key)
	if err != nil {
		return d.refused(err)
	}
	return envelope{Status: "ok", Retcode: codeOK, Data: data}
}

// request is an inbound WebSocket frame.
type request struct {
	Action wire.Optional[wire.Str] `json:"action"`
	Params wire.Optional[wire.Raw] `json:"params"`
	Echo   wire.Optional[wire.Raw] `json:"echo"`
	Key    wire.Optional[wire.Raw] `json:"_idempotency_key"`
}

// key is the idempotency key that stands beside the parameters, "" for none.
// The errors are wire.Faults: those of a key that is none, and of one that
// differs from the key among the parameters.
func (r request) key(d *wire.Decoder) (string, error) {
	if !r.Key.Set {
		return "", nil
	}
	key, _, err := action.ParamKey(d, slices.Concat([]byte(`{"`+action.KeyParam+`":`), r.Key.Value, []byte("}")))
	if err != nil {
		return "", err
	}
	inner, given, err := action.ParamKey(d, r.Params.Value)
	if err == nil && given && inner != key {
		err = fault("params."+action.KeyParam, "must be the one beside params when both are given")
	}
	return key, err
}

// parseRequest reads a frame. code is codeOK, or says with text what is wrong;
// the echo is filled as far as it can be found.
func (c *core) parseRequest(frame []byte) (r request, code int, text string) {
	faults := c.table.Decoder().Decode(frame, &r)
	if faults != nil {
		if err := wire.Check(frame); err != nil {
			r.Echo.Value = digEcho(frame)
			return r, codeBad, err.Error()
		}
	}
	if !utf8.Valid(r.Echo.Value) {
		r.Echo.Value = bytes.ToValidUTF8(r.Echo.Value, []byte("\uFFFD"))
	}
	if faults != nil || r.Action.Value == "" {
		return r, codeUnknown, "a request must be an object with an action"
	}
	return r, codeOK, ""
}

// echoTries bounds the search for an echo in hostile frames.
const echoTries = 8

// digEcho finds a complete echo value in a frame that is not JSON as a whole,
// so that even its sender learns which call went wrong; nil when there is
// none. The last one counts: clients write echo behind the parameters.
func digEcho(frame []byte) wire.Raw {
	key := []byte(`"echo"`)
	end := len(frame)
	for range echoTries {
		at := bytes.LastIndex(frame[:end], key)
		if at < 0 {
			return nil
		}
		end = at
		if at > 0 && frame[at-1] == '\\' {
			continue
		}
		rest, colon := bytes.CutPrefix(bytes.TrimLeft(frame[at+len(key):], " \t\r\n"), []byte(":"))
		if !colon {
			continue
		}
		if value := wire.Leading(rest); value != nil && string(value) != "null" {
			return bytes.ToValidUTF8(bytes.Clone(value), []byte("\uFFFD"))
		}
	}
	return nil
}
