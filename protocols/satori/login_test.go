package satori

import (
	"context"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

// keeper is an account that holds who it is, until that changes.
type keeper struct {
	*fakeAccount
	login   qq.Login
	made    *kept
	missing []string
}

type kept struct{ _ int }

func (*kept) Text(any) []byte  { return nil }
func (*kept) Keep(any, []byte) {}

func newKeeper(id qq.UserID) *keeper {
	k := &keeper{fakeAccount: newAccount(id), login: qq.Login{User: qq.User{ID: id, Nickname: "Bot"}}, made: &kept{}}
	qq.Serve(&k.Handlers, func(context.Context, qq.GetLogin) (qq.Login, error) { return k.login, nil })
	return k
}

func (k *keeper) Held(op qq.Operation) (any, qq.Made, bool) {
	_, asked := op.(qq.GetLogin)
	return k.login, k.made, asked && k.made != nil
}

func (k *keeper) Standing() (bool, []string) { return k.status.Online, k.missing }

// change changes something that a login shows, or may show.
func (k *keeper) change(t *rapid.T) {
	word := rapid.SampledFrom([]string{"", "a", "b"})
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		k.login.Nickname, k.made = word.Draw(t, "nickname"), &kept{}
	case 1:
		k.login.Remark, k.login.Avatar, k.made = word.Draw(t, "remark"), word.Draw(t, "avatar"), &kept{}
	case 2:
		k.status.Online = rapid.Bool().Draw(t, "online")
	case 3:
		k.missing = rapid.SliceOf(rapid.SampledFrom([]string{qq.OpName(qq.GetGroup{}), qq.OpName(qq.React{}), "Other"})).Draw(t, "missing")
		k.status.MissingFeatures = k.missing
	case 4:
		k.made = nil // not asked for yet
	case 5:
		k.made = &kept{}
	}
}

// However a login changes, what is held is what a call would say.
func TestHeldLoginFollowsTheLogin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		keepers := []*keeper{newKeeper(self), newKeeper(second)}
		dir := fakeDirectory{keepers[0], keepers[1]}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			k := rapid.SampledFrom(keepers).Draw(t, "who")
			k.change(t)
			for _, k := range keepers {
				route := &face.Route{Kind: face.RouteAction, Name: loginName, Account: k.id}
				called := s.Serve(context.Background(), dir, face.Request{Route: route, Body: []byte(`{"as":"a call"}`)})
				for _, body := range []string{"", "{}", " null\n"} {
					got := s.Serve(context.Background(), dir, face.Request{Route: route, Body: []byte(body)})
					if got.Status != 200 || got.ContentType != called.ContentType || string(got.Body) != string(called.Body) {
						t.Fatalf("%q: %d %s, called %s", body, got.Status, got.Body, called.Body)
					}
				}
			}
		}
	})
}

// A login that is held is answered without asking, all other calls are calls.
func TestHeldLoginAsksNobody(t *testing.T) {
	s, k := newServer(t, Options{}), newKeeper(self)
	for _, c := range []struct {
		body, key string
		account   qq.UserID
		status    int
		asks      bool
	}{
		{"{}", "", self, 200, false},
		{"", "", self, 200, false},
		{"{}", "k", self, 200, true},
		{"{ }", "", self, 200, true},
		{"{}", "", second, 403, false},
		{"{", "", self, 400, false},
		{"[]", "", self, 400, false},
		{"{}", "a\tb", self, 400, false},
		{`{"_idempotency_key":""}`, "", self, 400, false},
	} {
		k.ops = nil
		route := &face.Route{Kind: face.RouteAction, Name: loginName, Account: c.account, Idempotency: c.key}
		got := s.Serve(t.Context(), fakeDirectory{k}, face.Request{Route: route, Body: []byte(c.body)})
		if got.Status != c.status || (len(k.ops) > 0) != c.asks {
			t.Errorf("%+v: %d %s, asked %v", c, got.Status, got.Body, k.ops)
		}
	}
}

func TestHeldLoginAllocatesNothing(t *testing.T) {
	s, k := newServer(t, Options{}), newKeeper(self)
	dir, body := face.Directory(fakeDirectory{k}), []byte("{}")
	route := &face.Route{Kind: face.RouteAction, Name: loginName, Account: self}
	got := testing.AllocsPerRun(100, func() { s.Serve(t.Context(), dir, face.Request{Route: route, Body: body}) })
	if got > 1 { // the fake boxes its login anew
		t.Errorf("%v objects", got)
	}
}
