package admin

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// EventQuery says which events GET /api/events is to answer. Zero fields are
// left out; the texts are read by the server, which tells what is wrong with
// them.
type EventQuery struct {
	Since, Until string // an age ("2h"), a time (RFC 3339), Unix milliseconds, or the number of an event
	After        qq.SN  // only what is behind this number; not with Since
	Account      qq.UserID
	Type         string // e.g. MessageReceived
	Last         int    // only so many, the newest
	Limit        int
	Follow       bool // go on with what comes until the context ends
}

func (q EventQuery) values() url.Values {
	v := url.Values{}
	set := func(name, value string, given bool) {
		if given {
			v.Set(name, value)
		}
	}
	set("since", q.Since, q.Since != "")
	set("until", q.Until, q.Until != "")
	set("after", strconv.FormatUint(uint64(q.After), 10), q.After != 0)
	set("account", q.Account.String(), q.Account != 0)
	set("type", q.Type, q.Type != "")
	set("last", strconv.Itoa(q.Last), q.Last != 0)
	set("limit", strconv.Itoa(q.Limit), q.Limit != 0)
	set("follow", "true", q.Follow)
	return v
}

// ErrBroken tells that an answer ended in the middle.
var ErrBroken = errors.New("the answer broke off")

// Events reads the event log and hands each event to take, in order, until
// there are no more, ctx ends, or take fails. ErrBroken when the server went
// away meanwhile.
func (c Client) Events(ctx context.Context, q EventQuery, take func(EventLine) error) error {
	r, err := c.request(ctx, http.MethodGet, "/api/events?"+q.values().Encode(), nil)
	if err != nil {
		return err
	}
	answer, err := c.send(r)
	if err != nil {
		return c.unreachable(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return c.read(answer, &nothing{})
	}
	return c.lines(ctx, answer.Body, take)
}

func (c Client) lines(ctx context.Context, body io.Reader, take func(EventLine) error) error {
	in := bufio.NewReader(body)
	for {
		text, err := in.ReadBytes('\n')
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF) && len(text) == 0:
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w: %w", c.Base, ErrBroken, err)
		}
		var line EventLine
		if err := wire.Unmarshal(text, &line); err != nil {
			return &APIError{http.StatusOK, fmt.Sprintf("what answers at %s is not llbot, or another version of it", c.Base)}
		}
		if line.Error != "" {
			return &APIError{http.StatusInternalServerError, line.Error}
		}
		if err := take(line); err != nil {
			return err
		}
	}
}

// Event asks for one event.
func (c Client) Event(ctx context.Context, sn qq.SN) (EventLine, error) {
	var answer EventLine
	return answer, c.do(ctx, http.MethodGet, "/api/events?sn="+strconv.FormatUint(uint64(sn), 10), nil, &answer)
}

// Log asks how the event log is doing.
func (c Client) Log(ctx context.Context) (LogStatus, error) {
	var answer LogStatus
	return answer, c.do(ctx, http.MethodGet, "/api/log", nil, &answer)
}

// Targets asks how the durable targets are doing: one of them, or all when
// name is "".
func (c Client) Targets(ctx context.Context, name string) ([]TargetStatus, error) {
	path := "/api/targets"
	if name != "" {
		path += "?target=" + url.QueryEscape(name)
	}
	var answer TargetList
	err := c.do(ctx, http.MethodGet, path, nil, &answer)
	return answer.Targets, err
}

// Forget deletes what is kept of a target that nothing serves.
func (c Client) Forget(ctx context.Context, name string) error {
	return c.do(ctx, http.MethodDelete, "/api/targets?target="+url.QueryEscape(name), nil, &nothing{})
}

// LetterQuery says which letters are wanted. Kind is LetterRefused,
// LetterSkipped or "" for both; Limit 0 is the server's default.
type LetterQuery struct {
	Target string
	Kind   string
	After  qq.SN
	Limit  int
}

// Letters asks for the events that a target did not get.
func (c Client) Letters(ctx context.Context, q LetterQuery) (LetterList, error) {
	v := url.Values{"target": {q.Target}}
	if q.Kind != "" {
		v.Set("kind", q.Kind)
	}
	if q.After != 0 {
		v.Set("after", strconv.FormatUint(uint64(q.After), 10))
	}
	if q.Limit != 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	var answer LetterList
	return answer, c.do(ctx, http.MethodGet, "/api/targets/letters?"+v.Encode(), nil, &answer)
}

// RedeliverRequest is what POST /api/targets/redeliver takes: the events in
// SNs, the letters of a Kind (LetterRefused, LetterSkipped, "all"), or the
// events Since a place; exactly one of them.
type RedeliverRequest struct {
	Target string  `json:"target"`
	SNs    []qq.SN `json:"sns,omitempty"`
	Kind   string  `json:"kind,omitempty"`
	Since  string  `json:"since,omitempty"`
	Until  string  `json:"until,omitempty"`
	Rate   int     `json:"rate"` // events a second, 0 = as fast as they go
}

// Redeliver asks for events to be delivered once more.
func (c Client) Redeliver(ctx context.Context, r RedeliverRequest) (Redelivering, error) {
	var answer Redelivering
	return answer, c.do(ctx, http.MethodPost, "/api/targets/redeliver", r, &answer)
}

// DropRequest is what DELETE /api/targets/letters takes: the letters in SNs or
// those of a Kind.
type DropRequest struct {
	Target string  `json:"target"`
	SNs    []qq.SN `json:"sns,omitempty"`
	Kind   string  `json:"kind,omitempty"`
}

// Drop deletes letters.
func (c Client) Drop(ctx context.Context, r DropRequest) (Dropped, error) {
	var answer Dropped
	return answer, c.do(ctx, http.MethodDelete, "/api/targets/letters", r, &answer)
}

// JSON is an answer as the API writes it, on one line.
func JSON(answer any) []byte { return wire.MustMarshal(answer) }
