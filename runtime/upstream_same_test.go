package runtime_test

import (
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/runtime/config"
)

// sameness finds where b says something else than a, who holds the same world.
// What it finds is a list without numbers and texts of the run.
type sameness struct {
	t      *testing.T
	c      *chain
	ears   [2]witnesses // of a and b
	peeks  [2]wire      // hear a's events and, where markers come so far, b's, while the witnesses keep theirs
	found  *findings
	noted  [2]map[string]string // what later calls to a and b name
	marked bool                 // b hears the markers too: its protocol tells who is typing
	owed   int                  // events that b is known never to hear
}

// findings are what several tours at once found.
type findings struct {
	mu   sync.Mutex
	list map[string]bool
}

// text is the list, sorted.
func (f *findings) text() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(slices.Sorted(maps.Keys(f.list)), "\n") + "\n"
}

// TestUpstreamSaysTheSame calls everything that the three protocols have on
// both servers of a chain: reads on both, with the same answer; the rest on b,
// and what b cannot do on a. All events go to witnesses of both. The golden
// file is what the upstream's protocol loses, and nothing else.
func TestUpstreamSaysTheSame(t *testing.T) {
	noLeaks(t)
	for _, p := range []upstreamProtocol{viaMilkyDriver(), viaOneBotDriver(), viaSatoriDriver()} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			found := &findings{list: map[string]bool{}}
			t.Cleanup(func() { held(t, filepath.Join("testdata", "upstream_"+p.name+".golden"), found.text()) })
			tours := map[string]func(*sameness){"milky": tourMilky, "onebot11": tourOneBot, "satori": tourSatori}
			if p.driver == config.DriverOneBot11 { // of the others there are closer comparisons, value by value: upstream_equal_test.go
				tours = map[string]func(*sameness){"satori": tourSatori}
			}
			for face, tour := range tours {
				t.Run(face, func(t *testing.T) {
					t.Parallel()
					c := newChain(t, p, withToken(""), func(cfg *config.Config) {
						cfg.Media.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
						// What is asked for events knows no markers, as in the conversations.
						on(func(e *config.OneBotHTTP) { e.Filter = `{"sub_type":{"$ne":"input_status"}}` })(cfg)
					})
					s := &sameness{t: t, c: c, found: found, marked: p.driver != config.DriverMilky, noted: [2]map[string]string{{}, {}}}
					s.witnessed(func() { tour(s) })
				})
			}
		})
	}
}

// differ notes a difference.
func (s *sameness) differ(format string, args ...any) {
	s.found.mu.Lock()
	defer s.found.mu.Unlock()
	s.found.list[fmt.Sprintf(format, args...)] = true
}

// reads matches the names of calls that change nothing.
var reads = regexp.MustCompile(`^(_?get_|nc_get_|fetch_|can_|check_|ocr_|voice_msg_to_text|translate_|.*\.(get|list)$)`)

// polls are calls whose answer is what happened since the last one.
var polls = []string{"get_event", "get_updates"}

// step makes one call where it belongs; right tells whether an answer is one of
// success.
func (s *sameness) step(face, name, params string, keep map[string]string, call func(r *rig, name, params string) answer, right func(answer) bool) {
	s.t.Helper()
	ask := func(i int) answer {
		return call([]*rig{s.c.a, s.c.b}[i], name, filledIn(params, s.noted[i]))
	}
	got := ask(1)
	want := got
	if !reads.MatchString(name) {
		defer s.level()
	}
	switch {
	case slices.Contains(polls, name):
	case reads.MatchString(name):
		want = ask(0)
		s.compare(face+" "+name, want, got, right)
		if !right(got) {
			got = want
		}
	case !right(got):
		s.differ("%s %s: %s", face, name, reason(got))
		want = ask(0) // which may fail too, behind what b did otherwise
		got = want
	}
	for known, path := range keep {
		for i, a := range []answer{want, got} {
			if s.noted[i][known] = noticed(a, path); s.noted[i][known] == "" && i == 1 {
				s.noted[1][known] = s.noted[0][known] // what the upstream's protocol does not tell
			}
			if s.noted[i][known] == "" {
				s.t.Fatalf("%s: no %s in %s", name, path, a.text)
			}
		}
	}
}

