package milky

import (
	"context"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Client asks a Milky server for what operations want: the other side of the
// actions of this package, of which it shares the wire types.
type Client struct {
	// Call makes one API call and answers the data of its envelope. Failures
	// are *qq.Error; see ReadReply.
	Call func(ctx context.Context, api string, params []byte) (data []byte, err error)
	// Upload is a blob in a form that the server can read.
	Upload func(m *qq.Media) (uri string, err error)
	// Account is who the server is logged in as.
	Account func() qq.UserID
}

// Serve adds a handler for each operation that Milky carries.
func (c *Client) Serve(h *qq.Handlers) {
	for _, serve := range []func(*qq.Handlers){
		c.serveAccount, c.servePeople, c.serveMessages, c.serveReading, c.serveGroups, c.serveNotices,
		c.serveBoard, c.serveFiles,
	} {
		serve(h)
	}
}

// none is the parameters of an API without any, and the result of one that
// answers nothing.
type none = empty

// ask adds the handler of an operation that is one API call: params translates
// the operation, result the answer. All types are inferred.
func ask[O qq.Op[R], R, P, D any](c *Client, h *qq.Handlers, api string, params func(O) (P, error), result func(O, D) (R, error)) {
	qq.Serve(h, func(ctx context.Context, op O) (r R, err error) {
		p, err := params(op)
		if err != nil {
			return r, err
		}
		d, err := get[D](ctx, c, api, p)
		if err != nil {
			return r, err
		}
		return result(op, d)
	})
}

// tell is ask for an operation that answers nothing.
func tell[O qq.Op[qq.None], P any](c *Client, h *qq.Handlers, api string, params func(O) (P, error)) {
	ask(c, h, api, params, func(O, none) (qq.None, error) { return qq.None{}, nil })
}

// get makes one call.
func get[D, P any](ctx context.Context, c *Client, api string, params P) (d D, err error) {
	body, err := wire.Marshal(params)
	if err != nil {
		return d, qq.Errorf(qq.ErrInternal, "%s: %w", api, err)
	}
	data, err := c.Call(ctx, api, body)
	if err != nil {
		return d, err
	}
	if err := readHeard(data, &d); err != nil {
		e := qq.Errorf(qq.ErrUpstream, "the answer to %s cannot be read: %w", api, err)
		e.Outcome = qq.Applied
		return d, e
	}
	return d, nil
}

// readHeard reads what another server wrote: what is missing or null stays zero.
func readHeard(text []byte, v any) error {
	if err := wire.Check(text); err != nil {
		return err
	}
	return wire.Unmarshal(text, v)
}

// reply is an envelope as it comes back.
type reply struct {
	Status  string   `json:"status"`
	Retcode int      `json:"retcode"`
	Message string   `json:"message"`
	Data    wire.Raw `json:"data"`
}

// ReadReply answers the data of a reply, or its failure as a *qq.Error with the
// server's own text and, where it is one of QQ's, its code.
func ReadReply(api string, status int, body []byte) ([]byte, error) {
	var r reply
	if err := readHeard(body, &r); err != nil || r.Status == "" && r.Retcode == 0 && status != 200 {
		r = reply{Status: "failed", Retcode: status}
	}
	if status == 200 && r.Status == "ok" && r.Retcode == 0 {
		if len(r.Data) == 0 {
			return []byte("{}"), nil
		}
		return r.Data, nil
	}
	return nil, failureOf(api, status, r)
}

func failureOf(api string, status int, r reply) error {
	text := r.Message
	if text == "" {
		text = "the server failed at " + api
	}
	e := &qq.Error{Kind: qq.ErrUpstream, Text: text}
	switch {
	case status == 404:
		e.Kind, e.Text = qq.ErrUnsupported, "the server has no API "+api
	case status == 401 || status == 403:
		e.Kind, e.Text, e.Cause = qq.ErrOffline, ErrToken.Error(), ErrToken
	case status >= 500 || r.Retcode == 200: // 200 without an envelope
		e.Code, e.Outcome = status, qq.Unknown
	case status != 200:
		e.Code = status
	case r.Retcode == codeInvalid:
		e.Kind = qq.ErrInvalid
	case r.Retcode == codeOffline:
		e.Kind = qq.ErrOffline
	case r.Retcode == codeNotFound:
		e.Kind = qq.ErrNotFound
	case r.Retcode != codeFailed:
		e.Code = r.Retcode
	}
	return e
}
