package runtime_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"llbot/runtime/admin"
	"llbot/runtime/config"
)

var restarts = flag.Int("runtime.restarts", 10, "how often a server is started anew on its data folder while clients resume")

// The numbers of events rise over all lives of a data folder, and clients that
// name the last one that they have seen lose nothing and get nothing twice.
func TestResumeOverRestarts(t *testing.T) {
	for _, c := range []struct {
		name       string
		durability config.Durability
		crashes    bool
	}{
		{"orderly", config.DurabilityBatch, false},
		{"crashes too", config.DurabilityStrict, true}, // under batch, events that were not yet synced get another number
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &chronicle{folders: t.TempDir(), durability: c.durability, numbers: []uint64{0}, streams: resumables()}
			crashed := 0
			for n := range (*restarts+1)/2 + 1 {
				crash := c.crashes && rand.IntN(2) == 0
				if !t.Run(strconv.Itoa(n), func(t *testing.T) { h.live(t, crash) }) {
					return
				}
				if crash {
					crashed++
				}
			}
			t.Logf("%d lives, %d of them ended by a crash: %d events on each of %d streams, none lost, none twice",
				h.lives, crashed, h.said, len(h.streams))
		})
	}
}

// chronicle is what a data folder has been through.
type chronicle struct {
	folders    string // the data folder is in here; a crash makes another one
	data       int    // its number
	durability config.Durability

	lives   int
	said    int      // messages so far, numbered from 1
	numbers []uint64 // of the messages' events, as far as somebody was told
	streams []*resumable
}

func (h *chronicle) folder() string { return filepath.Join(h.folders, strconv.Itoa(h.data)) }

// live is one life of the server. Clients come back for what they have missed,
// hear more, and are gone before the last words.
func (h *chronicle) live(t *testing.T, crash bool) {
	h.lives++
	r := start(t, func(cfg *config.Config) { cfg.Data, cfg.Durability = h.folder(), h.durability })
	for _, s := range h.streams {
		s.open(r)
	}
	h.hear(t)
	h.say(r, 1+rand.IntN(3))
	h.hear(t)
	for _, s := range h.streams {
		s.end()
	}
	h.say(r, rand.IntN(4))
	if crash {
		h.crash(t)
	}
	r.stop()
}

func (h *chronicle) say(r *rig, count int) {
	if count > 0 {
		r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("word {{seq}}."), Count: count, From: h.said + 1})
		h.said += count
	}
}

// crash goes on with a copy of the data folder as it is while the server runs,
// as a killed one leaves it.
func (h *chronicle) crash(t *testing.T) {
	t.Helper()
	from := h.folder()
	h.data++
	if err := os.CopyFS(h.folder(), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(from) }) // the server has it open until then
}

// hear reads each stream up to the last message.
func (h *chronicle) hear(t *testing.T) {
	t.Helper()
	for _, s := range h.streams {
		for s.heard < h.said {
			event := s.in.next()
			if !contains(event, "word ") && !contains(event, "gap") {
				continue // a greeting or a heartbeat
			}
			if s.heard++; !strings.Contains(event, fmt.Sprintf("word %d.", s.heard)) {
				t.Fatalf("%s, life %d, after %s: want message %d of %d, got %s", s.name, h.lives, s.last, s.heard, h.said, event)
			}
			s.last = s.number(event)
			h.compare(t, s)
		}
	}
}

// compare finds the number of a message the same on all streams, and greater
// than all before.
func (h *chronicle) compare(t *testing.T, s *resumable) {
	t.Helper()
	number, err := strconv.ParseUint(s.last, 10, 64)
	switch {
	case err != nil:
		t.Fatalf("%s: the number of message %d: %v", s.name, s.heard, err)
	case s.heard < len(h.numbers) && h.numbers[s.heard] != number:
		t.Fatalf("%s: message %d has the number %d, it had %d", s.name, s.heard, number, h.numbers[s.heard])
	case s.heard == len(h.numbers) && number <= h.numbers[s.heard-1]:
		t.Fatalf("%s: message %d has the number %d, the one before had %d", s.name, s.heard, number, h.numbers[s.heard-1])
	case s.heard == len(h.numbers):
		h.numbers = append(h.numbers, number)
	}
}

// resumable is a client that names its place when it comes back.
type resumable struct {
	name    string
	connect func(r *rig, last string) (lines, func())
	number  func(event string) string

	in    lines
	end   func()
	heard int    // messages
	last  string // number of the last event
}

func (s *resumable) open(r *rig) { s.in, s.end = s.connect(r, s.last) }

func resumables() []*resumable {
	sse := func(endpoint, path string) *resumable {
		return &resumable{
			name: endpoint + path,
			connect: func(r *rig, last string) (lines, func()) {
				var headers []string
				if last != "" {
					headers = []string{"Last-Event-ID", last}
				}
				s := r.stream(endpoint, path, headers...)
				return s.lines, s.end
			},
			number: func(event string) string { return field(event, "id") },
		}
	}
	return []*resumable{sse(httpName, "/_events"), sse(milkyName, "/event"), {
		name: satoriName,
		connect: func(r *rig, last string) (lines, func()) {
			s := r.socket(satoriName, "/v1/events")
			if last == "" {
				s.send(`{"op":3}`)
			} else {
				s.send(`{"op":3,"body":{"sn":` + last + `}}`)
			}
			if ready := s.next(); at(ready, "op") != "4" {
				r.t.Fatalf("first frame %s", ready)
			}
			return s.lines, func() { _ = s.conn.CloseNow() }
		},
		number: func(event string) string { return at(event, "body.sn") },
	}, {
		name: wsName,
		connect: func(r *rig, last string) (lines, func()) {
			if last == "" {
				last = "0"
			}
			s := r.socket(wsName, "/event?since="+last)
			return s.lines, func() { _ = s.conn.CloseNow() }
		},
		number: func(event string) string { return at(event, "_sn") },
	}}
}
