package satori

import (
	"strconv"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Frame is what a server sends over the events socket.
type Frame struct {
	Op   int
	Body wire.Raw
}

// The opcodes of frames that a server sends.
const (
	OpEvent = opEvent
	OpPong  = 2
	OpReady = opReady
	OpMeta  = 5
)

// heardFrame is a frame as it comes.
type heardFrame struct {
	Op   *int     `json:"op"`
	Body wire.Raw `json:"body"`
}

// ReadFrame reads a frame; the body may be absent.
func ReadFrame(text []byte) (Frame, error) {
	if err := wire.Check(text); err != nil {
		return Frame{}, qq.Errorf(qq.ErrUpstream, "the server sent a frame that is no JSON: %w", err)
	}
	var f heardFrame
	if err := wire.Unmarshal(text, &f); err != nil || f.Op == nil {
		return Frame{}, qq.Errorf(qq.ErrUpstream, "the server sent a frame without op")
	}
	return Frame{*f.Op, f.Body}, nil
}

// ReadReady reads the body of READY, and of the answer to meta.
func ReadReady(body []byte) (Meta, error) {
	var m Meta
	if err := wire.Unmarshal(body, &m); err != nil {
		return Meta{}, qq.Errorf(qq.ErrUpstream, "the server's READY cannot be read: %w", err)
	}
	return m, nil
}

// Ping is the frame that asks for a PONG.
func Ping() []byte { return []byte(`{"op":1,"body":{}}`) }

// Identify is the first frame of a client. sn is the last event that it knows, 0
// for none.
func Identify(token string, sn uint64) []byte {
	text := append([]byte(`{"op":3,"body":{`), `"token":`...)
	text = wire.AppendString(text, token)
	if sn != 0 {
		text = strconv.AppendUint(append(text, `,"sn":`...), sn, 10)
	}
	return append(text, "}}"...)
}

// LoginHeaders name the login that a call is for, under the names of the protocol
// and those of its version 1.0.
func LoginHeaders(platform string, account qq.UserID) []face.Header {
	id := account.String()
	return []face.Header{
		{Name: "Satori-Platform", Value: platform}, {Name: "Satori-User-ID", Value: id},
		{Name: "X-Platform", Value: platform}, {Name: "X-Self-ID", Value: id},
	}
}

// Choose finds the login of an account among those that a server holds; false
// when it is not there.
func Choose(logins []Login, account qq.UserID) (Login, bool) {
	for _, l := range logins {
		if userOf(l.User.ID) == account {
			return l, true
		}
	}
	return Login{}, false
}
