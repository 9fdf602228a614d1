package bench

import (
	"errors"
	"fmt"
	"time"

	"llbot/bench/floor"
	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
	"llbot/runtime/config"
)

// hookRow is deliveries to so many targets. Another server is told of one.
func hookRow(targets int) Row {
	row := atLeast(fmt.Sprintf("webhook/%d", targets), 0.60, "deliveries/s").needing(needHook)
	if targets > 1 {
		row.needs = needInside
	}
	return row
}

// hookGroup is webhook deliveries against a bare loop of fasthttp's client.
func hookGroup() group {
	sizes := []int{1, 100}
	return group{
		name: "webhook", peer: true,
		rows: func(bool) []Row { return rowsOf(sizes, hookRow) },
		run: func(s *session) error {
			for _, n := range sizes {
				if row := hookRow(n); s.wants(row.Name) && !(s.Quick && n > 1) {
					s.attempt(func() error { return s.compareHooks(row, n) }, row)
				}
			}
			return s.ctx.Err()
		},
	}
}

// compareHooks measures n targets against a floor that posts the same bodies
// to as many.
func (s *session) compareHooks(row Row, n int) error {
	ours, body, err := s.hooked(n)
	if err != nil {
		return err
	}
	bare, err := s.openHooks(n)
	if err != nil {
		return err
	}
	var trigger string
	if err := s.floor.Call("Posts", floor.PostSpec{Addr: bare.Addr, Targets: n, Body: body}, &trigger); err != nil {
		return err
	}
	if _, err := s.linkHooks(load.HookLink{Number: bare.Number, Trigger: trigger}); err != nil {
		return err
	}
	if err := s.versus(row, busy(s.meter(), s.posts(ours)), busy(metered(s.floor), s.posts(bare))); err != nil {
		return err
	}
	return errors.Join(s.shutHooks(ours), s.shutHooks(bare))
}

// hooked has the server deliver to n targets and answers one body.
func (s *session) hooked(n int) (to load.Hooks, body []byte, err error) {
	if s.Target != nil {
		body, err = s.linkHooks(load.HookLink{Number: s.hook.Number, Act: s.acting()})
		return s.hook, body, err
	}
	if to, err = s.openHooks(n); err != nil {
		return to, nil, err
	}
	spec := subject.Spec{Feed: true}
	for i := range n {
		spec.Hooks = append(spec.Hooks, subject.Hook{Kind: config.KindOneBotWebhook, URL: "http://" + to.Addr + load.HookPath(i)})
	}
	at, err := s.serve(spec)
	if err != nil {
		return to, nil, err
	}
	body, err = s.linkHooks(load.HookLink{Number: to.Number, Trigger: at.Trigger})
	return to, body, err
}

func (s *session) openHooks(n int) (h load.Hooks, err error) {
	err = s.load.Call("OpenHooks", load.HookSpec{Targets: n}, &h)
	return h, err
}

func (s *session) linkHooks(link load.HookLink) (body []byte, err error) {
	err = s.load.Call("LinkHooks", link, &body)
	return body, err
}

func (s *session) shutHooks(h load.Hooks) error {
	return s.load.Call("ShutHooks", h.Number, &part.None{})
}

// posts is a side that delivers to targets.
func (s *session) posts(to load.Hooks) side {
	return func(d time.Duration) (round, error) {
		var t load.Tally
		if err := s.load.Call("RunHooks", load.Run{Rig: to.Number, Time: d}, &t); err != nil {
			return round{}, err
		}
		return round{value: t.Rate(), count: float64(t.Count)}, sound(t)
	}
}
