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

// actionCases is at least one call of every action that is served.
var actionCases = []struct{ name, params string }{
	{"get_login_info", `null`},
	{"get_guild_service_profile", ``},
	{"get_status", `{}`},
	{"get_version_info", `{}`},
	{"can_send_image", `{}`},
	{"can_send_record", `{}`},
	{"get_stranger_info", `{"user_id":"20001","no_cache":true}`},
	{"get_stranger_info", `{}`},
	{"get_friend_list", `{}`},
	{"get_friend_list", `{"no_cache":"false"}`},
	{"delete_friend", `{"user_id":20001}`},
	{"get_group_list", `{}`},
	{"get_group_list", `{"no_cache":1}`},
	{"get_group_info", `{"group_id":300001}`},
	{"get_group_info", `{"group_id":"300001","no_cache":false}`},
	{"get_group_member_list", `{"group_id":300001}`},
	{"get_group_member_info", `{"group_id":300001,"user_id":20002,"no_cache":true}`},
	{"get_group_member_info", `{"group_id":"x","user_id":[]}`},
	{"set_group_kick", `{"group_id":300001,"user_id":20002,"reject_add_request":true}`},
	{"set_group_ban", `{"group_id":300001,"user_id":20002}`},
	{"set_group_ban", `{"group_id":300001,"user_id":20002,"duration":"0"}`},
	{"set_group_ban", `{"group_id":300001,"user_id":20002,"duration":-1}`},
	{"set_group_whole_ban", `{"group_id":300001}`},
	{"set_group_whole_ban", `{"group_id":300001,"enable":false}`},
	{"set_group_card", `{"group_id":300001,"user_id":20002,"card":7}`},
	{"set_group_card", `{"group_id":300001,"user_id":20002}`},
	{"set_group_admin", `{"group_id":300001,"user_id":20002,"enable":"false"}`},
	{"set_group_leave", `{"group_id":300001,"is_dismiss":true}`},
	{"send_private_msg", `{"user_id":20001,"message":"hi [CQ:face,id=14]"}`},
	{"send_private_msg", `{"user_id":20001,"group_id":300001,"message":"[CQ:at,qq=1]hi","auto_escape":true}`},
	{"send_private_msg", `{"user_id":20001,"message":[{"type":"at","data":{"qq":"20001"}}]}`},
	{"send_group_msg", `{"group_id":300001,"message":[{"type":"reply","data":{"id":"123456"}},{"type":"at","data":{"qq":20002}},{"type":"text","data":{"text":" yo"}}]}`},
	{"send_group_msg", `{"group_id":300001,"message":{"type":"image","data":{"file":"base64://aGk=","subType":1,"summary":"S"}}}`},
	{"send_group_msg", `{"group_id":300001,"message":[{"type":"record","data":{"file":"x"}},{"type":"nope"},{"type":"at","data":{"qq":"me"}},{"type":"face","data":{"id":[1]}},5,{"data":{}},{"type":"text","data":"x"}]}`},
	{"send_group_msg", `{"group_id":300001,"message":"a[CQ:dice][CQ:image,file=none]"}`},
	{"send_group_msg", `{"group_id":300001,"message":""}`},
	{"send_group_msg", `{"group_id":300001}`},
	{"send_group_msg", `{"group_id":300001,"message":12}`},
	{"send_msg", `{"user_id":20001,"group_id":300001,"message":"group wins"}`},
	{"send_msg", `{"message_type":"private","user_id":20001,"group_id":300001,"message":"told private"}`},
	{"send_msg", `{"user_id":20001,"message":"private"}`},
	{"send_msg", `{"message":"to nobody"}`},
	{"send_msg", `{"message_type":"group","user_id":1,"message":"x"}`},
	{"send_msg", `{"message_type":"guild","user_id":1,"message":"x"}`},
	{"delete_msg", `{"message_id":"123456"}`},
	{"delete_msg", `{"message_id":9876543210}`},
	{"get_msg", `{"message_id":123456}`},
	{"get_group_msg_history", `{"group_id":300001}`},
	{"get_group_msg_history", `{"group_id":300001,"count":-1}`},
	{"get_friend_msg_history", `{"user_id":20001,"message_seq":9,"count":2,"reverseOrder":true}`},
	{"get_friend_msg_history", `{"user_id":20001,"count":0,"reverse_order":true}`},
	{"set_friend_add_request", `{"flag":"u_bob","remark":"B"}`},
	{"set_friend_add_request", `{"flag":"u_bob|1","approve":false}`},
	{"set_friend_add_request", `{"flag":""}`},
	{"set_group_add_request", `{"flag":"300001|901|1|0","approve":false,"reason":"no"}`},
	{"set_group_add_request", `{"flag":905}`},
	{"set_group_add_request", `{"flag":"999","sub_type":"add"}`},
	{"set_group_add_request", `{"flag":"300001|901|9|0"}`},
	{"get_group_system_msg", `{}`},
	{".handle_quick_operation", `{"context":{"post_type":"message","message_type":"group","group_id":300001,"user_id":20002,"message_id":123456},"operation":{"reply":"ok","at_sender":true}}`},
}

func serve(s *HTTP, dir face.Directory, route face.Route, body string) face.Response {
	return s.Serve(context.Background(), dir, face.Request{Route: &route, Body: []byte(body)})
}

func TestActionsGolden(t *testing.T) {
	s := newHTTP(t, nil)
	var b strings.Builder
	for _, c := range actionCases {
		caller := &fakeCaller{id: self}
		resp := serve(s, fakeDirectory{caller}, face.Route{Name: c.name, Account: self}, c.params)
		fmt.Fprintf(&b, "# %s %s\n%s%d %s\n", c.name, c.params, opsText(caller.ops), resp.Status, resp.Body)
	}
	golden(t, "actions.golden", b.String())
}

func TestEveryServedActionHasACase(t *testing.T) {
	for _, name := range newHTTP(t, nil).Actions() {
		if !slices.ContainsFunc(actionCases, func(c struct{ name, params string }) bool { return c.name == name }) {
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
	for _, c := range actionCases {
		caller := &fakeCaller{id: self, err: qq.Errorf(qq.ErrOffline, "the account is offline")}
		resp := serve(s, fakeDirectory{caller}, face.Route{Name: c.name, Account: self}, c.params)
		refused := strings.Contains(string(resp.Body), `"status":"failed","retcode":200,"data":null,"message":"the account is offline"`)
		if len(caller.ops) > 0 != refused {
			t.Errorf("%s %s after %d operations: %s", c.name, c.params, len(caller.ops), resp.Body)
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
			for _, c := range actionCases {
				if resp := serve(s, dir, face.Route{Name: c.name, Account: self, Query: "a=b"}, c.params); resp.Status != 200 {
					t.Errorf("%s: %d", c.name, resp.Status)
				}
			}
		})
	}
	all.Wait()
}
