package bench

// Better says which way a ratio is good.
type Better string

// The ways.
const (
	Higher Better = "higher"
	Lower  Better = "lower"
)

// Row says what a result is and what it should be.
type Row struct {
	Name string `json:"name"`
	// Target is what the median of the ratios should reach: at least when
	// higher is better, at most when lower is. 0: the figure is only told.
	Target float64 `json:"target"`
	Better Better  `json:"better"`
	Unit   string  `json:"unit"` // of value and floor

	needs need // of another server, so that it can be measured
}

// need is what a result takes beside a server's address.
type need string

// What results may need; most need nothing.
const (
	needInside  need = "inside"  // be this server
	needProcess need = "process" // a process of this machine, whose number is known
	needHook    need = "hook"    // post its events to the suite
)

// needing is the row with a need.
func (r Row) needing(n need) Row {
	r.needs = n
	return r
}

// atLeast is a row whose ratio should be no less than a target.
func atLeast(name string, target float64, unit string) Row {
	return Row{Name: name, Target: target, Better: Higher, Unit: unit}
}

// atMost is a row whose ratio should be no more than a target.
func atMost(name string, target float64, unit string) Row {
	return Row{Name: name, Target: target, Better: Lower, Unit: unit}
}

// rowsOf lists the rows of scenarios.
func rowsOf[S any](scenarios []S, row func(S) Row) []Row {
	rows := make([]Row, len(scenarios))
	for i, one := range scenarios {
		rows[i] = row(one)
	}
	return rows
}
