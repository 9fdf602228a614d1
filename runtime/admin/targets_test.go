package admin

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

func statusAnd(code int, text string) string { return strconv.Itoa(code) + " " + text }

func TestTargets(t *testing.T) {
	r, _, targets := toolRig(t, nil)
	w := r.call("GET", "/api/targets", "")
	if w.Code != 200 || strings.Count(w.Body.String(), `"name":`) != 2 || !strings.Contains(w.Body.String(), `"cursor":1800000000000004,"waiting":2`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = r.call("GET", "/api/targets?target="+hook, "")
	if w.Code != 200 || strings.Count(w.Body.String(), `"name":`) != 1 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if text := errorOf(t, r.call("GET", "/api/targets?target=x", "")); text != `there is no target "x"; there are old/1, `+hook {
		t.Error(text)
	}
	if text := errorOf(t, r.call("GET", "/api/targets/"+hook, "")); !strings.Contains(text, "/api/targets?target=NAME") {
		t.Error(text)
	}
	targets.status = nil
	if w := r.call("GET", "/api/targets", ""); w.Body.String() != `{"targets":[]}`+"\n" {
		t.Error(w.Body)
	}
	if text := errorOf(t, r.call("GET", "/api/targets?target=x", "")); !strings.Contains(text, "has no webhook") {
		t.Error(text)
	}
}

func TestForget(t *testing.T) {
	r, _, targets := toolRig(t, nil)
	if w := r.call("DELETE", "/api/targets?target=old/1", ""); w.Code != 200 || w.Body.String() != "{}\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if diff := cmp.Diff([]string{"old/1"}, targets.forgot); diff != "" {
		t.Error(diff)
	}
	targets.err = qq.Errorf(qq.ErrConflict, "it is in use")
	for query, code := range map[string]int{"": 400, "?target=x": 404, "?target=" + hook: 409} {
		if w := r.call("DELETE", "/api/targets"+query, ""); w.Code != code {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
	w := r.call("POST", "/api/targets", "")
	if text := errorOf(t, w); w.Code != 405 || w.Header().Get("Allow") != "DELETE, GET" || !strings.Contains(text, "DELETE or GET") {
		t.Errorf("%d %v %s", w.Code, w.Header(), text)
	}
}

func TestListLetters(t *testing.T) {
	r, _, targets := toolRig(t, nil)
	w := r.call("GET", "/api/targets/letters?limit=2&target="+hook, "")
	want := `{"letters":[{"kind":"refused","sn":1800000000000001,"at":5,"tries":3,"status":400,"reason":"no"},` +
		`{"kind":"skipped","sn":1800000000000002,"at":6,"reason":"old","time":1800000002000,"type":"MessageReceived","text":"group 7 · 10001: two"}],"more":true}` + "\n"
	if w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for query, n := range map[string]int{"&kind=skipped": 1, "&kind=refused": 2, "&kind=all": 3, "&after=1800000000000002": 1, "&after=1800000000000004": 0} {
		w := r.call("GET", "/api/targets/letters?target="+hook+query, "")
		if w.Code != 200 || strings.Count(w.Body.String(), `"kind":`) != n || !strings.Contains(w.Body.String(), `"more":false`) {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
	for query, want := range map[string]string{
		"":                           "400 target: is required",
		"?target=x":                  "404 there is no target",
		"?target=old/1&kind=x":       "400 kind: must be refused, skipped or all",
		"?target=old/1&limit=100000": "400 limit: must be 1 to 1000",
	} {
		w := r.call("GET", "/api/targets/letters"+query, "")
		if got := statusAnd(w.Code, errorOf(t, w)); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", query, got)
		}
	}
	for n := range 2500 { // pages of the store are read on
		targets.letters[hook] = append(targets.letters[hook], Letter{Kind: LetterSkipped, SN: base + 5000 + qq.SN(n)})
	}
	targets.letters[hook] = append(targets.letters[hook], Letter{Kind: LetterRefused, SN: base + 9000})
	if w := r.call("GET", "/api/targets/letters?kind=refused&target="+hook, ""); strings.Count(w.Body.String(), `"kind":`) != 3 {
		t.Errorf("%s", w.Body)
	}
}

func TestDropLetters(t *testing.T) {
	for body, want := range map[string]string{
		`{"target":"` + hook + `","sns":[1800000000000001,"1800000000000004",5]}`:  `200 {"dropped":2}`,
		`{"target":"` + hook + `","kind":"refused"}`:                               `200 {"dropped":2}`,
		`{"target":"` + hook + `","kind":"all"}`:                                   `200 {"dropped":3}`,
		`{"target":"old/1","kind":"all"}`:                                          `200 {"dropped":0}`,
		`{"target":"x","kind":"all"}`:                                              `404 {"error":"there is no target`,
		`{"target":"old/1"}`:                                                       `400 {"error":"sns: or kind`,
		`{"target":"old/1","kind":"all","sns":[1]}`:                                `400 {"error":"sns: or kind`,
		`{"target":"old/1","kind":"some"}`:                                         `400 {"error":"kind: must be`,
		`{"target":"old/1","sns":[0]}`:                                             `400 {"error":"sns: lists what is no number`,
		`{"target":"old/1","sns":[1` + strings.Repeat(",1", maxNumbers) + `]}`:     `400 {"error":"sns: lists more than`,
		`{"target":"old/1","sns":[1` + strings.Repeat(",1000000000", 30000) + `]}`: `413 {"error":"the body is larger`,
		`{"target":"old/1","sn":[1]}`:                                              `400 {"error":"sn: is not known here`,
		``:                                                                         `400 {"error":"the body is empty`,
	} {
		r, _, _ := toolRig(t, nil)
		w := r.call("DELETE", "/api/targets/letters", body)
		if got := statusAnd(w.Code, w.Body.String()); !strings.HasPrefix(got, want) {
			t.Errorf("%.80s: %.200s", body, got)
		}
	}
}

func TestRedeliver(t *testing.T) {
	last := qq.SN(base + 1001)
	for body, want := range map[string]struct {
		answer string
		asked  *Redelivery
	}{
		`"since":"1800000000000002"`:                        {`{"events":3,"gone":0,"rate":20}`, &Redelivery{After: base + 2, UpTo: last, Rate: 20}},
		`"since":1800000000000002,"until":1800000000000004`: {`{"events":1,"gone":0,"rate":20}`, &Redelivery{After: base + 2, UpTo: base + 4, Rate: 20}},
		`"since":"2h","rate":0`:                             {`{"events":4,"gone":0,"rate":0}`, &Redelivery{After: base + 1, UpTo: last}},
		`"since":"1s","rate":"5"`:                           {`{"events":2,"gone":0,"rate":5}`, &Redelivery{After: base + 4, UpTo: last, Rate: 5}},
		`"since":"2h","until":"1h"`:                         {`{"events":0,"gone":0,"rate":20}`, nil},
		`"kind":"refused"`:                                  {`{"events":1,"gone":1,"rate":20}`, &Redelivery{List: []qq.SN{base + 4}, Rate: 20}},
		`"kind":"skipped"`:                                  {`{"events":1,"gone":0,"rate":20}`, &Redelivery{List: []qq.SN{base + 2}, Rate: 20}},
		`"kind":"all"`:                                      {`{"events":2,"gone":1,"rate":20}`, &Redelivery{List: []qq.SN{base + 2, base + 4}, Rate: 20}},
		`"sns":[1800000000001000,1800000000000002,"1800000000001000"]`: {`{"events":2,"gone":0,"rate":20}`, &Redelivery{List: []qq.SN{base + 2, base + 1000}, Rate: 20}},
	} {
		r, _, targets := toolRig(t, nil)
		w := r.call("POST", "/api/targets/redeliver", `{"target":"`+hook+`",`+body+`}`)
		if w.Code != 200 || strings.TrimSpace(w.Body.String()) != want.answer {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
		var asked *Redelivery
		if len(targets.asked) == 1 {
			asked = &targets.asked[0]
		}
		if diff := cmp.Diff(want.asked, asked); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

func TestRedeliverFaults(t *testing.T) {
	r, _, targets := toolRig(t, nil)
	for body, want := range map[string]string{
		`{"target":"x","since":"2h"}`:                                         `404 there is no target "x"`,
		`{"target":"old/1","since":"2h"}`:                                     `409 nothing serves the target old/1 now`,
		`{"target":"` + hook + `"}`:                                           `400 sns: or kind (refused, skipped, all) or since says`,
		`{"target":"` + hook + `","since":"2h","kind":"all"}`:                 `400 sns: or kind`,
		`{"target":"` + hook + `","since":"2g"}`:                              `400 since: "2g" is no place in the log`,
		`{"target":"` + hook + `","since":"2h","until":"?"}`:                  `400 until: "?" is no place in the log`,
		`{"target":"` + hook + `","kind":"all","until":"2h"}`:                 `400 until: needs since`,
		`{"target":"` + hook + `","kind":"bad"}`:                              `400 kind: must be refused`,
		`{"target":"` + hook + `","kind":""}`:                                 `400 kind: must be refused`,
		`{"target":"` + hook + `","sns":[]}`:                                  `400 sns: lists nothing`,
		`{"target":"` + hook + `","since":"2h","rate":-1}`:                    `400 rate: must be 0 to`,
		`{"target":"` + hook + `","since":1800000000000000}`:                  `410 events behind 1800000000000000 have left`,
		`{"target":"` + hook + `","sns":[1800000000000001]}`:                  `404 1800000000000001: event 1800000000000001 has left the log`,
		`{"target":"` + hook + `","sns":[1800000000000003]}`:                  `404 1800000000000003: is an event of account 1234567891; the target gets those of 1234567890`,
		`{"target":"` + hook + `","sns":[1800000000000002,1800000000000015]}`: `404 1800000000000015: event 1800000000000015 cannot be read`,
		`{}`: `400 target: is required`,
	} {
		w := r.call("POST", "/api/targets/redeliver", body)
		if got := statusAnd(w.Code, errorOf(t, w)); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", body, got)
		}
	}
	if targets.asked != nil {
		t.Errorf("%v was asked for all the same", targets.asked)
	}
	targets.err = qq.Errorf(qq.ErrRateLimited, "too many")
	if w := r.call("POST", "/api/targets/redeliver", `{"target":"`+hook+`","since":"2h"}`); w.Code != 429 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A range is counted up to a bound, and the bound is told.
func TestRedeliverManyIsNotCountedOut(t *testing.T) {
	r, log, targets := toolRig(t, nil)
	for n := range MaxWaiting {
		log.add(happened(2000+n, 1234567890, muted(1)))
	}
	w := r.call("POST", "/api/targets/redeliver", `{"target":"`+hook+`","since":"2h"}`)
	if strings.TrimSpace(w.Body.String()) != `{"events":10000,"more":true,"gone":0,"rate":20}` || len(targets.asked) != 1 {
		t.Errorf("%s", w.Body)
	}
}

func TestClientTools(t *testing.T) {
	r, _, targets := toolRig(t, nil)
	c := Client{r.start(t), token}
	ctx := t.Context()
	if list, err := c.Targets(ctx, ""); err != nil || len(list) != 2 {
		t.Errorf("%v, %v", list, err)
	}
	if list, err := c.Targets(ctx, hook); err != nil || len(list) != 1 || list[0].Name != hook {
		t.Errorf("%v, %v", list, err)
	}
	if list, err := c.Letters(ctx, LetterQuery{Target: hook, Kind: LetterRefused, After: base + 1, Limit: 5}); err != nil || len(list.Letters) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if a, err := c.Redeliver(ctx, RedeliverRequest{Target: hook, Since: "2h"}); err != nil || a.Events != 4 || a.Rate != 0 {
		t.Errorf("%v, %v", a, err)
	}
	if a, err := c.Redeliver(ctx, RedeliverRequest{Target: hook, SNs: []qq.SN{base + 4}, Rate: 3}); err != nil || a.Events != 1 || targets.asked[1].Rate != 3 {
		t.Errorf("%v, %v", a, err)
	}
	if a, err := c.Drop(ctx, DropRequest{Target: hook, Kind: LetterSkipped}); err != nil || a.Dropped != 1 {
		t.Errorf("%v, %v", a, err)
	}
	if e, err := c.Event(ctx, base+4); err != nil || e.Type != "MemberMuted" {
		t.Errorf("%v, %v", e, err)
	}
	if st, err := c.Log(ctx); err != nil || st.Epoch != 1<<63 {
		t.Errorf("%v, %v", st, err)
	}
	if err := c.Forget(ctx, "old/1"); err != nil {
		t.Error(err)
	}
	var got []int
	take := func(l EventLine) error { got = append(got, int(l.SN-base)); return nil }
	if err := c.Events(ctx, EventQuery{Since: "1800000000000002", Until: "1800000000001000", Account: 1234567890, Type: "MessageReceived", Limit: 9}, take); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]int{1000}, got); diff != "" {
		t.Error(diff)
	}
	err := c.Events(ctx, EventQuery{Since: "1800000000000000"}, take)
	if refused, ok := errors.AsType[*APIError](err); !ok || refused.Status != 410 {
		t.Errorf("%v", err)
	}
	if err := c.Events(ctx, EventQuery{}, func(EventLine) error { return errBroken }); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
}
