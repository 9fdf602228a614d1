package satori

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

const (
	self   = qq.UserID(10002)
	second = qq.UserID(10009)
	group  = qq.GroupID(123456)
)

// fakeAccount serves operations from a handler table and remembers them.
type fakeAccount struct {
	qq.Handlers
	id     qq.UserID
	status qq.Status
	mu     sync.Mutex
	ops    []qq.Operation
}

func (a *fakeAccount) Account() qq.UserID { return a.id }

func (a *fakeAccount) Do(ctx context.Context, op qq.Operation) (any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ops = append(a.ops, op)
	if k, ok := op.(qq.Keyed); ok {
		op = k.Op
	}
	return a.Handlers.Do(ctx, op)
}

type fakeDirectory []qq.Caller

func (d fakeDirectory) First() (qq.Caller, bool) {
	if len(d) == 0 {
		return nil, false
	}
	return d[0], true
}

func (d fakeDirectory) Account(id qq.UserID) (qq.Caller, bool) {
	for _, c := range d {
		if c.Account() == id {
			return c, true
		}
	}
	return nil, false
}

func (d fakeDirectory) All() []qq.Caller { return d }

func done[O qq.Op[qq.None]](h *qq.Handlers) {
	qq.Serve(h, func(context.Context, O) (qq.None, error) { return qq.None{}, nil })
}

func constant[O qq.Op[R], R any](h *qq.Handlers, r R) {
	qq.Serve(h, func(context.Context, O) (R, error) { return r, nil })
}

var (
	alice    = &qq.Friend{User: qq.User{ID: 10001, UID: "u_alice", Nickname: "Alice", Remark: "A."}}
	theGroup = &qq.Group{ID: group, Name: "Tea", Owner: 10001, Members: 2, MaxMembers: 200}
	owner    = &qq.Member{Group: group, User: 10001, Nickname: "Alice", Card: "Boss", Title: "T", Role: qq.RoleOwner, Joined: 1700000000000}
	admin    = &qq.Member{Group: group, User: self, Nickname: "Bot", Role: qq.RoleAdmin, Joined: 1700000001000, Robot: true}
)

func groupMessage(seq int64) *qq.Message {
	return &qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(group), Seq: seq, ID: 77}, Time: 1700000002000,
		Sender: 10001, Nickname: "Alice", Group: theGroup, Member: owner,
		Segments: qq.Segments{&qq.Text{Text: "hi <there>\n"}, &qq.Mention{User: self, Name: "Bot"}},
	}
}

// newAccount is an account that can do everything.
func newAccount(id qq.UserID) *fakeAccount {
	a := &fakeAccount{id: id, status: qq.Status{Online: true}}
	h := &a.Handlers
	constant[qq.GetLogin](h, qq.Login{User: qq.User{ID: id, Nickname: "Bot"}, Online: true})
	qq.Serve(h, func(context.Context, qq.GetStatus) (qq.Status, error) { return a.status, nil })
	constant[qq.GetUser](h, &alice.User)
	constant[qq.ListFriends](h, []*qq.Friend{alice})
	constant[qq.ListGroups](h, []*qq.Group{theGroup})
	constant[qq.GetGroup](h, theGroup)
	constant[qq.ListMembers](h, []*qq.Member{owner, admin})
	constant[qq.GetMember](h, owner)
	constant[qq.GetMessage](h, groupMessage(7))
	constant[qq.GetHistory](h, &qq.History{Messages: []*qq.Message{groupMessage(6), groupMessage(7)}, Older: 5})
	done[qq.DeleteFriend](h)
	done[qq.AnswerFriendRequest](h)
	done[qq.AnswerGroupRequest](h)
	done[qq.KickMember](h)
	done[qq.MuteMember](h)
	done[qq.MuteGroup](h)
	done[qq.SetAdmin](h)
	done[qq.LeaveGroup](h)
	done[qq.RecallMessage](h)
	done[qq.SetGroupName](h)
	done[qq.React](h)
	constant[qq.ListReactions](h, &qq.Reactions{Users: []*qq.User{&alice.User}, Total: 2, Next: "c2"})
	qq.Serve(h, func(_ context.Context, op qq.KeepMedia) (*qq.Media, error) {
		return &qq.Media{ID: "r1", Name: op.Blob.Name, MIME: op.Blob.MIME, URL: "http://127.0.0.1/media/" + op.Blob.Name}, nil
	})
	qq.Serve(h, func(_ context.Context, op qq.RenewLink) (string, error) {
		if op.Resource != "r1" {
			return "", qq.Errorf(qq.ErrNotFound, "no such blob")
		}
		return "http://127.0.0.1/media/r1", nil
	})
	constant[qq.GetForward](h, &qq.Forwarded{ID: "resid", Nodes: []*qq.ForwardNode{{Sender: 10001, Name: "Alice", Segments: qq.NewText("hi")}, {Name: "?", Segments: qq.NewText("x")}}})
	constant[qq.ForwardMessage](h, &qq.Sent{MessageRef: qq.MessageRef{Chat: qq.GroupChat(group), Seq: 99}, Time: 1700000003000})
	seq := int64(100)
	qq.Serve(h, func(_ context.Context, op qq.SendMessage) (*qq.Sent, error) {
		seq++
		sent := &qq.Sent{MessageRef: qq.MessageRef{Chat: op.Chat, Seq: seq}, Time: 1700000003000}
		if _, ok := record(op.Segments); ok {
			sent.Forward = "resid"
		}
		return sent, nil
	})
	return a
}

func newServer(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// head makes a request's head; headers are names and values in turn.
func head(method, path string, headers ...string) *face.Head {
	h := &face.Head{Method: method, Path: path, Host: "127.0.0.1:5600"}
	h.Get = func(name string) string {
		for i := 0; i < len(headers); i += 2 {
			if headers[i] == name {
				return headers[i+1]
			}
		}
		return ""
	}
	h.Authorization, h.Origin = h.Get("Authorization"), h.Get("Origin")
	h.FetchSite = h.Get("Sec-Fetch-Site")
	return h
}

// call routes and serves a method with the login headers of self.
func call(t testing.TB, s *Server, dir face.Directory, method, body string) face.Response {
	t.Helper()
	route := s.Route(head("POST", "/v1/"+method, "Satori-Platform", "llonebot", "Satori-User-ID", self.String()), dir)
	if route.Kind != face.RouteAction {
		return route.Response
	}
	return s.Serve(t.Context(), dir, face.Request{Route: &route, Body: []byte(body)})
}

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", path, diff)
	}
}
