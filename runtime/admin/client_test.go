package admin

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

func TestClientCalls(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Status = func() Status { return Status{Version: "1"} } })
	r.world.said = Said{Accepted: 2, Accounts: []Heard{{1234567890, 7, 8, 1, 1}}}
	c := Client{r.start(t) + "/", token}
	ctx := context.Background()
	for _, x := range []struct {
		call func() error
		want any
	}{
		{func() error {
			got, err := c.Say(ctx, SayRequest{Group: 123456, User: 10001, Message: Text("[CQ:at,qq=all] <b>"), Count: 2, Rate: 1.5, From: 3})
			if diff := cmp.Diff(r.world.said, got); diff != "" {
				t.Error(diff)
			}
			return err
		}, Say{User: 10001, Group: 123456, Message: qq.NewText("[CQ:at,qq=all] <b>"), Count: 2, Rate: 1.5, From: 3}},
		{func() error {
			_, err := c.Say(ctx, SayRequest{User: 10001, Friend: true, Message: []byte(`"x"`)})
			return err
		}, Say{User: 10001, Message: qq.NewText("x"), Count: 1, From: 1}},
		{func() error {
			_, err := c.Say(ctx, SayRequest{User: 10001, To: 10005, Message: []byte(`"x"`)})
			return err
		}, Say{User: 10001, To: 10005, Message: qq.NewText("x"), Count: 1, From: 1}},
		{func() error { return c.RequestFriend(ctx, FriendRequest{10001, 10002, "hi"}) }, FriendRequest{10001, 10002, "hi"}},
		{func() error { return c.RequestFriend(ctx, FriendRequest{From: 10001}) }, FriendRequest{From: 10001}},
		{func() error { return c.RequestJoin(ctx, JoinRequest{5, 10001, "hi"}) }, JoinRequest{5, 10001, "hi"}},
		{func() error { return c.Invite(ctx, Invitation{5, 10001, 10002}) }, Invitation{5, 10001, 10002}},
	} {
		if err := x.call(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(x.want, r.world.last()); diff != "" {
			t.Error(diff)
		}
	}
	if st, err := c.Status(ctx); err != nil || st.Version != "1" {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestClientFaults(t *testing.T) {
	r := newRig(t, nil)
	r.world.err = qq.Errorf(qq.ErrForbidden, "user 10001 is muted")
	base := r.start(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	nobody := "http://" + free.Addr().String()
	must(t, free.Close())
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer stranger.Close()
	teapot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	defer teapot.Close()
	for _, c := range []struct {
		client Client
		status int
		text   string
	}{
		{Client{nobody, token}, 0, "nothing answers at " + nobody + "; is llbot running?"},
		{Client{base, "another-token"}, 403, "runs with another token"},
		{Client{base, ""}, 401, "runs with another token"},
		{Client{base, token}, 403, "user 10001 is muted"},
		{Client{stranger.URL, token}, 307, "is not llbot"},
		{Client{teapot.URL, token}, 200, "is not llbot"},
		{Client{"127.0.0.1:1", token}, 0, "address is wrong"},
		{Client{"http://\x7f", token}, 0, "address is wrong"},
		{Client{"http://nowhere.invalid", token}, 0, "no answer from http://nowhere.invalid"},
	} {
		_, err := c.client.Say(context.Background(), SayRequest{Group: 1, User: 10001, Message: Text("x")})
		if err == nil || !strings.Contains(err.Error(), c.text) || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v; want %q", c.client.Base, err, c.text)
		}
		var refusal *APIError
		if errors.As(err, &refusal) != (c.status != 0) || refusal != nil && refusal.Status != c.status {
			t.Errorf("%s: %#v", c.client.Base, err)
		}
		if errors.Is(err, ErrNotRunning) != (c.client.Base == nobody) {
			t.Errorf("%s: ErrNotRunning of %v", c.client.Base, err)
		}
		if c.client.Base == nobody && strings.Count(err.Error(), "running") != 1 {
			t.Errorf("it is said twice: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Client{base, token}).Status(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTokenOfADataFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := ReadToken(dir); err == nil || !strings.Contains(err.Error(), "start llbot once") {
		t.Errorf("before the first start: %v", err)
	}
	made, err := LoadToken(dir)
	must(t, err)
	if read, err := ReadToken(dir); err != nil || read != made || len(made) != 43 {
		t.Errorf("%d characters, %v", len(made), err)
	}
	must(t, os.WriteFile(filepath.Join(dir, TokenFile), []byte("hunter2"), 0o600))
	for _, load := range []func(string) (string, error){ReadToken, LoadToken} {
		if _, err := load(dir); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a broken file: %v", err)
		}
	}
}
