package bench

import (
	"errors"
	"fmt"
	"time"

	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
	"llbot/runtime/config"
)

// chainLink is a protocol by which one server holds the account of another.
type chainLink struct {
	driver config.Driver
	scheme string
	port   string // of the server behind
}

func chainLinks() []chainLink {
	return []chainLink{
		{config.DriverMilky, "http://", portMilky},
		{config.DriverOneBot11, "ws://", portWS},
		{config.DriverSatori, "http://", portSatori},
	}
}

func (l chainLink) latency() Row {
	return Row{Name: fmt.Sprintf("chain/%s/latency", l.driver), Unit: "ms", Better: Lower}
}

func (l chainLink) messages() Row {
	return Row{Name: fmt.Sprintf("chain/%s/messages", l.driver), Unit: "messages/s", Better: Higher}
}

// chainRate is how many messages a second are sent to take the latency.
const chainRate = 50

// chainGroup is where two servers in a row are measured: what the second one,
// whose account is held by the first, adds to the way of a message from a client
// and back to it, and how many messages a second come through to its clients.
// The floor is a server alone.
func chainGroup() group {
	return group{
		name: "chain", long: true,
		rows: func(bool) (rows []Row) {
			for _, l := range chainLinks() {
				rows = append(rows, l.latency(), l.messages())
			}
			return rows
		},
		run: func(s *session) error {
			for _, l := range chainLinks() {
				for _, one := range []struct {
					row     Row
					spec    subject.Spec
					measure func(row Row, alone, behind, front subject.Addresses) error
				}{
					{l.latency(), subject.Spec{ReportSelf: true}, s.chainLatency},
					{l.messages(), subject.Spec{Feed: true, ReportSelf: true}, s.chainMessages},
				} {
					if !s.wants(one.row.Name) {
						continue
					}
					if err := s.chained(l, one.row, one.spec, one.measure); err != nil {
						return fmt.Errorf("%s: %w", one.row.Name, err)
					}
				}
			}
			return nil
		},
	}
}

// chained starts a server alone, and two in a row, measures, and ends them.
func (s *session) chained(l chainLink, row Row, spec subject.Spec, measure func(row Row, alone, behind, front subject.Addresses) error) (err error) {
	var parts []*part.Process
	defer func() {
		for i := len(parts) - 1; i >= 0; i-- {
			err = errors.Join(err, parts[i].Stop())
		}
	}()
	serve := func(spec subject.Spec) (at subject.Addresses, err error) {
		p, err := s.start(roleSubject)
		if err != nil {
			return at, err
		}
		parts = append(parts, p)
		return at, p.Call("Serve", spec, &at)
	}
	alone, err := serve(spec)
	if err != nil {
		return err
	}
	behind, err := serve(spec)
	if err != nil {
		return fmt.Errorf("the server behind: %w", err)
	}
	front, err := serve(subject.Spec{ReportSelf: true, Upstream: &subject.Upstream{Driver: l.driver, URL: l.scheme + behind.Ports[l.port]}})
	if err != nil {
		return fmt.Errorf("the server in front: %w", err)
	}
	return measure(row, alone, behind, front)
}

// chainLatency sends messages at a rate and takes the time until the same
// server tells of them.
func (s *session) chainLatency(row Row, alone, _, front subject.Addresses) error {
	var took [2][]load.Latency
	var rounds []func(time.Duration) error
	var rigs []*rig
	for side, at := range []subject.Addresses{front, alone} {
		act := s.callSpec(call{
			path: "/send_group_msg", body: `{"group_id":GROUP,"message":"bench:000000000000"}`, expect: `"retcode":0`, depth: 1,
		}, s.at(at.Ports[portHTTP]))
		r, err := s.rig(load.RigSpec{Act: &act, Listen: []load.ListenSpec{{Addr: at.Ports[portWS], Path: "/event", Count: 1}}})
		if err != nil {
			return err
		}
		rigs = append(rigs, r)
		rounds = append(rounds, func(d time.Duration) error {
			t, err := r.run(load.Pace, d, chainRate)
			took[side] = append(took[side], t.Latency)
			return err
		})
	}
	if err := s.byTurns(max(s.Slice, pacedTime), rounds...); err != nil {
		return err
	}
	median := func(l load.Latency) float64 { return milliseconds(l.P50) }
	worst := func(l load.Latency) float64 { return milliseconds(l.P99) }
	result := resultOf(row, each(took[0], median), each(took[1], median))
	result.Note = fmt.Sprintf("%s ms added to a message's way there and back; p99 %s ms against %s ms", number(result.Value-result.Floor),
		number(SpreadOf(each(took[0], worst)).Median), number(SpreadOf(each(took[1], worst)).Median))
	s.add(result)
	return closeAll(rigs...)
}

// chainMessages has as many messages come as get through to one client.
func (s *session) chainMessages(row Row, alone, behind, front subject.Addresses) error {
	var rigs []*rig
	for _, way := range []struct{ client, source subject.Addresses }{{front, behind}, {alone, alone}} {
		r, err := s.rig(load.RigSpec{
			Trigger: way.source.Trigger,
			Listen:  []load.ListenSpec{{Addr: way.client.Ports[portWS], Path: "/event", Count: 1}},
		})
		if err != nil {
			return err
		}
		rigs = append(rigs, r)
	}
	if err := s.versus(row, rigs[0].rate(load.Saturate), rigs[1].rate(load.Saturate)); err != nil {
		return err
	}
	return closeAll(rigs...)
}
