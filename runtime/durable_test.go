package runtime_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/config"

	"github.com/coder/websocket"
)

// A durable link goes on, over orderly restarts of the server, behind the last
// event that the peer's Pongs have proven.
func TestDurableLinksOverRestarts(t *testing.T) {
	for _, c := range []struct {
		name, target string
		peer         func(t *testing.T) durablePeer
	}{
		{"reverse", "reverse/" + botText, newDialled},
		{"forward", wsName + "/" + botText + "/bot1", dialling(wsName, "/event?durable=bot1")},
		{"milky", milkyName + "/" + botText + "/x", dialling(milkyName, "/event?durable=x")},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &durableStory{target: c.target, peer: c.peer(t), data: t.TempDir()}
			d.life(t, func(r *rig) {
				in := d.peer.come(r)
				d.says(r, 10)
				d.hears(t, in, 1, 10)
				d.proven(r)
				d.peer.mute.Store(true)
				asked := d.peer.asked.Load()
				d.says(r, 5)
				d.hears(t, in, 11, 15)
				d.unproven(r, asked)
			})
			d.peer.mute.Store(false)
			d.life(t, func(r *rig) { // what has no Pong comes again, before what was missed
				d.says(r, 5)
				in := d.peer.come(r)
				d.hears(t, in, 11, 20)
				d.proven(r)
				d.peer.leave(in)
				d.says(r, 5)
			})
			d.life(t, func(r *rig) { // missed in another life
				in := d.peer.come(r)
				d.hears(t, in, 21, 25)
				d.says(r, 1)
				d.hears(t, in, 26, 26)
				d.proven(r)
			})
			d.life(t, func(r *rig) { // nothing is owed
				in := d.peer.come(r)
				d.says(r, 1)
				d.hears(t, in, 27, 27)
			})
		})
	}
}

// durableStory is a target's life over those of the server.
type durableStory struct {
	target string
	peer   durablePeer
	data   string
	said   int
	last   qq.SN // of the newest event
}

// life is one life of the server.
func (d *durableStory) life(t *testing.T, story func(r *rig)) {
	t.Helper()
	r := start(t, func(cfg *config.Config) { cfg.Data = d.data }, d.peer.config, func(cfg *config.Config) {
		for _, e := range cfg.Endpoints {
			e.Common().Replay.MaxAge = 0
		}
	})
	story(r)
	r.stop()
	d.peer.away()
}

func (d *durableStory) says(r *rig, count int) {
	said := r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("word {{seq}}."), Count: count, From: d.said + 1})
	d.said += count
	d.last = said.Accounts[0].LastSN
}

// hears reads messages: exactly these, in order.
func (d *durableStory) hears(t *testing.T, in wire, from, to int) {
	t.Helper()
	for n := from; n <= to; {
		switch event := in.next(); {
		case !strings.Contains(event, "word ") && !strings.HasPrefix(event, "closed"): // a greeting, or a change of ours
		case !strings.Contains(event, fmt.Sprintf("word %d.", n)):
			t.Fatalf("want message %d of %d to %d, got %s", n, from, to, event)
		default:
			n++
		}
	}
}

func (d *durableStory) status(r *rig) admin.TargetStatus {
	r.t.Helper()
	list, err := r.admin.Targets(r.t.Context(), d.target)
	if err != nil || len(list) != 1 {
		r.t.Fatalf("target %s: %+v, %v", d.target, list, err)
	}
	return list[0]
}

// proven waits until the cursor is at the newest event.
func (d *durableStory) proven(r *rig) {
	r.t.Helper()
	eventually(r.t, "proof", func() bool { return d.status(r).Cursor >= d.last })
}

// unproven gives the server time to ask for the first time since it had asked so
// often, and finds that silence is no proof.
func (d *durableStory) unproven(r *rig, asked int32) {
	r.t.Helper()
	eventually(r.t, "a Ping", func() bool { return d.peer.asked.Load() > asked })
	if s := d.status(r); s.Cursor >= d.last || s.Waiting == 0 {
		r.t.Errorf("without a Pong: %+v, the newest event is %d", s, d.last)
	}
}

// durablePeer is a bot program at a durable link.
type durablePeer struct {
	config func(*config.Config)
	come   func(r *rig) wire // makes the link
	leave  func(in wire)     // and ends it from the peer's side, to stay away
	away   func()            // the server has gone

	mute  *atomic.Bool  // leave Pings without an answer
	asked *atomic.Int32 // Pings that came
}

func newPeer() durablePeer {
	return durablePeer{config: func(*config.Config) {}, away: func() {}, mute: &atomic.Bool{}, asked: &atomic.Int32{},
		leave: func(in wire) { _ = in.conn.Close(websocket.StatusNormalClosure, "") }}
}

func (p durablePeer) pinged(context.Context, []byte) bool {
	p.asked.Add(1)
	return !p.mute.Load()
}

// dialling makes a peer that connects to an endpoint.
func dialling(endpoint, path string) func(t *testing.T) durablePeer {
	return func(*testing.T) durablePeer {
		p := newPeer()
		p.come = func(r *rig) wire {
			r.t.Helper()
			conn, _, err := websocket.Dial(r.t.Context(), "ws://"+r.addr[endpoint]+path,
				&websocket.DialOptions{HTTPClient: r.client, OnPingReceived: p.pinged})
			if err != nil {
				r.t.Fatal(err)
			}
			return r.read(endpoint, path, conn)
		}
		return p
	}
}

// newDialled makes a peer that the server connects to. It refuses until it is
// told to come.
func newDialled(t *testing.T) durablePeer {
	p := newPeer()
	var here atomic.Bool
	links := make(chan wire, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !here.Load() {
			http.Error(w, "away", http.StatusServiceUnavailable)
			return
		}
		conn, err := websocket.Accept(w, req, &websocket.AcceptOptions{OnPingReceived: p.pinged})
		if err != nil {
			return
		}
		in := reading(t, "reverse", conn)
		links <- in
		<-in.ended
	}))
	t.Cleanup(server.Close)
	p.config = add(config.KindOneBotWSReverse, func(e *config.OneBotWSReverse) {
		e.Name, e.URL = "reverse", config.URL("ws"+strings.TrimPrefix(server.URL, "http"))
		e.Reconnect = config.Reconnect{Initial: 20 * time.Millisecond, Max: 100 * time.Millisecond}
	})
	p.come = func(r *rig) wire {
		r.t.Helper()
		here.Store(true)
		select {
		case in := <-links:
			return in
		case <-time.After(patience):
			r.t.Fatal("nobody dialled")
		}
		return wire{}
	}
	leave := p.leave
	p.leave = func(in wire) { here.Store(false); leave(in) }
	p.away = func() { here.Store(false) }
	return p
}
