package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
)

// session is one run of the suite: its parts, and what came of it so far.
type session struct {
	Options
	whole  context.Context // ends when the run is interrupted: no part outlives it
	ctx    context.Context // ends too when the short form's time is over
	report *Report
	barred map[string]bool // results of the group that the target cannot be asked for
	group  string
	cost   Point // of the latest comparison: microseconds of processor for each call or delivery

	hook    load.Hooks    // where the target posts its events, if it does
	load    *part.Process // for the whole run
	floor   *part.Process
	subject *part.Process // for one group
	rigs    []*rig        // that the scenario which runs has opened
}

// begin starts the parts that last.
func (s *session) begin() (err error) {
	if s.load, err = s.start(roleLoad); err != nil {
		return err
	}
	if s.floor, err = s.start(roleFloor); err != nil || s.Target == nil || s.Target.Hook == "" {
		return err
	}
	return s.load.Call("OpenHooks", load.HookSpec{Targets: 1, Addr: s.Target.Hook}, &s.hook)
}

// start starts a part; when the run is interrupted it ends.
func (s *session) start(role string) (*part.Process, error) { return s.Self.Start(s.whole, role) }

// end stops what runs.
func (s *session) end() error {
	err := s.dismiss()
	for _, p := range []*part.Process{s.load, s.floor} {
		if p != nil {
			err = errors.Join(err, p.Stop())
		}
	}
	return err
}

// serve starts a server to be measured, in place of the one before.
func (s *session) serve(spec subject.Spec) (at subject.Addresses, err error) {
	if err := s.dismiss(); err != nil {
		return at, err
	}
	if s.subject, err = s.start(roleSubject); err != nil {
		return at, err
	}
	if err := s.subject.Call("Serve", spec, &at); err != nil {
		return at, err
	}
	if s.Profile != "" {
		file := filepath.Join(s.Profile, strings.ReplaceAll(s.group, "/", "-")+".pprof")
		err = s.subject.Call("Profile", file, &part.None{})
	}
	return at, err
}

// served is serve, unless another server is measured: that one serves already.
func (s *session) served(spec subject.Spec) (at subject.Addresses, err error) {
	if s.Target != nil {
		return at, nil
	}
	return s.serve(spec)
}

// dismiss ends the server that was measured.
func (s *session) dismiss() error {
	if s.subject == nil {
		return nil
	}
	var err error
	if s.Profile != "" {
		err = s.subject.Call("Profile", "", &part.None{})
	}
	err = errors.Join(err, s.subject.Stop())
	s.subject = nil
	return err
}

// wants tells whether a result is asked for.
func (s *session) wants(name string) bool {
	return (s.Only == nil || s.Only.MatchString(name)) && !s.barred[name]
}

// add keeps a result, if it is asked for.
func (s *session) add(r Result) {
	if !s.wants(r.Name) {
		return
	}
	s.report.Results = append(s.report.Results, r)
	_, _ = fmt.Fprintf(s.Log, "  %s: %s (%s … %s) %s\n", r.Name, number(r.Ratio.Median), number(r.Ratio.Min), number(r.Ratio.Max), verdict(r))
}

// round is what one side did in one round.
type round struct {
	value float64       // in the row's unit
	count float64       // calls or deliveries
	cpu   time.Duration // that the part used for them
}

// side measures one side for a while.
type side func(d time.Duration) (round, error)

// versus measures two sides by turns, each round beginning with the other one,
// after one short round of each that does not count.
func (s *session) versus(row Row, ours, floor side) error {
	for _, warm := range []side{ours, floor} {
		if _, err := warm(s.Slice / 4); err != nil {
			return err
		}
	}
	both := [2][]round{}
	keep := func(into *[]round, measure side) func(time.Duration) error {
		return func(d time.Duration) error {
			one, err := measure(d)
			*into = append(*into, one)
			return err
		}
	}
	if err := s.byTurns(s.Slice, keep(&both[0], ours), keep(&both[1], floor)); err != nil {
		return err
	}
	value := func(r round) float64 { return r.value }
	result := resultOf(row, each(both[0], value), each(both[1], value))
	result.CPU = processorRatio(both[0], both[1])
	need := func(r round) float64 { return microseconds(r.cpu) / r.count }
	s.cost = Point{Value: SpreadOf(each(both[0], need)).Median, Floor: SpreadOf(each(both[1], need)).Median}
	s.add(result)
	return nil
}

// each is one figure of all rounds.
func each[R any](rounds []R, figure func(R) float64) []float64 {
	list := make([]float64, len(rounds))
	for i, r := range rounds {
		list[i] = figure(r)
	}
	return list
}

