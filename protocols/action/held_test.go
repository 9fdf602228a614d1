package action

import (
	"context"
	"errors"
	"testing"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

type groupInfo struct {
	Group   wire.Int                 `json:"group_id"`
	NoCache wire.Optional[wire.Bool] `json:"no_cache"`
}

func (p groupInfo) op() (qq.GetGroup, error) {
	if p.Group == 13 {
		return qq.GetGroup{}, errors.New("not this one")
	}
	return qq.GetGroup{Group: qq.GroupID(p.Group), NoCache: bool(p.NoCache.Value)}, nil
}

type groupWire struct {
	Name string `json:"name"`
}

type texts map[any][]byte

func (m texts) Text(by any) []byte       { return m[by] }
func (m texts) Keep(by any, text []byte) { m[by] = text }

// holder holds group 7 and must not be asked.
type holder struct {
	recorder
	made  qq.Made
	group *qq.Group
}

func newHolder() *holder {
	return &holder{made: texts{}, group: &qq.Group{ID: 7, Name: "a"}}
}

func (h *holder) Held(op qq.Operation) (any, qq.Made, bool) {
	g, ok := op.(qq.GetGroup)
	return h.group, h.made, ok && g.Group == 7 && !g.NoCache
}

func heldTable(t *testing.T, encoded *int) *Table {
	t.Helper()
	tab, err := Join([]Action{
		Bind("get_group_info", groupInfo.op, func(g *qq.Group) groupWire { *encoded++; return groupWire{g.Name} }),
		Bind("set_group_ban", mute.op, null),
		Handle("both", func(context.Context, qq.Caller, struct{}) (int, error) { return 1, nil }),
	})
	if err != nil {
		t.Fatal(err)
	}
	return tab.Within(`{"data":`, `}`)
}

func TestHeldIsEncodedOnce(t *testing.T) {
	encoded := 0
	tab, other, h := heldTable(t, &encoded), heldTable(t, &encoded), newHolder()
	for range 3 {
		for _, tab := range []*Table{tab, other} {
			text, ok := tab.Held(h, tab.Lookup("get_group_info"), []byte(`{"group_id":7}`), "")
			if !ok || string(text) != `{"data":{"name":"a"}}` {
				t.Fatalf("%s, %v", text, ok)
			}
		}
	}
	if encoded != 2 {
		t.Errorf("encoded %d times by two tables", encoded)
	}
}

func TestHeldLeavesTheRestToCall(t *testing.T) {
	encoded := 0
	tab, h := heldTable(t, &encoded), newHolder()
	for name, c := range map[string]struct {
		caller         qq.Caller
		action, params string
		header         string
	}{
		"another group":        {h, "get_group_info", `{"group_id":8}`, ""},
		"no_cache":             {h, "get_group_info", `{"group_id":7,"no_cache":true}`, ""},
		"faults":               {h, "get_group_info", `{"group_id":"x"}`, ""},
		"no JSON":              {h, "get_group_info", `{"group_id":7`, ""},
		"refused parameters":   {h, "get_group_info", `{"group_id":13}`, ""},
		"nothing":              {h, "get_group_info", ``, ""},
		"key among parameters": {h, "get_group_info", `{"group_id":7,"_idempotency_key":""}`, ""},
		"key of the header":    {h, "get_group_info", `{"group_id":7}`, "k"},
		"caller holds nothing": {&h.recorder, "get_group_info", `{"group_id":7}`, ""},
		"no read":              {h, "set_group_ban", `{"group_id":7,"user_id":1}`, ""},
		"several operations":   {h, "both", `{}`, ""},
	} {
		if text, ok := tab.Held(c.caller, tab.Lookup(c.action), []byte(c.params), c.header); ok || text != nil {
			t.Errorf("%s: %s", name, text)
		}
	}
	if encoded != 0 || h.got != nil {
		t.Errorf("encoded %d, asked %v", encoded, h.got)
	}
}

func TestHeldAllocates(t *testing.T) {
	encoded := 0
	tab, h := heldTable(t, &encoded), newHolder()
	a, params := tab.Lookup("get_group_info"), []byte(`{"group_id":7}`)
	got := testing.AllocsPerRun(100, func() { tab.Held(h, a, params, "") })
	if got > 2 { // the parameters and the operation, which are passed as interfaces
		t.Errorf("%v allocations for a held answer", got)
	}
}
