package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

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
