package admin

import (
	"context"
	"net/http"
	"net/url"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// SimClient plays one simulated world of a running server. World "" is that of
// the first account.
type SimClient struct {
	Client
	World string
}

func (c SimClient) address(path string, more url.Values) string {
	if more == nil {
		more = url.Values{}
	}
	if c.World != "" {
		more.Set("world", c.World)
	}
	if len(more) == 0 {
		return path
	}
	return path + "?" + more.Encode()
}

// Operations lists what people of the simulated QQ can do.
func (c SimClient) Operations(ctx context.Context) ([]OperationInfo, error) {
	var answer OperationList
	err := c.do(ctx, http.MethodGet, "/api/sim/ops", nil, &answer)
	return answer.Operations, err
}

// Do lets somebody do an operation; params is a JSON object by the names that
// Operations tells, and the answer is what the operation answers, null for
// nothing.
func (c SimClient) Do(ctx context.Context, as qq.UserID, op string, params []byte) ([]byte, error) {
	var answer Deed
	err := c.do(ctx, http.MethodPost, "/api/sim/do", struct {
		World  string    `json:"world,omitempty"`
		As     qq.UserID `json:"as"`
		Op     string    `json:"op"`
		Params wire.Raw  `json:"params,omitempty"`
	}{c.World, as, op, params}, &answer)
	return answer.Result, err
}

// Clock tells what the world's clock shows.
func (c SimClient) Clock(ctx context.Context) (Clock, error) {
	var answer Clock
	return answer, c.do(ctx, http.MethodGet, c.address("/api/sim/clock", nil), nil, &answer)
}

// ClockRequest is what POST /api/sim/clock takes; see ClockChange. The texts
// are read by the server.
type ClockRequest struct {
	World   string   `json:"world,omitempty"`
	Set     string   `json:"set,omitempty"`     // RFC 3339 or Unix milliseconds
	Advance string   `json:"advance,omitempty"` // such as 10m
	Speed   *float64 `json:"speed,omitempty"`
	Real    bool     `json:"real,omitempty"`
}

// SetClock changes the world's clock.
func (c SimClient) SetClock(ctx context.Context, r ClockRequest) (Clock, error) {
	r.World = c.World
	var answer Clock
	return answer, c.do(ctx, http.MethodPost, "/api/sim/clock", r, &answer)
}

// Faults lists the faults that wait to strike.
func (c SimClient) Faults(ctx context.Context) ([]Fault, error) {
	var answer FaultList
	err := c.do(ctx, http.MethodGet, c.address("/api/sim/faults", nil), nil, &answer)
	return answer.Faults, err
}

// AddFault adds a fault; ID and Struck are the server's.
func (c SimClient) AddFault(ctx context.Context, f Fault) (Fault, error) {
	var answer Fault
	return answer, c.do(ctx, http.MethodPost, "/api/sim/faults", struct {
		World       string    `json:"world,omitempty"`
		Kind        string    `json:"kind"`
		Account     qq.UserID `json:"account,omitempty"`
		Op          string    `json:"op,omitempty"`
		Class       string    `json:"class,omitempty"`
		Event       string    `json:"event,omitempty"`
		Probability float64   `json:"probability,omitempty"`
		Count       int       `json:"count,omitempty"`
		DelayMS     int64     `json:"delay_ms,omitempty"`
		Text        string    `json:"text,omitempty"`
	}{c.World, f.Kind, f.Account, f.Op, f.Class, f.Event, f.Probability, f.Count, f.DelayMS, f.Text}, &answer)
}

// ClearFaults takes faults away, all of them when no number is given.
func (c SimClient) ClearFaults(ctx context.Context, ids []int) (int, error) {
	var answer Cleared
	err := c.do(ctx, http.MethodDelete, "/api/sim/faults", struct {
		World string `json:"world,omitempty"`
		IDs   []int  `json:"ids,omitempty"`
	}{c.World, ids}, &answer)
	return answer.Cleared, err
}

// TrafficRequest is what POST /api/sim/traffic takes; see Traffic.
type TrafficRequest struct {
	World    string       `json:"world,omitempty"`
	Rate     float64      `json:"rate"`
	For      string       `json:"for"`
	Groups   []qq.GroupID `json:"groups,omitempty"`
	Seed     uint64       `json:"seed,omitempty"`
	Pictures bool         `json:"pictures,omitempty"`
}

// Traffic lets people chat and answers when they are done.
func (c SimClient) Traffic(ctx context.Context, r TrafficRequest) (TrafficDone, error) {
	r.World = c.World
	var answer TrafficDone
	return answer, c.do(ctx, http.MethodPost, "/api/sim/traffic", r, &answer)
}
