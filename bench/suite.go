package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"time"

	"llbot/bench/part"
)

// Options say how the suite runs.
type Options struct {
	Self   part.Command   // starts a part of this program
	Quick  bool           // the short form: under 50 seconds
	Rounds int            // of each side; 0 is 9, or 3 when quick
	Slice  time.Duration  // of one round of one side; 0 is 1 s, or 150 ms when quick
	Only   *regexp.Regexp // names of results; nil measures all
	Target *Target        // another server, measured in place of this one
	Log    io.Writer      // where progress is told
	// Profile is a folder for profiles of the server's processor while a
	// scenario runs, one file a scenario; "" makes none.
	Profile string
}

func (o Options) withDefaults() Options {
	rounds, slice := 9, time.Second
	if o.Quick {
		rounds, slice = 3, 150*time.Millisecond
	}
	if o.Rounds <= 0 {
		o.Rounds = rounds
	}
	if o.Slice <= 0 {
		o.Slice = slice
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}

// quickLimit is when the short form begins no further group of scenarios, and
// quickEnd when it breaks off the one that runs.
const (
	quickLimit = 40 * time.Second
	quickEnd   = 45 * time.Second
)

// group are scenarios that share a server.
type group struct {
	name string
	// long scenarios are left out of the short form
	long bool
	// peer scenarios can be pointed at another server.
	peer bool
	rows func(quick bool) []Row
	run  func(s *session) error
}

// ErrInterrupted tells that a run was broken off.
var ErrInterrupted = errors.New("interrupted")

// Run measures and answers a report. Scenarios that fail are listed as not
// measured, with the reason; it fails itself when nothing could be begun. When
// ctx ends it breaks off at once with what it has, and ErrInterrupted.
func Run(ctx context.Context, o Options) (r *Report, err error) {
	o = o.withDefaults()
	folder, err := os.MkdirTemp("", "llbot-bench-") // of all parts, also of those that had to be killed
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	o.Self.Env = append(slices.Clone(o.Self.Env), "TMPDIR="+folder)
	whole := ctx
	r = &Report{Results: []Result{}, Quick: o.Quick, Rounds: o.Rounds, Began: time.Now().UTC(), Machine: thisMachine()}
	if o.Target != nil {
		r.Target = o.Target.String()
	}
	if o.Quick {
		limited, cancel := context.WithTimeout(ctx, quickEnd)
		defer cancel()
		ctx = limited
	}
	s := &session{Options: o, whole: whole, ctx: ctx, report: r}
	if err := s.begin(); err != nil {
		return nil, s.unlessInterrupted(errors.Join(err, s.end()))
	}
	for _, g := range groups() {
		s.measure(g)
	}
	r.Seconds = time.Since(r.Began).Seconds()
	err = s.end()
	if len(r.Results) == 0 {
		err = errors.Join(errors.New("nothing was measured"), err)
	}
	return r, s.unlessInterrupted(err)
}

// unlessInterrupted leaves out what the end of an interrupted run led to.
func (s *session) unlessInterrupted(err error) error {
	if s.whole.Err() != nil {
		return ErrInterrupted
	}
	return err
}

// measure runs one group, if anything of it is wanted.
func (s *session) measure(g group) {
	rows := s.within(g)
	if len(rows) == 0 {
		return
	}
	why := s.over()
	if why == "" && s.Quick && g.long {
		why = "not in the short form"
	}
	if why == "" {
		_, _ = fmt.Fprintf(s.Log, "%s …\n", g.name)
		s.group = g.name
		if err := errors.Join(g.run(s), s.dismiss()); err != nil {
			if why = err.Error(); s.ctx.Err() != nil {
				why = s.over()
			}
		}
	}
	if why == "" && s.Quick {
		why = "the short form left it out"
	}
	s.skip(orElse(why, "it gave no figure"), rows...)
}

// within lists what is wanted of a group; what the target cannot be asked for
// is told at once.
func (s *session) within(g group) (rows []Row) {
	s.barred = map[string]bool{}
	for _, row := range g.rows(s.Quick) {
		if !s.wants(row.Name) {
			continue
		}
		if !g.peer {
			row.needs = needInside
		}
		if why := s.Target.lacks(row.needs); why != "" {
			s.skip(why, row)
			s.barred[row.Name] = true
			continue
		}
		rows = append(rows, row)
	}
	return rows
}

// over tells why nothing more is begun, "" while there is time.
func (s *session) over() string {
	switch {
	case s.whole.Err() != nil:
		return ErrInterrupted.Error()
	case s.ctx.Err() != nil, s.Quick && time.Since(s.report.Began) > quickLimit:
		return "the short form's time was over"
	}
	return ""
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Names lists all results that the suite can give, or that its short form
// knows, in order.
func Names(quick bool) []string {
	var names []string
	for _, g := range groups() {
		for _, row := range g.rows(quick) {
			names = append(names, row.Name)
		}
	}
	return names
}