// processorRatio compares what the sides needed for each call or delivery;
// nil when that was not measured.
func processorRatio(ours, floor []round) *Spread {
	need := func(r round) float64 { return float64(r.cpu) / r.count }
	a, b := each(ours, need), each(floor, need)
	ratios := make([]float64, len(a))
	for i := range a {
		if !(a[i] > 0 && b[i] > 0) {
			return nil
		}
		ratios[i] = a[i] / b[i]
	}
	spread := SpreadOf(ratios)
	return &spread
}

// rig is an open set of connections of the load generator.
type rig struct {
	s      *session
	number int
	shut   bool
}

func (s *session) rig(spec load.RigSpec) (*rig, error) {
	r := &rig{s: s}
	if err := s.load.Call("Open", spec, &r.number); err != nil {
		return nil, err
	}
	s.rigs = append(s.rigs, r)
	return r, nil
}

// attempt runs one scenario of a group. When it fails its rows are listed with
// the reason and what it left open is closed, so that the next one can run; it
// tells whether all went well.
func (s *session) attempt(run func() error, rows ...Row) bool {
	s.rigs = nil
	err := run()
	if err == nil {
		return true
	}
	if s.ctx.Err() != nil { // the whole group is told why
		return false
	}
	err = errors.Join(err, closeAll(s.rigs...))
	s.skip(err.Error(), rows...)
	return false
}

// skip lists results as not measured, those that are asked for and not told.
func (s *session) skip(why string, rows ...Row) {
	for _, row := range rows {
		if s.wants(row.Name) && !s.told(row.Name) {
			s.report.Skipped = append(s.report.Skipped, Skip{row.Name, why})
		}
	}
}

// told tells whether a result is in the report, measured or not.
func (s *session) told(name string) bool {
	return slices.ContainsFunc(s.report.Results, func(one Result) bool { return one.Name == name }) ||
		slices.ContainsFunc(s.report.Skipped, func(one Skip) bool { return one.Name == name })
}

// run does one run and insists that everything came once and in order.
func (r *rig) run(kind load.Kind, d time.Duration, rate float64) (t load.Tally, err error) {
	if err := r.s.load.Call("Run", load.Run{Rig: r.number, Kind: kind, Time: d, Rate: rate}, &t); err != nil {
		return t, err
	}
	return t, sound(t)
}

// sound tells whether every delivery came once and in order.
func sound(t load.Tally) error {
	if t.Faults() == 0 {
		return nil
	}
	return fmt.Errorf("not every delivery came once and in order: %d missing, %d doubled, %d reordered, %d wrong",
		t.Missing, t.Doubled, t.Reordered, t.Wrong)
}

// rate is a side that runs so and counts each second.
func (r *rig) rate(kind load.Kind) side {
	return func(d time.Duration) (round, error) {
		t, err := r.run(kind, d, 0)
		return round{value: t.Rate(), count: float64(t.Count)}, err
	}
}

// compare measures the rates of two rigs, one of the server and one of the
// floor, and closes them.
func (s *session) compare(row Row, kind load.Kind, ours, under *rig) error {
	if err := s.versus(row, busy(s.meter(), ours.rate(kind)), busy(metered(s.floor), under.rate(kind))); err != nil {
		return fmt.Errorf("%s: %w", row.Name, err)
	}
	return errors.Join(ours.close(), under.close())
}

// answered measures the calls of a rig against a floor that answers the same:
// open starts the floor from the server's answer and writes where to call it.
func (s *session) answered(row Row, ours *rig, calls load.CallSpec, open func(answer []byte, bare *load.CallSpec) error) error {
	if _, err := ours.run(load.Calls, s.Slice/4, 0); err != nil {
		return err
	}
	sample, err := ours.sample()
	if err != nil {
		return err
	}
	if err := open(sample.Answer, &calls); err != nil {
		return err
	}
	under, err := s.rig(load.RigSpec{Calls: &calls})
	if err != nil {
		return err
	}
	return s.compare(row, load.Calls, ours, under)
}

func (r *rig) sample() (one load.Sample, err error) {
	err = r.s.load.Call("Sample", r.number, &one)
	return one, err
}

// close ends the connections of a rig, if it has any left.
func (r *rig) close() error {
	if r.shut {
		return nil
	}
	r.shut = true
	return r.s.load.Call("Shut", r.number, &part.None{})
}

// last reads the number of the last event that a rig asked for.
func (r *rig) last(n *uint64) error { return r.s.load.Call("Last", r.number, n) }

func closeAll(rigs ...*rig) error {
	var err error
	for _, r := range rigs {
		err = errors.Join(err, r.close())
	}
	return err
}
