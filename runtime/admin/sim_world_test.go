package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

// deed is what the world was asked to do.
type deed struct {
	World string
	As    qq.UserID
	Op    any
}

func (w *world) Do(_ context.Context, name string, as qq.UserID, op qq.Operation) (any, error) {
	return qq.None{}, w.note(deed{name, as, op})
}
func (w *world) Dump(name string, yaml bool) ([]byte, error) {
	return []byte(map[bool]string{true: "seed: 7\n", false: `{"Seed":7}`}[yaml]), w.note(deed{World: name, Op: yaml})
}
func (w *world) Clock(name string) (Clock, error) {
	return Clock{Now: "now"}, w.note(deed{World: name})
}
func (w *world) SetClock(_ context.Context, name string, c ClockChange) (Clock, error) {
	return Clock{Now: "then"}, w.note(deed{World: name, Op: c})
}
func (w *world) Faults(name string) ([]Fault, error) { return nil, w.note(deed{World: name}) }
func (w *world) AddFault(name string, f Fault) (Fault, error) {
	f.ID = 9
	return f, w.note(deed{World: name, Op: f})
}
func (w *world) ClearFaults(name string, ids []int) (int, error) {
	return 2, w.note(deed{World: name, Op: ids})
}
func (w *world) Traffic(_ context.Context, name string, t Traffic) (TrafficDone, error) {
	return TrafficDone{Said: 5}, w.note(deed{World: name, Op: t})
}

