package admin

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// simCalls are the rows of the control API that play simulated worlds.
func (s *Server) simCalls() []call {
	return []call{
		{method: "GET", path: "/api/sim/ops", serve: func(context.Context, []byte) (any, error) { return OperationList{Operations()}, nil }},
		{method: "POST", path: "/api/sim/do", limit: maxMessageBody, serve: s.simDo},
		{method: "GET", path: "/api/sim/world", raw: s.simDump},
		{method: "GET", path: "/api/sim/clock", known: []string{"world"}, ask: s.simClock},
		{method: "POST", path: "/api/sim/clock", limit: maxBody, serve: s.simSetClock},
		{method: "GET", path: "/api/sim/faults", known: []string{"world"}, ask: s.simFaults},
		{method: "POST", path: "/api/sim/faults", limit: maxBody, serve: s.simAddFault},
		{method: "DELETE", path: "/api/sim/faults", limit: maxBody, serve: s.simClearFaults},
		{method: "POST", path: "/api/sim/traffic", limit: maxBody, serve: s.simTraffic},
	}
}

// Parameter is one parameter of an operation; Form is for people.
type Parameter struct {
	Name string `json:"name"`
	Form string `json:"form"`
}

// OperationInfo says what an operation of POST /api/sim/do is.
type OperationInfo struct {
	Name     string      `json:"name"`
	Area     string      `json:"area"`
	Class    string      `json:"class"`
	Sentence string      `json:"sentence"`
	Params   []Parameter `json:"params"`
}

// OperationList is the answer of GET /api/sim/ops.
type OperationList struct {
	Operations []OperationInfo `json:"operations"`
}

// Operations lists everything that people of a simulated QQ can do.
func Operations() []OperationInfo {
	var list []OperationInfo
	for _, c := range qq.Capabilities() {
		if _, ours := c.Op.(qq.GetStatus); !ours { // the server's own
			list = append(list, describeOperation(c.Op, c.Area, c.Sentence))
		}
	}
	for _, d := range deedTable() {
		list = append(list, describeOperation(d.deed, "people", d.sentence))
	}
	return list
}

func describeOperation(op qq.Operation, area, sentence string) OperationInfo {
	info := OperationInfo{Name: qq.OpName(op), Area: area, Class: op.Class().String(), Sentence: sentence, Params: []Parameter{}}
	for _, f := range parametersOf(reflect.TypeOf(op)) {
		info.Params = append(info.Params, Parameter{f.name, formOf(f.typ)})
	}
	return info
}

// findOperation finds an operation by its name, in any case, with or without
// underscores.
func findOperation(name string) (qq.Operation, bool) {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	all := append(qq.Catalogue(), Deeds()...)
	i := slices.IndexFunc(all, func(op qq.Operation) bool { return plain(qq.OpName(op)) == plain(name) })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

// doBody is the body of POST /api/sim/do.
type doBody struct {
	World  wire.Optional[string]   `json:"world"`
	As     wire.Int                `json:"as"`
	Op     string                  `json:"op"`
	Params wire.Optional[wire.Raw] `json:"params"`
}

// Deed is the answer of POST /api/sim/do.
type Deed struct {
	Result wire.Raw `json:"result"` // null when the operation answers nothing
}

func (s *Server) simDo(ctx context.Context, body []byte) (any, error) {
	b, err := decode[doBody](body)
	if err != nil {
		return nil, err
	}
	var faults faultList
	as := faults.user("as", b.As)
	kind, known := findOperation(b.Op)
	if !known {
		faults.add("op", "there is no operation "+b.Op+"; GET /api/sim/ops lists them")
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	op, err := decodeParams(kind, b.Params.Value, s.content)
	if err != nil {
		return nil, err
	}
	if c, ok := op.(qq.Carrying); ok {
		if err := c.EachMedia(func(m *qq.Media) error { return s.ingestNew(ctx, m) }); err != nil {
			return nil, err
		}
	}
	v, err := s.Worlds.Do(ctx, b.World.Value, as, op)
	if err != nil {
		return nil, err
	}
	if _, none := v.(qq.None); none {
		return Deed{wire.Raw("null")}, nil
	}
	text, err := wire.Marshal(v)
	return Deed{text}, err
}

// ingestNew takes a blob in unless the store has it already.
func (s *Server) ingestNew(ctx context.Context, m *qq.Media) error {
	if m.URI == "" && m.ID != "" {
		return nil
	}
	return s.Ingest(ctx, m)
}
