package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Client calls the control API of a running server. Safe for concurrent use.
type Client struct {
	Base  string // e.g. http://127.0.0.1:3080
	Token string // see ReadToken
}

// APIError is a refusal by the server. Text is for people and names every
// fault.
type APIError struct {
	Status int
	Text   string
}

// Error is the server's text.
func (e *APIError) Error() string { return e.Text }

// ErrNotRunning tells that nothing answers at a client's address.
var ErrNotRunning = errors.New("llbot is not running")

// silence is an ErrNotRunning that names the address.
type silence struct{ base string }

// Error says what to do.
func (s *silence) Error() string {
	return fmt.Sprintf(`nothing answers at %s; is llbot running? Start it with "llbot", or name the address of its admin server`, s.base)
}

// Unwrap is ErrNotRunning.
func (s *silence) Unwrap() error { return ErrNotRunning }

// SayRequest is what POST /api/sim/messages takes. Zero fields are left out.
// A message goes to a group, or, with Friend or To, to one account.
type SayRequest struct {
	Group   qq.GroupID `json:"group_id,omitempty"`
	User    qq.UserID  `json:"user_id"`
	Friend  bool       `json:"friend,omitempty"` // private, to the first account
	To      qq.UserID  `json:"to,omitempty"`     // private, to this account
	Message wire.Raw   `json:"message"`          // see Text
	Count   int        `json:"count,omitempty"`  // 0 = 1
	Rate    float64    `json:"rate,omitempty"`   // a second, 0 = no limit
	From    int        `json:"from,omitempty"`   // what {{seq}} becomes in the first, 0 = 1
}

// SayAnswer is what became of a SayRequest.
type SayAnswer = Said

// Text is a message of nothing but text: CQ codes in it stay text.
func Text(text string) wire.Raw {
	type data struct {
		Text string `json:"text"`
	}
	return wire.MustMarshal([]struct {
		Type string `json:"type"`
		Data data   `json:"data"`
	}{{"text", data{text}}})
}

// Say speaks as somebody in the simulated QQ.
func (c Client) Say(ctx context.Context, r SayRequest) (SayAnswer, error) {
	var answer SayAnswer
	return answer, c.do(ctx, http.MethodPost, "/api/sim/messages", r, &answer)
}

// RequestFriend asks an account to be somebody's friend.
func (c Client) RequestFriend(ctx context.Context, r FriendRequest) error {
	return c.do(ctx, http.MethodPost, "/api/sim/friend_requests", struct {
		From    qq.UserID `json:"from"`
		To      qq.UserID `json:"to,omitempty"`
		Comment string    `json:"comment"`
	}(r), &nothing{})
}

// RequestJoin asks for somebody to be let into a group.
func (c Client) RequestJoin(ctx context.Context, r JoinRequest) error {
	return c.do(ctx, http.MethodPost, "/api/sim/group_requests", struct {
		Group   qq.GroupID `json:"group_id"`
		User    qq.UserID  `json:"user_id"`
		Comment string     `json:"comment"`
	}(r), &nothing{})
}

// Invite asks somebody into a group on a member's behalf.
func (c Client) Invite(ctx context.Context, i Invitation) error {
	return c.do(ctx, http.MethodPost, "/api/sim/invitations", struct {
		Group   qq.GroupID `json:"group_id"`
		Inviter qq.UserID  `json:"inviter"`
		Target  qq.UserID  `json:"target,omitempty"`
	}(i), &nothing{})
}

// Status asks how accounts and endpoints are doing.
func (c Client) Status(ctx context.Context) (Status, error) {
	var answer Status
	return answer, c.do(ctx, http.MethodGet, "/api/status", nil, &answer)
}

func (c Client) do(ctx context.Context, method, path string, in, out any) error {
	r, err := c.request(ctx, method, path, in)
	if err != nil {
		return err
	}
	answer, err := c.send(r)
	if err != nil {
		return c.unreachable(err)
	}
	defer answer.Body.Close()
	return c.read(answer, out)
}

func (c Client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	var body io.Reader
	if in != nil {
		text, err := wire.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Base, "/")+path, body)
	if err != nil {
		return nil, fmt.Errorf("the server's address is wrong: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+c.Token)
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// send uses a connection of its own: no proxy sees the token, no redirect
// carries it elsewhere, and nothing is left open.
func (c Client) send(r *http.Request) (*http.Response, error) {
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return client.Do(r)
}

func (c Client) unreachable(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return &silence{c.Base}
	}
	return fmt.Errorf("no answer from %s: %w", c.Base, err)
}

// maxAnswer bounds an answer that is kept in memory, in bytes.
const maxAnswer = 16 << 20

// read takes an answer in; out nil is for one that can only be a refusal.
func (c Client) read(answer *http.Response, out any) error {
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return breaking(c.Base, err)
	case len(text) > maxAnswer:
		return fmt.Errorf("the answer of %s is larger than %d MiB, more than is read here; ask for less at once", c.Base, maxAnswer>>20)
	case answer.StatusCode == http.StatusOK && out != nil && wire.Unmarshal(text, out) == nil:
		return nil
	}
	var refusal fault
	if answer.StatusCode == http.StatusOK || wire.Unmarshal(text, &refusal) != nil || refusal.Error == "" {
		return &APIError{answer.StatusCode, fmt.Sprintf("what answers at %s is not llbot, or another version of it (%s)", c.Base, answer.Status)}
	}
	if answer.StatusCode == http.StatusUnauthorized || answer.Header.Get("WWW-Authenticate") == wrongToken {
		return &APIError{answer.StatusCode, fmt.Sprintf("llbot at %s runs with another token; is the data folder the one it runs with? (%s)", c.Base, TokenFile)}
	}
	return &APIError{answer.StatusCode, refusal.Error}
}
