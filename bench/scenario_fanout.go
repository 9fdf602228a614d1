package bench

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"llbot/bench/floor"
	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
)

// crowdOf spreads n listeners over variants.
func (s *session) crowdOf(variants []variant, n int, stream bool, at subject.Addresses) []load.ListenSpec {
	var list []load.ListenSpec
	for i, v := range variants {
		where := s.at(at.Ports[v.port])
		list = append(list, load.ListenSpec{
			Addr: where.addr, Path: where.prefix + v.path, Headers: where.headers, Hello: v.hello, Stream: stream,
			Count: (n + i) / len(variants),
		})
	}
	return list
}

func fanoutGroup() group {
	return group{
		name: "fanout", peer: true,
		rows: func(quick bool) []Row {
			var rows []Row
			for _, f := range fanouts(quick) {
				rows = append(rows, f.Row)
				if f.figures {
					rows = append(rows, f.allocations())
				}
			}
			return rows
		},
		run: func(s *session) error {
			at, err := s.served(subject.Spec{Feed: true})
			if err != nil {
				return err
			}
			last := uint64(0)
			own := map[string]float64{}
			curve := Curve{Name: "one event to N WebSockets, saturated", Unit: "µs of processor for each delivery"}
			for _, f := range fanouts(s.Quick) {
				if !s.wants(f.Name) && !s.wants(f.allocations().Name) || s.Quick && time.Since(s.report.Began) > quickFanout {
					continue
				}
				if !s.attempt(func() error { return s.compareFanout(f, at, &last, own) }, f.Row, f.allocations()) {
					if s.Target != nil || s.ctx.Err() != nil {
						return fmt.Errorf("after %s nothing more was tried", f.Name)
					}
					if at, err = s.serve(subject.Spec{Feed: true}); err != nil { // which event the old one came to is not known
						return err
					}
					last = 0
					continue
				}
				if f.growth || s.Quick && f.figures && strings.HasPrefix(f.Name, "fanout/array/") {
					s.cost.N = f.n
					curve.Points = append(curve.Points, s.cost)
				}
			}
			if len(curve.Points) > 1 && s.meter() != nil {
				s.report.Growth = append(s.report.Growth, curve)
			}
			return nil
		},
	}
}

// quickFanout is when the short form leaves the rest of the fan-out out, so
// that other scenarios have their turn on a slow machine too.
const quickFanout = 20 * time.Second

// sides are a server and a floor that writes the same bytes to as many.
type sides struct {
	ours, under *rig
	bytes       int // of one delivery, on average over the groups
}

// audience opens listeners at the server, and as many at a floor.
func (s *session) audience(f fanout, at subject.Addresses, last uint64) (pair sides, err error) {
	spec := load.RigSpec{Listen: s.crowdOf(f.variants, f.n, f.stream, at), Trigger: at.Trigger, Act: s.acting(), Resume: last}
	if pair.ours, err = s.rig(spec); err != nil {
		return pair, err
	}
	if _, err := pair.ours.run(load.Saturate, time.Millisecond, 0); err != nil {
		return pair, err
	}
	sample, err := pair.ours.sample()
	if err != nil {
		return pair, err
	}
	for i, frame := range sample.Deliveries {
		if v := f.variants[i]; !bytes.Contains(frame, []byte(v.sign)) {
			return pair, fmt.Errorf("listeners of the form %q get something else, e.g. %.120q", v.name, frame)
		}
		pair.bytes += len(frame) / len(sample.Deliveries)
	}
	var reached floor.FanAddresses
	method, kind := "Fan", "ws"
	if f.stream {
		kind = "sse"
	}
	if f.naive {
		method = "Naive"
	}
	if err := s.floor.Call(method, floor.FanSpec{Frames: sample.Deliveries, Join: f.join}, &reached); err != nil {
		return pair, err
	}
	under := load.RigSpec{Trigger: reached.Trigger}
	for i, l := range spec.Listen {
		under.Listen = append(under.Listen, load.ListenSpec{
			Addr: reached.Addr, Path: fmt.Sprintf("/%s/%d", kind, i), Stream: l.Stream, Count: l.Count,
		})
	}
	pair.under, err = s.rig(under)
	return pair, err
}

// leave ends both and notes the number of the last event.
func (s *session) leave(p sides, last *uint64) error {
	return errors.Join(p.ours.last(last), p.ours.close(), p.under.close(), s.floor.Call("Leave", part.None{}, &part.None{}))
}

// acting is how events are made at a target: by sending a message for each.
// This server has a trigger instead.
func (s *session) acting() *load.CallSpec {
	if s.Target == nil {
		return nil
	}
	where := s.at("")
	addr := s.Target.Act.Host
	return &load.CallSpec{
		Addr: addr, Depth: 1, Expect: `"retcode":0`,
		Request: load.Post(addr, s.Target.Act.Path+"/send_group_msg", where.fill(`{"group_id":GROUP,"message":"bench:000000000000"}`),
			append([]string{"Content-Type: application/json"}, where.headers...)...),
	}
}

// compareFanout measures one crowd. last is the number of the last event that
// the server made, own what one event of each form allocates by itself.
func (s *session) compareFanout(f fanout, at subject.Addresses, last *uint64, own map[string]float64) error {
	pair, err := s.audience(f, at, *last)
	if err != nil {
		return err
	}
	if f.figures && s.Target == nil {
		if err := s.countAllocations(f, pair.ours, own); err != nil {
			return err
		}
	}
	err = s.versus(f.Row, busy(s.meter(), pair.ours.rate(load.Saturate)), busy(metered(s.floor), pair.under.rate(load.Saturate)))
	return errors.Join(err, s.leave(pair, last))
}

// countAllocations counts what the server allocates for each delivery.
func (s *session) countAllocations(f fanout, r *rig, own map[string]float64) error {
	before, err := figures(s.subject, false)
	if err != nil {
		return err
	}
	t, err := r.run(load.Saturate, s.Slice/2, 0)
	if err != nil {
		return err
	}
	after, err := figures(s.subject, false)
	if err != nil {
		return err
	}
	each := float64(after.Mallocs-before.Mallocs) / float64(t.Count)
	form := strings.Split(f.Name, "/")[1]
	if f.n == len(f.variants) {
		own[form] = each * float64(f.n)
	}
	alone, known := own[form]
	if !known {
		s.add(told(f.allocations(), each))
		return nil
	}
	result := limited(f.allocations(), 0.02+alone/float64(f.n), each)
	result.Note = fmt.Sprintf("an event allocates %s by itself", number(alone))
	s.add(result)
	return nil
}
