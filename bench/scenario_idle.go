package bench

import (
	"fmt"
	"time"

	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
)

// idle is what a connection costs on which nothing happens.
type idle struct {
	name   string
	stream bool
	limit  float64 // bytes
}

func idles() []idle { return []idle{{"ws", false, 8000}, {"sse", true, 5000}} }

func (i idle) rows() []Row {
	return []Row{{Name: "idle/" + i.name + "/memory", Unit: "B/connection"}, {Name: "idle/" + i.name + "/goroutines", Unit: "each"}}
}

// crowded is how many connections wait.
func (s *session) crowded() int {
	if s.Quick {
		return 2000
	}
	return 10_000
}

func idleGroup() group {
	return group{
		name: "idle",
		rows: func(bool) []Row { return append(idles()[0].rows(), idles()[1].rows()...) },
		run: func(s *session) error {
			for _, i := range idles() {
				if !s.wantsAny(i.rows()) {
					continue
				}
				if err := s.measureIdle(i); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (s *session) measureIdle(i idle) error {
	n := s.crowded()
	if files, err := part.Files(); err != nil || files < uint64(n)+200 {
		return fmt.Errorf("%d connections need more open files than %d: %w", n, files, err)
	}
	at, err := s.serve(subject.Spec{})
	if err != nil {
		return err
	}
	path, port := "/event", portWS
	if i.stream {
		path, port = "/_events", portHTTP
	}
	crowd := func(count int) (*rig, error) {
		return s.rig(load.RigSpec{Listen: []load.ListenSpec{{Addr: at.Ports[port], Path: path, Stream: i.stream, Count: count}}})
	}
	first, err := crowd(100) // pools and tables have grown
	if err != nil {
		return err
	}
	before, err := s.settled()
	if err != nil {
		return err
	}
	more, err := crowd(n)
	if err != nil {
		return err
	}
	after, err := s.settled()
	if err != nil {
		return err
	}
	memory := limited(i.rows()[0], i.limit, float64(after.Memory-before.Memory)/float64(n))
	memory.Note = fmt.Sprintf("%d connections; %.0f B resident", n, float64(after.Resident-before.Resident)/float64(n))
	s.add(memory)
	each := float64(after.Goroutines-before.Goroutines) / float64(n)
	s.add(limited(i.rows()[1], 1, float64(int(100*each+0.5))/100))
	return closeAll(first, more)
}

// settled waits until the server's goroutines are as many as before, and
// collects its garbage.
func (s *session) settled() (f part.Figures, err error) {
	for last := -1; ; time.Sleep(200 * time.Millisecond) {
		if f, err = figures(s.subject, false); err != nil {
			return f, err
		}
		if f.Goroutines == last {
			return figures(s.subject, true)
		}
		last = f.Goroutines
	}
}