// noticed is a part of an answer; in a list of events other ones may be ahead.
func noticed(a answer, path string) string {
	rest, first := strings.CutPrefix(path, "data.0.")
	for i := 0; first && i < 10; i++ {
		if found := word(a.at(fmt.Sprintf("data.%d.%s", i, rest))); found != "" {
			return found
		}
	}
	return word(a.at(path))
}

// level waits until all that a step caused was heard on a, and by b: what events
// need is fetched as it is then, which must not be after the next step, and calls
// may name what an event told. A marker closes a's events, which are answered, and
// b's. Where markers do not come to b, an event that never comes is waited for once.
func (s *sameness) level() (heard []string) {
	s.t.Helper()
	s.c.a.act(alice, "SetTyping", `{"user":1234567890,"kind":0}`)
	heard = ear{wsName, s.peeks[0].next}.heard()
	if s.marked {
		ear{wsName, s.peeks[1].next}.heard()
		return heard
	}
	time.Sleep(5 * time.Millisecond) // for the other witnesses of a
	behind := func() int { return len(s.ears[0][viaMilky].in) - len(s.ears[1][viaMilky].in) }
	for deadline := time.Now().Add(2 * time.Second); behind() > s.owed; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.owed = behind()
		}
	}
	return heard
}

func (s *sameness) compare(what string, want, got answer, right func(answer) bool) {
	switch {
	case right(want) && !right(got):
		s.differ("%s: %s", what, reason(got))
	case want.status != got.status:
		s.differ("%s: status %d becomes %d", what, want.status, got.status)
	default:
		s.diffText(what, want.text, got.text)
	}
}

// witnessed compares what witnesses of both servers hear while fn runs.
func (s *sameness) witnessed(fn func()) {
	s.t.Helper()
	here, there := s.c.a.witnesses(), s.c.b.witnesses()
	s.ears, s.peeks[0] = [2]witnesses{here, there}, s.c.a.socket(wsName, "/event")
	if s.marked {
		s.peeks[1] = s.c.b.socket(wsName, "/event")
	}
	s.c.a.say(alice, "now it begins")
	here.await("now it begins")
	there.await("now it begins")
	fn()
	s.c.a.tell(alice, "now it ends")
	for i, face := range protocols {
		s.compareEvents(face, here[i].until("now it ends"), there[i].until("now it ends"))
	}
}

// kindOf names an event's kind.
func kindOf(event string) string {
	kind := ""
	for _, path := range []string{"post_type", "message_type", "notice_type", "request_type", "meta_event_type", "sub_type",
		"event_type", "data.message_scene", "body.type", "body._type"} {
		if v := word(at(event, path)); v != "" {
			kind += " " + v
		}
	}
	return strings.TrimSpace(kind)
}

// compareEvents pairs the events of each kind in order.
func (s *sameness) compareEvents(face string, want, got []string) {
	group := func(list []string) map[string][]string {
		kinds := map[string][]string{}
		for _, e := range list {
			kinds[kindOf(e)] = append(kinds[kindOf(e)], e)
		}
		return kinds
	}
	a, b := group(want), group(got)
	for kind, events := range a {
		if kind == "" || strings.HasPrefix(kind, "meta_event heartbeat") {
			continue
		}
		if len(events) != len(b[kind]) {
			s.differ("%s event %s: %s", face, kind, fewer(len(events), len(b[kind])))
			continue
		}
		for i := range events {
			s.diffText(face+" event "+kind, events[i], b[kind][i])
		}
	}
	for kind := range b {
		if len(a[kind]) == 0 && kind != "" && !strings.HasPrefix(kind, "meta_event heartbeat") {
			s.differ("%s event %s: only through the upstream", face, kind)
		}
	}
}

func fewer(want, got int) string {
	switch {
	case got == 0:
		return "not told"
	case got < want:
		return "not always told"
	}
	return "told too often"
}
