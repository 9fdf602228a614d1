package bench

import (
	"llbot/bench/load"
	"llbot/bench/subject"
)

const (
	socketConns = 8
	socketDepth = 16
)

// socketGroup is a read action on WebSockets, several requests at a time,
// against a floor that joins its answers.
func socketGroup() group {
	row := atLeast("ws/onebot/login", 0.70, "calls/s")
	return group{
		name: "ws", peer: true,
		rows: func(bool) []Row { return []Row{row} },
		run: func(s *session) error {
			at := subject.Addresses{}
			if s.Target == nil {
				var err error
				if at, err = s.serve(subject.Spec{}); err != nil {
					return err
				}
			}
			where := s.at(at.Ports[portWS])
			spec := load.CallSpec{
				Addr: where.addr, Conns: socketConns, Depth: socketDepth, Socket: where.prefix + "/api", Headers: where.headers,
				Request: []byte(`{"action":"get_login_info","params":{},"echo":"bench:000000000000"}`), Expect: `"retcode":0`,
			}
			ours, err := s.rig(load.RigSpec{Calls: &spec})
			if err != nil {
				return err
			}
			if _, err := ours.run(load.Calls, s.Slice/4, 0); err != nil {
				return err
			}
			sample, err := ours.sample()
			if err != nil {
				return err
			}
			bare := spec
			bare.Socket = "/"
			if err := s.floor.Call("Echo", load.Frame(sample.Answer), &bare.Addr); err != nil {
				return err
			}
			under, err := s.rig(load.RigSpec{Calls: &bare})
			if err != nil {
				return err
			}
			return s.compare(row, load.Calls, ours, under)
		},
	}
}