func TestDoReadsEveryForm(t *testing.T) {
	room, ref := qq.GroupChat(7), qq.MessageRef{Chat: qq.GroupChat(7), Seq: 9}
	mode, question := qq.JoinAsk, "why?"
	for body, want := range map[string]any{
		`"op":"MuteMember","params":{"group":7,"member":10002,"for":"1m"}`:            qq.MuteMember{Group: 7, Member: 10002, For: time.Minute},
		`"op":"mute_member","params":{"group_id":"7","user_id":"10002","seconds":60}`: qq.MuteMember{Group: 7, Member: 10002, For: time.Minute},
		`"op":"MuteMember","params":{"group":7,"user":10002,"duration":"1d"}`:         qq.MuteMember{Group: 7, Member: 10002, For: 24 * time.Hour},
		`"op":"MuteMember","params":{"for":1.5}`:                                      qq.MuteMember{For: 1500 * time.Millisecond},
		`"op":"React","params":{"ref":5,"emoji":66,"on":true}`:                        qq.React{Ref: qq.MessageRef{ID: 5}, Emoji: qq.Emoji{Kind: qq.EmojiFace, ID: "66"}, On: true},
		`"op":"React","params":{"ref":5,"emoji":"128077"}`:                            qq.React{Ref: qq.MessageRef{ID: 5}, Emoji: qq.Emoji{Kind: qq.EmojiUnicode, ID: "128077"}},
		`"op":"React","params":{"ref":5,"emoji":{"kind":1,"id":"128077"}}`:            qq.React{Ref: qq.MessageRef{ID: 5}, Emoji: qq.Emoji{Kind: qq.EmojiFace, ID: "128077"}},
		`"op":"ListGroups"`:                                                        qq.ListGroups{},
		`"op":"ListGroups","params":{"no_cache":"yes"}`:                            qq.ListGroups{NoCache: true},
		`"op":"RecallMessage","params":{"ref":"group:7:9"}`:                        qq.RecallMessage{Ref: ref},
		`"op":"RecallMessage","params":{"message_id":5}`:                           qq.RecallMessage{Ref: qq.MessageRef{ID: 5}},
		`"op":"RecallMessage","params":{"ref":{"scene":"group","peer":7,"seq":9}}`: qq.RecallMessage{Ref: ref},
		`"op":"SendMessage","params":{"chat":"group:7","message":"hi"}`:            qq.SendMessage{Chat: room, Segments: qq.NewText("hi")},
		`"op":"SendMessage","params":{"chat":{"scene":2,"peer":7},"segments":[{"type":"image","data":{"file":"base64://AAAA"}}]}`: qq.SendMessage{
			Chat: room, Segments: qq.Segments{&qq.Image{Media: qq.Media{ID: "blob"}}}},
		`"op":"UploadFile","params":{"chat":"group:7","file":"base64://AAAA"}`:          qq.UploadFile{Chat: room, File: &qq.Media{ID: "blob"}},
		`"op":"KeepMedia","params":{"blob":{"id":"known","name":"x"}}`:                  qq.KeepMedia{Blob: &qq.Media{ID: "known", Name: "x"}},
		`"op":"SetGroupOptions","params":{"group":7,"join":2,"question":"why?"}`:        qq.SetGroupOptions{Group: 7, Join: &mode, Question: &question},
		`"op":"AnswerFriendRequest","params":{"initiator_uid":"u_x","approve":1}`:       qq.AnswerFriendRequest{InitiatorUID: "u_x", Approve: true},
		`"op":"AnswerGroupRequest","params":{"ref":{"group":7,"seq":3,"kind":1}}`:       qq.AnswerGroupRequest{Ref: qq.GroupRequestRef{Group: 7, Seq: 3, Kind: qq.JoinRequest}},
		`"op":"AddUser","params":{"user":10009,"nickname":"New","sex":"female"}`:        AddUser{User: 10009, Nickname: "New", Sex: qq.SexFemale},
		`"op":"AddGroup","params":{"group":8,"name":"Eight","members":[10002,"10003"]}`: AddGroup{Group: 8, Name: "Eight", Members: []qq.UserID{10002, 10003}},
	} {
		r := newRig(t, nil)
		w := r.call("POST", "/api/sim/do", `{"as":10001,"world":"two",`+body+`}`)
		if w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != `{"result":null}` {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
		if diff := cmp.Diff(any(deed{"two", 10001, want}), r.world.last()); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

func TestDoFaults(t *testing.T) {
	for body, want := range map[string]string{
		`{}`:                   "as: is required; op: is required",
		`{"as":5,"op":"Nope"}`: "as: must be a QQ number, 10001 to 4294967295; op: there is no operation Nope; GET /api/sim/ops lists them",
		`{"as":10001,"op":"MuteMember","params":[]}`:                                     "params: must be an object, not an array",
		`{"as":10001,"op":"MuteMember","params":{"x":1}}`:                                "params.x: is not known here; there are group, member, for",
		`{"as":10001,"op":"GetLogin","params":{"x":1}}`:                                  "params.x: is not known here; there are no parameters",
		`{"as":10001,"op":"MuteMember","params":{"member":1,"user":2}}`:                  "params.user: is given twice",
		`{"as":10001,"op":"MuteMember","params":{"group":"x","member":{},"for":"soon"}}`: "params.group: must be an integer, not other text; params.member: must be an integer, not an object; params.for: must be seconds, or a duration such as 90s or 10m",
		`{"as":10001,"op":"MuteMember","params":{"for":"NaN"}}`:                          `params.for: must be 0 to 3153600000 seconds, not "NaN"`,
		`{"as":10001,"op":"MuteMember","params":{"for":1e300}}`:                          "params.for: must be 0 to 3153600000 seconds, not 1e300",
		`{"as":10001,"op":"MuteMember","params":{"for":"1e300"}}`:                        `params.for: must be 0 to 3153600000 seconds, not "1e300"`,
		`{"as":10001,"op":"MuteMember","params":{"for":"36500d2540400h"}}`:               `params.for: must be 0 to 3153600000 seconds, not "36500d2540400h"`,
		`{"as":10001,"op":"MuteMember","params":{"for":-1}}`:                             "params.for: must be 0 to 3153600000 seconds, not -1",
		`{"as":10001,"op":"React","params":{"emoji":"up"}}`:                              `params.emoji: must be an emoji's decimal number, such as 66 or 128077, not "up"`,
		`{"as":10001,"op":"Nudge","params":{"chat":"room:1"}}`:                           "params.chat: must be group:NUMBER, friend:NUMBER or temp:NUMBER",
		`{"as":10001,"op":"Nudge","params":{"chat":{"scene":"room"}}}`:                   "params.chat.scene: must be one of none, friend, group, temp",
		`{"as":10001,"op":"Nudge","params":{"chat":{"pear":1}}}`:                         "params.chat.pear: is not known here; there are scene, peer",
		`{"as":10001,"op":"RecallMessage","params":{"ref":"group:1"}}`:                   "params.ref: must be a message's id, or group:NUMBER:SEQ, friend:NUMBER:SEQ or temp:NUMBER:SEQ",
		`{"as":10001,"op":"AddGroup","params":{"members":5}}`:                            "params.members: must be an array, not a number",
		`{"as":10001,"op":"AddGroup","params":{"members":[1,"x"]}}`:                      "params.members[1]: must be an integer, not other text",
	} {
		r := newRig(t, nil)
		w := r.call("POST", "/api/sim/do", body)
		if got := errorOf(t, w); w.Code != http.StatusBadRequest || got != want {
			t.Errorf("%s: %d\n got %s\nwant %s", body, w.Code, got, want)
		}
		if got := r.world.last(); got != nil {
			t.Errorf("%s reached the world: %+v", body, got)
		}
	}
}

// Every operation can be done with what its description says, and filled in.
func TestEveryOperationHasParameters(t *testing.T) {
	for _, info := range Operations() {
		kind, ok := findOperation(info.Name)
		if !ok || info.Sentence == "" || info.Area == "" {
			t.Fatalf("%+v", info)
		}
		v := reflect.New(reflect.TypeOf(kind)).Elem()
		for _, p := range parametersOf(v.Type()) {
			switch p.typ {
			case reflect.TypeFor[qq.Segments]():
				continue
			}
			text := sample(p.typ)
			if _, err := decodeParams(kind, []byte(fmt.Sprintf(`{%q:%s}`, p.name, text)), decodeMessage); err != nil {
				t.Errorf("%s %s=%s: %v", info.Name, p.name, text, err)
			}
		}
	}
	if len(Operations()) != len(qq.Catalogue())-1+len(Deeds()) {
		t.Error("operations are missing")
	}
}

// sample is a value of a type as JSON.
func sample(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return `"x"`
	case reflect.Bool:
		return "true"
	case reflect.Slice:
		return "[" + sample(t.Elem()) + "]"
	case reflect.Pointer:
		return sample(t.Elem())
	case reflect.Struct:
		return "{}"
	}
	return "1"
}

func TestClockCalls(t *testing.T) {
	half := 0.5
	for body, want := range map[string]ClockChange{
		`{"advance":"10m"}`:              {Advance: 10 * time.Minute},
		`{"advance":90}`:                 {Advance: 90 * time.Second},
		`{"set":"2026-01-02T03:04:05Z"}`: {Set: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
		`{"set":1000,"speed":0.5}`:       {Set: time.UnixMilli(1000), Speed: &half},
		`{"real":true}`:                  {Real: true},
	} {
		r := newRig(t, nil)
		if w := r.call("POST", "/api/sim/clock", body); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
		if diff := cmp.Diff(any(deed{Op: want}), r.world.last()); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	for body, want := range map[string]string{
		`{}`:                       "one of set, advance, speed and real is needed",
		`{"real":true,"speed":1}`:  "real: goes with none of set, advance and speed",
		`{"set":5,"advance":"1s"}`: "advance: does not go with set",
		`{"set":"soon"}`:           "set: must be a time such as 2026-01-02T15:04:05Z, or Unix milliseconds",
	} {
		if got := errorOf(t, newRig(t, nil).call("POST", "/api/sim/clock", body)); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
}

func TestFaultAndTrafficCalls(t *testing.T) {
	for _, c := range []struct {
		method, path, body string
		want               any
	}{
		{"POST", "faults", `{"kind":"slow","op":"send_message","delay":"1s","count":3,"probability":0.5,"account":10001}`,
			Fault{ID: 9, Kind: "slow", Op: "SendMessage", DelayMS: 1000, Count: 3, Probability: 0.5, Account: 10001}},
		{"DELETE", "faults", `{"ids":[1,2]}`, []int{1, 2}},
		{"DELETE", "faults", ``, []int(nil)},
		{"POST", "traffic", `{"rate":20,"for":"10m","groups":[7],"seed":3,"pictures":true}`,
			Traffic{Rate: 20, For: 10 * time.Minute, Groups: []qq.GroupID{7}, Seed: 3, Pictures: true}},
	} {
		r := newRig(t, nil)
		if w := r.call(c.method, "/api/sim/"+c.path, c.body); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
		}
		if diff := cmp.Diff(any(deed{Op: c.want}), r.world.last()); diff != "" {
			t.Errorf("%s: %s", c.body, diff)
		}
	}
	for body, want := range map[string]string{
		`{}`:                              "rate: is required; for: is required",
		`{"rate":0,"for":0,"groups":[0]}`: "rate: must be more than 0 and at most 1000000 a second; for: must be a duration such as 10m; groups: must be a group's number, 1 to 4294967295",
	} {
		if got := errorOf(t, newRig(t, nil).call("POST", "/api/sim/traffic", body)); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
}

// The client says what the server reads.
func TestSimClient(t *testing.T) {
	r := newRig(t, nil)
	server := httptest.NewServer(r.Handler())
	defer server.Close()
	c, ctx := SimClient{Client{server.URL, token}, "two"}, context.Background()
	asked := func(want any, err error) {
		t.Helper()
		must(t, err)
		got := r.world.last().(deed)
		if diff := cmp.Diff(deed{"two", got.As, want}, got); diff != "" {
			t.Error(diff)
		}
	}
	answer, err := c.Do(ctx, 10001, "KickMember", []byte(`{"group":7,"user":10002}`))
	asked(qq.KickMember{Group: 7, Member: 10002}, err)
	if string(answer) != "null" {
		t.Errorf("answer %s", answer)
	}
	var text strings.Builder
	err = c.Dump(ctx, &text)
	asked(true, err)
	if text.String() != "seed: 7\n" {
		t.Errorf("dump %q", text.String())
	}
	_, err = c.Clock(ctx)
	asked(nil, err)
	_, err = c.SetClock(ctx, ClockRequest{Advance: "1s"})
	asked(ClockChange{Advance: time.Second}, err)
	_, err = c.Faults(ctx)
	asked(nil, err)
	f, err := c.AddFault(ctx, Fault{Kind: "offline", Count: 2})
	asked(Fault{ID: 9, Kind: "offline", Count: 2}, err)
	if f.ID != 9 {
		t.Errorf("fault %+v", f)
	}
	n, err := c.ClearFaults(ctx, []int{9})
	asked([]int{9}, err)
	if n != 2 {
		t.Errorf("cleared %d", n)
	}
	done, err := c.Traffic(ctx, TrafficRequest{Rate: 1, For: "1s"})
	asked(Traffic{Rate: 1, For: time.Second}, err)
	if done.Said != 5 {
		t.Errorf("%+v", done)
	}
	ops, err := c.Operations(ctx)
	must(t, err)
	if len(ops) != len(Operations()) {
		t.Errorf("%d operations", len(ops))
	}
	var dump map[string]int
	if w := r.call("GET", "/api/sim/world", ""); json.Unmarshal(w.Body.Bytes(), &dump) != nil || dump["Seed"] != 7 {
		t.Errorf("dump %s", w.Body)
	}
}
