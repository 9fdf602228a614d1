package bench

import (
	"llbot/bench/floor"
	"llbot/bench/load"
	"llbot/bench/subject"
)

// call is an action that is measured over HTTP. In body GROUP and MEMBER stand
// for the numbers of the group and of somebody in it.
type call struct {
	Row
	port    string // the endpoint that serves it
	path    string
	body    string
	headers []string
	expect  string
	depth   int // requests sent at a time on each connection
	heard   bool
}

const (
	callers = 64
	depth16 = 16
	members = 100
)

const (
	portHTTP   = "onebot11-http"
	portWS     = "onebot11-ws"
	portMilky  = "milky"
	portSatori = "satori"
)

func satoriHeaders() []string {
	return []string{"Satori-Platform: llonebot", "Satori-User-ID: " + subject.Account.String()}
}

// calls are the actions of the table, in its order; the short form pipelines
// OneBot only.
func calls(quick bool) []call {
	const ok, rate = `"retcode":0`, "calls/s"
	var list []call
	for _, c := range []call{
		{Row: Row{Name: "onebot"}, port: portHTTP, path: "/get_login_info", body: "{}", expect: ok},
		{Row: Row{Name: "milky"}, port: portMilky, path: "/api/get_login_info", body: "{}", expect: ok},
		{Row: Row{Name: "satori"}, port: portSatori, path: "/v1/login.get", body: "{}", headers: satoriHeaders(), expect: `"user"`},
	} {
		one, many := c, c
		one.Row, one.depth = atLeast("http/"+c.Name+"/login", 0.85, rate), 1
		many.Row, many.depth = atLeast("http/"+c.Name+"/login/pipelined", 0.70, rate), depth16
		if list = append(list, one); !quick || c.port == portHTTP {
			list = append(list, many)
		}
	}
	return append(list,
		call{Row: atLeast("http/onebot/members", 0.60, rate), port: portHTTP, path: "/get_group_member_list", body: `{"group_id":GROUP}`, expect: ok, depth: 1},
		call{
			Row: atLeast("http/onebot/set_group_card", 0.70, rate), port: portHTTP, path: "/set_group_card",
			body: `{"group_id":GROUP,"user_id":MEMBER,"card":"bench:000000000000"}`, expect: ok, depth: 1,
		},
		call{
			Row: atLeast("http/onebot/send_group_msg", 0.40, rate), port: portHTTP, path: "/send_group_msg",
			body: `{"group_id":GROUP,"message":"bench:000000000000"}`, expect: ok, depth: 1, heard: true,
		},
	)
}

func httpGroup() group {
	return group{
		name: "http", peer: true,
		rows: func(quick bool) []Row { return rowsOf(calls(quick), func(c call) Row { return c.Row }) },
		run: func(s *session) error {
			at, err := s.served(subject.Spec{Members: members})
			if err != nil {
				return err
			}
			for _, c := range calls(s.Quick) {
				if !s.wants(c.Name) {
					continue
				}
				s.attempt(func() error { return s.compareCalls(c, at) }, c.Row)
			}
			return s.ctx.Err()
		},
	}
}

// compareCalls measures an action against a bare answer of the same bytes.
func (s *session) compareCalls(c call, at subject.Addresses) error {
	spec := s.callSpec(c, s.at(at.Ports[c.port]))
	whole := load.RigSpec{Calls: &spec}
	if c.heard && s.Target == nil { // the other account hears each message, once
		whole.Listen = []load.ListenSpec{{Addr: at.Ports[portWS], Path: "/" + subject.Second.String() + "/event", Count: 1}}
	}
	ours, err := s.rig(whole)
	if err != nil {
		return err
	}
	return s.answered(c.Row, ours, spec, func(answer []byte, bare *load.CallSpec) error {
		bare.Expect = ""
		return s.floor.Call("Hello", floor.HelloSpec{Body: answer, ContentType: "application/json"}, &bare.Addr)
	})
}

// callSpec writes the request of an action.
func (s *session) callSpec(c call, at place) load.CallSpec {
	headers := append([]string{"Content-Type: application/json"}, append(at.headers, c.headers...)...)
	return load.CallSpec{
		Addr: at.addr, Conns: callers, Depth: c.depth, Expect: c.expect,
		Request: load.Post(at.addr, at.prefix+c.path, at.fill(c.body), headers...),
	}
}
