package action

import (
	"context"
	"errors"
	"strings"
	"testing"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func TestCallOnce(t *testing.T) {
	const muting = `"group_id":1,"user_id":2`
	for name, c := range map[string]struct {
		params, header string
		key            string // under which the operation runs
		fault          string // part of what is told
	}{
		"none":                  {params: `{` + muting + `}`},
		"null":                  {params: `{` + muting + `,"_idempotency_key":null}`},
		"parameter":             {params: `{` + muting + `,"_idempotency_key":"k 1"}`, key: "k 1"},
		"escaped":               {params: `{` + muting + `,"_idempotency_key":"\u006b"}`, key: "k"},
		"number":                {params: `{` + muting + `,"_idempotency_key":12}`, key: "12"},
		"header":                {params: `{` + muting + `}`, header: "h", key: "h"},
		"both":                  {params: `{` + muting + `,"_idempotency_key":"k"}`, header: "k", key: "k"},
		"only inside":           {params: `{` + muting + `,"deeper":{"_idempotency_key":"k"},"text":"_idempotency_key"}`},
		"both differ":           {params: `{` + muting + `,"_idempotency_key":"k"}`, header: "h", fault: "_idempotency_key: must be that of the header"},
		"empty":                 {params: `{` + muting + `,"_idempotency_key":""}`, fault: "_idempotency_key: must be 1 to 255 bytes"},
		"long":                  {params: `{` + muting + `,"_idempotency_key":"` + strings.Repeat("x", 256) + `"}`, fault: "_idempotency_key: must be 1 to 255 bytes, not 256"},
		"control":               {params: `{` + muting + `,"_idempotency_key":"\n"}`, fault: "_idempotency_key: must not hold control"},
		"object":                {params: `{` + muting + `,"_idempotency_key":{}}`, fault: "_idempotency_key: must be a string"},
		"long header":           {params: `{` + muting + `}`, header: strings.Repeat("x", 256), fault: "header Idempotency-Key: must be 1 to 255"},
		"control in the header": {params: `{` + muting + `}`, header: "a\tb", fault: "header Idempotency-Key: must not hold control"},
		"no JSON":               {params: `{"_idempotency_key":`, fault: "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			tab, caller := table(t), &recorder{}
			_, err := tab.CallOnce(t.Context(), caller, tab.Lookup("set_group_ban"), []byte(c.params), c.header)
			if c.fault != "" {
				if faults, ok := errors.AsType[wire.Faults](err); !ok || !strings.Contains(faults.Error(), c.fault) {
					t.Errorf("got %v, want %s", err, c.fault)
				}
				if caller.got != nil {
					t.Errorf("did %+v", caller.got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, keyed := caller.got.(qq.Keyed)
			if keyed != (c.key != "") || got.Key != c.key {
				t.Errorf("ran %+v, want key %q", caller.got, c.key)
			}
		})
	}
}

func TestReadsTakeNoNoticeOfAKey(t *testing.T) {
	login := func(struct{}) (qq.GetLogin, error) { return qq.GetLogin{}, nil }
	both := func(ctx context.Context, c qq.Caller, _ struct{}) (wire.Raw, error) {
		_, err := c.Do(ctx, qq.GetLogin{})
		return nil, err
	}
	tab, err := Join([]Action{Bind("bound", login, func(qq.Login) wire.Raw { return nil }), Handle("handled", both)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tab.Names() {
		caller := &recorder{}
		_, _ = tab.CallOnce(t.Context(), caller, tab.Lookup(name), []byte(`{}`), "k")
		if _, plain := caller.got.(qq.GetLogin); !plain {
			t.Errorf("%s ran %+v", name, caller.got)
		}
	}
}

func TestNoKeyCostsNothing(t *testing.T) {
	tab, caller := table(t), &recorder{}
	row, params := tab.Lookup("set_group_ban"), []byte(`{"group_id":1,"user_id":2}`)
	run := func(call func()) float64 { return testing.AllocsPerRun(200, call) }
	plain := run(func() { _, _ = tab.Call(t.Context(), caller, row, params) })
	once := run(func() { _, _ = tab.CallOnce(t.Context(), caller, row, params, "") })
	if once > plain {
		t.Errorf("%v allocations, %v without", once, plain)
	}
}
