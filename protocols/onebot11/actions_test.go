package onebot11

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

func serve(s *HTTP, dir face.Directory, route face.Route, body string) face.Response {
	return s.Serve(context.Background(), dir, face.Request{Route: &route, Body: []byte(body)})
}

func TestActionsGolden(t *testing.T) {
	s := newHTTP(t, nil)
	var b strings.Builder
	for _, c := range actionCases() {
		caller := &fakeCaller{id: self}
		resp := serve(s, fakeDirectory{caller}, face.Route{Name: c.name, Account: self}, c.params)
		fmt.Fprintf(&b, "# %s %s\n%s%d %s\n", c.name, c.params, opsText(caller.ops), resp.Status, resp.Body)
	}
	golden(t, "actions.golden", b.String())
}

func TestEveryServedActionHasACase(t *testing.T) {
	for _, name := range newHTTP(t, nil).Actions() {
		if !slices.ContainsFunc(actionCases(), func(c actionCase) bool { return c.name == name }) {
			t.Errorf("no case for %s", name)
		}
	}
}

func TestMessageFormatGovernsResults(t *testing.T) {
	s := newHTTP(t, func(o *Options) { o.MessageFormat = String })
	dir := fakeDirectory{{id: self}}
	body := string(serve(s, dir, face.Route{Name: "get_msg", Account: self}, `{"message_id":1}`).Body)
	if !strings.Contains(body, `"message":"a &amp; &#91;b&#93;","raw_message":"a &amp; &#91;b&#93;","message_format":"string"`) {
		t.Error(body)
	}
	body = string(serve(s, dir, face.Route{Name: "get_friend_msg_history", Account: self}, `{"user_id":1}`).Body)
	if !strings.Contains(body, `"message":"one"`) || !strings.Contains(body, `"post_type":"message_sent"`) {
		t.Error(body)
	}
}

func TestAliasesRunAtOnce(t *testing.T) {
	s := newHTTP(t, nil)
	for _, name := range []string{"get_login_info_async", "get_login_info_rate_limited"} {
		body := string(serve(s, fakeDirectory{{id: self}}, face.Route{Name: name, Account: self}, "").Body)
		if !strings.HasPrefix(body, `{"status":"ok","retcode":0,"data":{"user_id":10001,`) {
			t.Errorf("%s: %s", name, body)
		}
	}
}

func TestErrorsBecomeCodes(t *testing.T) {
	cases := []struct {
		err  error
		code int
		text string
	}{
		{qq.Errorf(qq.ErrInvalid, "bad"), 400, "bad"},
		{qq.Errorf(qq.ErrForbidden, "you are no admin"), 200, "you are no admin"},
		{&qq.Error{Kind: qq.ErrOffline, Op: "GetLogin"}, 200, "offline"},
		{&qq.Error{Kind: qq.ErrUpstream, Text: "no", Code: 120}, 200, "no (QQ code 120)"},
		{&qq.Error{Kind: qq.ErrTimeout, Outcome: qq.Unknown}, 200, "timed out; it may have taken effect all the same"},
		{qq.Errorf(qq.ErrUnsupported, "this driver cannot"), 200, "this driver cannot"},
		{context.DeadlineExceeded, 200, "context deadline exceeded; it may have taken effect all the same"},
	}
	for _, c := range cases {
		for d, want := range map[dialect]int{overHTTP: c.code, overSocket: 1000 + c.code} {
			e := d.refused(c.err)
			if e.Retcode != want || e.Message != c.text || e.Wording != c.text || e.Status != "failed" || e.Data != nil {
				t.Errorf("%v: %+v", c.err, e)
			}
		}
	}
}

func TestEveryActionPassesTheAccountsRefusal(t *testing.T) {
	s := newHTTP(t, nil)
	for _, c := range actionCases() {
		caller := &fakeCaller{id: self, err: qq.Errorf(qq.ErrOffline, "the account is offline")}
		resp := serve(s, fakeDirectory{caller}, face.Route{Name: c.name, Account: self}, c.params)
		refused := strings.Contains(string(resp.Body), `"status":"failed","retcode":200,"data":null,"message":"the account is offline"`)
		if len(caller.ops) > 0 != refused {
			t.Errorf("%s %s after %d operations: %s", c.name, c.params, len(caller.ops), resp.Body)
		}
	}
}

// A row's class tells the truth: what reads does nothing else, and every row
// has one.
func TestEveryActionHasItsClass(t *testing.T) {
	s := newHTTP(t, nil)
	for _, name := range s.Actions() {
		if s.table.Lookup(name).Class == 0 {
			t.Errorf("%s has no class", name)
		}
	}
	for _, c := range actionCases() {
		caller := &fakeCaller{id: self}
		serve(s, fakeDirectory{caller}, face.Route{Name: c.name, Account: self}, c.params)
		most := qq.ClassRead
		for _, op := range caller.ops {
			if op.Class() != qq.ClassRead {
				most = op.Class()
			}
		}
		reads := s.table.Lookup(c.name).Class == qq.ClassRead
		if reads && most != qq.ClassRead {
			t.Errorf("%s %s reads by its class, and did %s", c.name, c.params, opsText(caller.ops))
		}
	}
}

// The first refusal ends an action of several operations.
func TestALaterRefusalIsPassedToo(t *testing.T) {
	caller := &failAfter{fakeCaller{id: self}, 2}
	_, err := answerGroup(t.Context(), caller, answerGroupParams{Flag: "905"})
	if !errors.Is(err, qq.ErrTimeout) || len(caller.ops) != 2 {
		t.Errorf("%v after %s", err, opsText(caller.ops))
	}
}

// failAfter refuses from its nth operation on.
type failAfter struct {
	fakeCaller
	n int
}

func (c *failAfter) Do(ctx context.Context, op qq.Operation) (any, error) {
	if c.n--; c.n < 0 {
		return nil, qq.Errorf(qq.ErrTimeout, "too slow")
	}
	return c.fakeCaller.Do(ctx, op)
}

func TestRecalledMessagesSayDeleted(t *testing.T) {
	m := groupMessage(&qq.Text{Text: "x"})
	m.Recalled = true
	got, err := messageForm{Array}.get(t.Context(), answering{m}, messageParam{123456})
	if err != nil || got.Status != "deleted" || got.RealID != 42 {
		t.Errorf("%+v, %v", got, err)
	}
}

// answering answers every operation with the same value.
type answering struct{ value any }

func (answering) Account() qq.UserID { return self }

func (a answering) Do(context.Context, qq.Operation) (any, error) { return a.value, nil }

func TestServeFromManyGoroutines(t *testing.T) {
	s := newHTTP(t, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			dir := fakeDirectory{{id: self}}
			for _, c := range actionCases() {
				if resp := serve(s, dir, face.Route{Name: c.name, Account: self, Query: "a=b"}, c.params); resp.Status != 200 {
					t.Errorf("%s: %d", c.name, resp.Status)
				}
			}
		})
	}
	all.Wait()
}
