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
			at, err := s.served(subject.Spec{})
			if err != nil {
				return err
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
			return s.answered(row, ours, spec, func(answer []byte, bare *load.CallSpec) error {
				bare.Socket = "/"
				return s.floor.Call("Echo", load.Frame(answer), &bare.Addr)
			})
		},
	}
}
