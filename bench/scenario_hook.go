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

// hookGroup is webhook deliveries against a bare loop of fasthttp's client.
func hookGroup() group {
	sizes := []int{1, 100}
	row := func(n int) Row { return atLeast(fmt.Sprintf("webhook/%d", n), 0.60, "deliveries/s") }
	return group{
		name: "webhook",
		rows: func(bool) []Row { return rowsOf(sizes, row) },
		run: func(s *session) (err error) {
			for _, n := range sizes {
				if s.wants(row(n).Name) && !(s.Quick && n > 1) {
					err = errors.Join(err, s.compareHooks(row(n), n))
				}
			}
			return err
		},
	}
}

func (s *session) compareHooks(row Row, n int) error {
	var targets, bare load.Hooks
	for _, h := range []*load.Hooks{&targets, &bare} {
		if err := s.load.Call("OpenHooks", n, h); err != nil {
			return err
		}
	}
	spec := subject.Spec{Feed: true}
	for i := range n {
		spec.Hooks = append(spec.Hooks, subject.Hook{Kind: config.KindOneBotWebhook, URL: "http://" + targets.Addr + load.HookPath(i)})
	}
	at, err := s.serve(spec)
	if err != nil {
		return err
	}
	var body, echoed []byte
	if err := s.load.Call("LinkHooks", load.HookLink{Number: targets.Number, Trigger: at.Trigger}, &body); err != nil {
		return err
	}
	var trigger string
	if err := s.floor.Call("Posts", floor.PostSpec{Addr: bare.Addr, Targets: n, Body: body}, &trigger); err != nil {
		return err
	}
	if err := s.load.Call("LinkHooks", load.HookLink{Number: bare.Number, Trigger: trigger}, &echoed); err != nil {
		return err
	}
	if err := s.versus(row, busy(s.subject, s.posts(targets)), busy(s.floor, s.posts(bare))); err != nil {
		return err
	}
	for _, h := range []load.Hooks{targets, bare} {
		err = errors.Join(err, s.load.Call("ShutHooks", h.Number, &part.None{}))
	}
	return err
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
