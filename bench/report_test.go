package bench

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		rounds []float64
		want   Spread
	}{
		{nil, Spread{}},
		{[]float64{2}, Spread{2, 2, 2}},
		{[]float64{3, 1, 2}, Spread{1, 2, 3}},
		{[]float64{4, 1, 2, 3}, Spread{1, 2.5, 4}},
	} {
		if got := SpreadOf(c.rounds); got != c.want {
			t.Errorf("%v: %v, want %v", c.rounds, got, c.want)
		}
	}
}

func TestSpreadIsOrdered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounds := rapid.SliceOfN(rapid.Float64Range(0.001, 1e6), 1, 20).Draw(t, "rounds")
		first := rounds[0]
		s := SpreadOf(rounds)
		below := 0
		for _, r := range rounds {
			if r < s.Median {
				below++
			}
		}
		if s.Min > s.Median || s.Median > s.Max || below > len(rounds)/2 || rounds[0] != first {
			t.Fatalf("%v of %v", s, rounds)
		}
	})
}

// A ratio is of one round's two sides, not of the sides' medians.
func TestResults(t *testing.T) {
	r := resultOf(atLeast("a", 0.7, "calls/s"), []float64{50, 80, 90}, []float64{100, 100, 300})
	if r.Ratio != (Spread{0.3, 0.5, 0.8}) || r.Value != 80 || r.Floor != 100 || *r.Reached {
		t.Errorf("%+v", r)
	}
	if r := resultOf(atMost("a", 1.25, "µs"), []float64{12}, []float64{10}); !*r.Reached {
		t.Errorf("%+v", r)
	}
	if r := limited(Row{Name: "a"}, 8, 9); *r.Reached || r.Ratio.Median != 9.0/8 || !r.Limit {
		t.Errorf("%+v", r)
	}
	if r := told(Row{Name: "a"}, 9); r.Reached != nil {
		t.Errorf("%+v", r)
	}
}

func TestProcessorRatio(t *testing.T) {
	ours := []round{{count: 10, cpu: 100}, {count: 10, cpu: 300}}
	floor := []round{{count: 20, cpu: 100}, {count: 20, cpu: 200}}
	if got := processorRatio(ours, floor); *got != (Spread{2, 2.5, 3}) {
		t.Errorf("%v", got)
	}
	if got := processorRatio([]round{{count: 10}}, floor[:1]); got != nil {
		t.Errorf("%v for what was not measured", got)
	}
}

// The form of the JSON is what other programs read.
func TestReportJSON(t *testing.T) {
	r := Report{Results: []Result{resultOf(atLeast("http/x", 0.7, "calls/s"), []float64{80}, []float64{100})}}
	var out bytes.Buffer
	if err := r.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	want := `{"results":[{"name":"http/x","target":0.7,"better":"higher","unit":"calls/s","reached":true,` +
		`"ratio":{"min":0.8,"median":0.8,"max":0.8},"value":80,"floor":100}],`
	if !strings.HasPrefix(out.String(), want) || !json.Valid(out.Bytes()) || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("%s", out.String())
	}
}

func TestReportTable(t *testing.T) {
	r := Report{
		Results: []Result{
			resultOf(atLeast("http/x", 0.7, "calls/s"), []float64{80_000}, []float64{100_000}),
			resultOf(atMost("cpu/y", 1.25, "µs"), []float64{20}, []float64{10}),
		},
		Skipped: []Skip{{"chain/z", "not yet"}},
	}
	var out bytes.Buffer
	if err := r.WriteTable(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"http/x", "0.80 (0.80 … 0.80)", "≥ 0.70", "ok", "80.0k", "≤ 1.25", "MISSED", "not measured: chain/z: not yet"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0.00", 0.0123: "0.012", 0.5: "0.50", 12.34: "12.3", 567.8: "568", 12345: "12.3k", 2_500_000: "2.50M", math.Pi: "3.14",
	} {
		if got := number(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}
