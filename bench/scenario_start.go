package bench

import (
	"fmt"
	"net/http"
	"time"

	"llbot/bench/part"
	"llbot/bench/subject"
)

func startRows() []Row {
	return []Row{{Name: "start/ready", Unit: "ms"}, {Name: "start/resident", Unit: "MB"}}
}

// startGroup is a fresh process with a fresh folder and the default world:
// until it is ready, and what it holds then.
func startGroup() group {
	return group{
		name: "start",
		rows: func(bool) []Row { return startRows() },
		run: func(s *session) error {
			var took, resident []float64
			for range s.Rounds {
				begun := time.Now()
				at, err := s.serve(subject.Spec{Plain: true, Admin: true})
				if err != nil {
					return err
				}
				if err := s.ready("http://" + at.Admin + "/readyz"); err != nil {
					return err
				}
				took = append(took, milliseconds(time.Since(begun)))
				held, err := part.Resident(fmt.Sprint(s.subject.PID()))
				if err != nil {
					return err
				}
				resident = append(resident, float64(held)/1e6)
			}
			s.add(limited(startRows()[0], 300, took...))
			s.add(limited(startRows()[1], 40, resident...))
			return nil
		},
	}
}

// ready asks until a server is.
func (s *session) ready(url string) error {
	client := &http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		resp, err := client.Get(url)
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("%s answers %s", url, resp.Status)
		}
		if s.ctx.Err() != nil || time.Now().After(end) {
			return err
		}
	}
}
