package bench

import (
	"fmt"

	"llbot/bench/part"
	"llbot/bench/subject"
)

const (
	accountGroups = 20
	accountLimit  = 64 << 10 // bytes
)

// accountSizes are three, each twice the one before.
func accountSizes(quick bool) []int {
	if quick {
		return []int{50, 100, 200}
	}
	return []int{250, 500, 1000}
}

func accountRows(quick bool) []Row {
	sizes := accountSizes(quick)
	most := sizes[len(sizes)-1]
	return []Row{
		{Name: "accounts/growth", Unit: "B/account"},
		atMost("accounts/linear", 1.25, "B/account"), // growth of the second doubling against the first
		{Name: fmt.Sprintf("accounts/%d/start", most), Unit: "ms", Better: Lower},
		{Name: fmt.Sprintf("accounts/%d/resident", most), Unit: "MB", Better: Lower},
	}
}

// accountsGroup is many accounts in one process, each in twenty groups.
func accountsGroup() group {
	return group{name: "accounts", rows: accountRows, run: (*session).measureAccounts}
}

func (s *session) measureAccounts() error {
	rows, sizes := accountRows(s.Quick), accountSizes(s.Quick)
	memory := make([]float64, len(sizes))
	curve := Curve{Name: "accounts in one process, 20 groups each", Unit: "MB of heap and stacks"}
	var most part.Figures
	var took float64
	for i, n := range sizes {
		at, err := s.serve(subject.Spec{Crowd: n, Groups: accountGroups})
		if err != nil {
			return err
		}
		if most, err = figures(s.subject, true); err != nil {
			return err
		}
		memory[i], took = float64(most.Memory), milliseconds(at.Took)
		curve.Points = append(curve.Points, Point{N: n, Value: memory[i] / 1e6})
	}
	growth := func(i int) float64 { return (memory[i] - memory[i-1]) / float64(sizes[i]-sizes[i-1]) }
	s.add(limited(rows[0], accountLimit, growth(2)))
	s.add(resultOf(rows[1], []float64{growth(2)}, []float64{growth(1)}))
	s.add(told(rows[2], took))
	s.add(told(rows[3], float64(most.Resident)/1e6))
	s.report.Growth = append(s.report.Growth, curve)
	return nil
}
