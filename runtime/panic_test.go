package runtime_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
)

// fragile is a driver whose operations panic, hang or fail, by group number.
type fragile struct {
	qq.Handlers
	falls int32 // how many runs of the link panic
	runs  atomic.Int32
}

const (
	panics = qq.GroupID(11111)
	hangs  = qq.GroupID(22222)
)

func newFragile() *fragile {
	f := &fragile{}
	qq.Serve(&f.Handlers, func(context.Context, qq.GetLogin) (qq.Login, error) {
		return qq.Login{User: qq.User{ID: bot, Nickname: "fragile"}, Online: true}, nil
	})
	qq.Serve(&f.Handlers, func(ctx context.Context, op qq.GetGroup) (*qq.Group, error) {
		switch op.Group {
		case panics:
			panic("the driver fell over")
		case hangs:
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return &qq.Group{ID: op.Group, Name: "whole"}, nil
	})
	return f
}

func (*fragile) Name() string { return "fragile" }

// Run panics as often as it is told to.
func (f *fragile) Run(ctx context.Context, _ qq.Emit, _ uint64) error {
	if f.runs.Add(1) <= f.falls {
		panic("the link fell over")
	}
	<-ctx.Done()
	return nil
}

func withFragile(t *testing.T, falls int32) (*rig, *fragile) {
	t.Helper()
	f := newFragile()
	f.falls = falls
	return startWith(t, []llbot.Option{llbot.WithDriver(bot, f)}), f
}

// A call whose driver panics is answered at once in every protocol, and the
// next one works.
func TestPanickingOperation(t *testing.T) {
	r, _ := withFragile(t, 0)
	begun := time.Now()
	s := r.socket(wsName, "/api")
	for range 3 {
		a := r.request("POST", r.url(httpName, "/get_group_info"), `{"group_id":11111}`)
		if a.status != 200 || a.at("status") != `"failed"` || a.at("retcode") != "200" {
			t.Errorf("onebot: %d %s", a.status, a.text)
		}
		s.send(`{"action":"get_group_info","params":{"group_id":11111},"echo":{"n":1}}`)
		if got := s.next(); at(got, "retcode") != "1200" || !strings.HasSuffix(got, `"echo":{"n":1}}`) {
			t.Errorf("socket: %s", got)
		}
		a = r.request("POST", r.url(milkyName, "/api/get_group_info"), `{"group_id":11111}`, "Content-Type", jsonType)
		if a.status != 200 || a.at("status") != `"failed"` || a.at("retcode") != "-500" {
			t.Errorf("milky: %d %s", a.status, a.text)
		}
		a = r.request("POST", r.url(satoriName, "/v1/guild.get"), `{"guild_id":"11111"}`)
		if a.status != 500 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
			t.Errorf("satori: %d %s", a.status, a.text)
		}
		for _, text := range []string{a.text} {
			if strings.Contains(text, "goroutine") || strings.Contains(text, ".go:") {
				t.Errorf("a stack is told to a client: %s", text)
			}
		}
	}
	if a := r.onebot("get_group_info", `{"group_id":33333}`); word(a.at("data.group_name")) != "whole" {
		t.Errorf("the next call: %s", a.text)
	}
	if took := time.Since(begun); took > patience {
		t.Errorf("it took %s", took)
	}
}

// A call that hangs holds up no other call on the same socket.
func TestHangingOperation(t *testing.T) {
	r, _ := withFragile(t, 0)
	s := r.socket(wsName, "/api")
	for range 10 {
		s.send(`{"action":"get_group_info","params":{"group_id":22222},"echo":"hangs"}`)
	}
	s.send(`{"action":"get_group_info","params":{"group_id":33333},"echo":"works"}`)
	if got := s.next(); at(got, "echo") != `"works"` {
		t.Errorf("first answer %s", got)
	}
	if took := r.stop(); took > llbot.StopTimeout {
		t.Errorf("stopping took %s", took)
	}
}

// A link that falls over is started again.
func TestPanickingLink(t *testing.T) {
	r, f := withFragile(t, 2)
	eventually(t, "the third run", func() bool { return f.runs.Load() == 3 })
	if a := r.onebot("get_login_info", ""); word(a.at("data.nickname")) != "fragile" {
		t.Errorf("login %s", a.text)
	}
}

// What the driver lacks is refused in the protocol's own way.
func TestLackingOperation(t *testing.T) {
	r, _ := withFragile(t, 0)
	if a := r.request("POST", r.url(httpName, "/get_friend_list"), ``); a.at("retcode") != "200" {
		t.Errorf("onebot: %s", a.text)
	}
	if a := r.request("POST", r.url(satoriName, "/v1/friend.list"), ``); a.status != 501 && a.status != 404 {
		t.Errorf("satori: %d %s", a.status, a.text)
	}
}
