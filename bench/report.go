package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
	"time"
)

// Spread is the least, the median and the greatest of some rounds.
type Spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}

// SpreadOf sorts rounds out; all zero when there are none. The median of an
// even number is the mean of the two in the middle.
func SpreadOf(rounds []float64) Spread {
	if len(rounds) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(rounds))
	half := len(sorted) / 2
	median := sorted[half]
	if len(sorted)%2 == 0 {
		median = (sorted[half-1] + sorted[half]) / 2
	}
	return Spread{sorted[0], median, sorted[len(sorted)-1]}
}

// Result is what a scenario came to.
type Result struct {
	Row
	Reached *bool   `json:"reached,omitempty"` // nil without a target
	Ratio   Spread  `json:"ratio"`             // value / floor, of each round
	Value   float64 `json:"value"`             // the median round's
	Floor   float64 `json:"floor"`             // the floor's, or a fixed limit
	// CPU is what the server's process used for each call or delivery, against
	// the floor's: on a busy machine it says more than the rates.
	CPU   *Spread `json:"cpu_ratio,omitempty"`
	Limit bool    `json:"limit,omitempty"` // the floor is a fixed limit, not a measurement
	Note  string  `json:"note,omitempty"`
}

// resultOf makes a result of rounds that were measured by turns.
func resultOf(row Row, values, floors []float64) Result {
	ratios := make([]float64, len(values))
	for i := range values {
		ratios[i] = values[i] / floors[i]
	}
	r := Result{Row: row, Ratio: SpreadOf(ratios), Value: SpreadOf(values).Median, Floor: SpreadOf(floors).Median}
	if row.Target != 0 {
		reached := r.Ratio.Median >= row.Target
		if row.Better == Lower {
			reached = r.Ratio.Median <= row.Target
		}
		r.Reached = &reached
	}
	return r
}

// limited makes a result that is held against a fixed limit.
func limited(row Row, limit float64, values ...float64) Result {
	limits := make([]float64, len(values))
	for i := range limits {
		limits[i] = limit
	}
	row.Target, row.Better = 1, Lower
	r := resultOf(row, values, limits)
	r.Limit = true
	return r
}

// shared makes a result that tells how much of a fixed amount is used, without
// a verdict.
func shared(row Row, of float64, value float64) Result {
	row.Better = Lower
	r := resultOf(row, []float64{value}, []float64{of})
	r.Limit = true
	return r
}

// told makes a result that is held against nothing.
func told(row Row, values ...float64) Result {
	return Result{Row: row, Ratio: Spread{1, 1, 1}, Value: SpreadOf(values).Median, Floor: SpreadOf(values).Median}
}

// Skip is a scenario that was not measured.
type Skip struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Report is what a run of the suite answers.
type Report struct {
	Results []Result  `json:"results"`
	Skipped []Skip    `json:"skipped,omitempty"`
	Growth  []Curve   `json:"growth,omitempty"`
	Quick   bool      `json:"quick"`
	Rounds  int       `json:"rounds"`
	Began   time.Time `json:"began"`
	Seconds float64   `json:"seconds"`
	Machine Machine   `json:"machine"`
	Chart   string    `json:"chart,omitempty"` // the file with the curves
	Target  string    `json:"target,omitempty"`
}

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(out io.Writer) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = out.Write(append(text, '\n'))
	return err
}

// WriteTable writes the report for people.
func (r *Report) WriteTable(out io.Writer) error {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "scenario\tratio (min … max)\ttarget\t\tCPU\tvalue\tfloor\tunit\n")
	for _, one := range r.Results {
		_, _ = fmt.Fprintf(w, "%s\t%s (%s … %s)\t%s\t%s\t%s\t%s\t%s\t%s\n", one.Name,
			number(one.Ratio.Median), number(one.Ratio.Min), number(one.Ratio.Max), target(one.Row), verdict(one), processor(one),
			number(one.Value), number(one.Floor), unit(one))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	interrupted := 0
	for _, s := range r.Skipped {
		if s.Reason == ErrInterrupted.Error() { // whoever did it knows
			interrupted++
			continue
		}
		_, _ = fmt.Fprintf(out, "not measured: %s: %s\n", s.Name, s.Reason)
	}
	if interrupted > 0 {
		_, _ = fmt.Fprintf(out, "not measured: %d more\n", interrupted)
	}
	_, err := fmt.Fprintf(out, "\n%s; %d rounds, %.0f s\n", r.Machine, r.Rounds, r.Seconds)
	return err
}

func target(r Row) string {
	switch {
	case r.Target == 0:
		return "-"
	case r.Better == Lower:
		return "≤ " + number(r.Target)
	}
	return "≥ " + number(r.Target)
}

func verdict(r Result) string {
	switch {
	case r.Reached == nil:
		return ""
	case *r.Reached:
		return "ok"
	}
	return "MISSED"
}

// processor is how many times the floor's processor time it took.
func processor(r Result) string {
	if r.CPU == nil {
		return ""
	}
	return number(r.CPU.Median) + "×"
}

func unit(r Result) string {
	if r.Note == "" {
		return r.Unit
	}
	return r.Unit + "  (" + r.Note + ")"
}

// number is short and readable: three digits that matter.
func number(v float64) string {
	switch size := math.Abs(v); {
	case size >= 1e6:
		return fmt.Sprintf("%.2fM", v/1e6)
	case size >= 1e4:
		return fmt.Sprintf("%.1fk", v/1e3)
	case size >= 100:
		return fmt.Sprintf("%.0f", v)
	case size >= 10:
		return fmt.Sprintf("%.1f", v)
	case size >= 0.1 || size == 0:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.2g", v)
}
