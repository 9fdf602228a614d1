package onebot11

import (
	"context"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// rememberer holds what it was asked before.
type rememberer struct {
	qq.Caller
	answers map[qq.Operation]any
	made    texts
}

type texts map[any][]byte

func (m texts) Text(by any) []byte       { return m[by] }
func (m texts) Keep(by any, text []byte) { m[by] = text }

func (r *rememberer) Held(op qq.Operation) (any, qq.Made, bool) {
	if _, cached := op.(qq.Cacheable); !cached {
		return nil, nil, false
	}
	if _, known := r.answers[op]; !known {
		answer, err := r.Do(context.Background(), op)
		if err != nil {
			return nil, nil, false
		}
		r.answers[op] = answer
	}
	return r.answers[op], r.made, true
}

func promptLink(t *testing.T, role string) *link {
	t.Helper()
	caller := &rememberer{Caller: &fakeCaller{id: self}, answers: map[qq.Operation]any{}, made: texts{}}
	return &link{core: newSocket(t, nil).core, caller: caller, actions: role != roleEvent}
}

// answered is what a link says to one frame.
func answered(l *link, frame string) string {
	w := &transcript{link: l}
	w.carry(l.Frame(noon, []byte(frame)))
	return strings.TrimSuffix(strings.TrimPrefix(w.String(), "< "), "\n")
}

func TestPromptAnswersAsFrameDoes(t *testing.T) {
	for _, frame := range []string{
		`{"action":"get_login_info"}`,
		`{"action":"get_login_info","params":{},"echo":"a"}`,
		` { "echo" : {"deep":[1,"\u00e9"]} , "params" : null , "action" : "get_login_info" } `,
		`{"action":"get_login_info","echo":null,"more":[{"action":1}]}`,
		`{"action":"get_login_info","params":{"no":1},"echo":0}`,
		`{"action":"get_group_info","params":{"group_id":"300001"},"echo":1}`,
	} {
		l := promptLink(t, roleUniversal)
		for range 2 { // the second answer is the text that was kept
			got, ok := l.Prompt([]byte("before"), []byte(frame))
			if want := "before" + answered(l, frame); !ok || string(got) != want {
				t.Errorf("%s:\n%v %s\nwant %s", frame, ok, got, want)
			}
		}
	}
}

func TestPromptLeavesTheRestToFrame(t *testing.T) {
	for _, frame := range []string{
		``, `x`, `[]`, `{}`, `{"action":1}`, `{"action":""}`, `{"action":null}`, `{"action":"nothing"}`,
		`{"action":"get_login_info_async"}`, `{"action":"get_login\u005finfo"}`, `{"\u0061ction":"x","action":"get_login_info"}`,
		`{"action":"get_login_info","action":"get_status"}`, `{"action":"get_login_info","echo":1,"echo":2}`,
		`{"action":"get_login_info","params":1}`, `{"action":"get_login_info","params":{"_idempotency_key":""}}`,
		"{\"action\":\"get_login_info\",\"echo\":\"\xff\"}", `{"action":"get_status"}`,
		`{"action":"get_group_info","params":{"group_id":"x"}}`, `{"action":"set_group_card","params":{"group_id":1,"user_id":1}}`,
	} {
		if got, ok := promptLink(t, roleUniversal).Prompt([]byte("before"), []byte(frame)); ok || string(got) != "before" {
			t.Errorf("%s: %v %s", frame, ok, got)
		}
	}
	if _, ok := promptLink(t, roleEvent).Prompt(nil, []byte(`{"action":"get_login_info"}`)); ok {
		t.Error("a socket for events alone took a request")
	}
}

func TestPromptAllocates(t *testing.T) {
	l, room := promptLink(t, roleAPI), make([]byte, 0, 1<<10)
	frame := []byte(`{"action":"get_login_info","params":{},"echo":"abc"}`)
	if got := testing.AllocsPerRun(100, func() { l.Prompt(room, frame) }); got > 0 {
		t.Errorf("%v allocations for an answer that is held", got)
	}
}
