package runtime_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// post is a webhook delivery.
type post struct {
	path   string
	header http.Header
	body   string
}

// receiver is somebody's webhook server. What answer writes is the answer;
// without one it is 204.
type receiver struct {
	url   string
	posts chan post
	busy  atomic.Int32 // deliveries at once, at most one is right
	most  atomic.Int32
}

func newReceiver(t *testing.T, reply func(w http.ResponseWriter, p post)) *receiver {
	t.Helper()
	rec := &receiver{posts: make(chan post, 20000)}
	milky := newMilkyCheck(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if n := rec.busy.Add(1); n > rec.most.Load() {
			rec.most.Store(n)
		}
		defer rec.busy.Add(-1)
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Errorf("reading a delivery: %v", err)
		}
		p := post{req.URL.Path, req.Header, string(body)}
		milky.delivered(p)
		if reply != nil {
			reply(w, p)
		} else {
			w.WriteHeader(http.StatusNoContent)
		}
		rec.posts <- p
	}))
	t.Cleanup(server.Close)
	rec.url = server.URL
	return rec
}

// next is the next delivery.
func (rec *receiver) next(t *testing.T) post {
	t.Helper()
	select {
	case p := <-rec.posts:
		return p
	case <-time.After(patience):
		t.Fatal("no delivery")
	}
	return post{}
}

// await drops deliveries until one contains all the parts.
func (rec *receiver) await(t *testing.T, parts ...string) post {
	t.Helper()
	for {
		if p := rec.next(t); contains(p.body, parts...) {
			return p
		}
	}
}

// botServer is a bot program that waits for a reverse WebSocket.
type botServer struct {
	url   string
	links chan link
	dials chan dialled
	open  atomic.Int32 // links at once
	most  atomic.Int32
}

type link struct {
	wire
	header http.Header
}

type dialled struct {
	at     time.Time
	status int
}

// newBot answers dials with the status that admit gives, 0 being a WebSocket.
func newBot(t *testing.T, admit func(*http.Request) int) *botServer {
	t.Helper()
	b := &botServer{links: make(chan link, 100), dials: make(chan dialled, 1000)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		status := admit(req)
		b.dials <- dialled{time.Now(), status}
		if status != 0 {
			http.Error(w, "no", status)
			return
		}
		conn, err := websocket.Accept(w, req, nil)
		if err != nil {
			return
		}
		if n := b.open.Add(1); n > b.most.Load() {
			b.most.Store(n)
		}
		defer b.open.Add(-1)
		l := link{reading(t, "reverse", conn), req.Header}
		b.links <- l
		<-l.ended
	}))
	t.Cleanup(server.Close)
	b.url = "ws" + strings.TrimPrefix(server.URL, "http")
	return b
}

func (b *botServer) next(t *testing.T) link {
	t.Helper()
	select {
	case l := <-b.links:
		return l
	case <-time.After(patience):
		t.Fatal("nobody dialled")
	}
	return link{}
}
