package upstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"llbot/protocols/qq"
)

// maxReply bounds the answer of one call.
const maxReply = 64 << 20

// HTTP calls an upstream. Each link has one of its own. It follows no
// redirects and reads no proxy settings from the environment.
type HTTP struct{ client *http.Client }

// NewHTTP makes the caller of a link.
func NewHTTP() *HTTP {
	return &HTTP{client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: DefaultConnect}).DialContext,
			TLSHandshakeTimeout: DefaultConnect, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute,
		},
	}}
}

// Close drops the connections that are kept.
func (h *HTTP) Close() { h.client.CloseIdleConnections() }

// Reply is what an upstream answered.
type Reply struct {
	Status int
	Body   []byte
}

// Post sends a JSON body and waits for the answer, whatever its status. The
// error is a *qq.Error: ErrOffline when the upstream was not reached, so that
// nothing happened; ErrTimeout with the outcome unknown when no answer came.
func (h *HTTP) Post(ctx context.Context, address string, header http.Header, body []byte) (Reply, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return Reply{}, qq.Errorf(qq.ErrInternal, "the upstream's address: %w", plainly(err))
	}
	req.Header.Set("Content-Type", "application/json")
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return Reply{}, unanswered(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	switch {
	case err != nil:
		return Reply{}, unanswered(err)
	case len(text) > maxReply:
		return Reply{}, &qq.Error{Kind: qq.ErrUpstream, Text: "the upstream's answer is too long", Outcome: qq.Unknown}
	}
	return Reply{resp.StatusCode, text}, nil
}

// unanswered tells a call that never got there from one whose answer is missing.
func unanswered(err error) error {
	err = plainly(err)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return &qq.Error{Kind: qq.ErrOffline, Text: fmt.Sprintf("the upstream is not reached: %v", err), Outcome: qq.NotApplied, Cause: err}
	}
	return &qq.Error{Kind: qq.ErrTimeout, Text: fmt.Sprintf("the upstream did not answer: %v", err), Outcome: qq.Unknown, Cause: err}
}

// plainly is an error without the address, which may hold a secret.
func plainly(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
