package runtime_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/config"

	"github.com/google/go-cmp/cmp"
)

// sameness finds where b says something else than a, who holds the same world.
// What it finds is a list without numbers and texts of the run.
type sameness struct {
	t     *testing.T
	c     *chain
	ears  [2]witnesses // of a and b
	found map[string]bool
	noted [2]map[string]string // what later calls to a and b name
	owed  int                  // events that b is known never to hear
}

// TestUpstreamSaysTheSame calls everything that the three protocols have on
// both servers of a chain: reads on both, with the same answer; the rest on b,
// and what b cannot do on a. All events go to witnesses of both. The golden
// file is what the upstream's protocol loses, and nothing else.
func TestUpstreamSaysTheSame(t *testing.T) {
	for _, p := range []upstreamProtocol{viaMilkyDriver(), viaOneBotDriver(), viaSatoriDriver()} {
		t.Run(p.name, func(t *testing.T) {
			noLeaks(t)
			found := map[string]bool{}
			tours := map[string]func(*sameness){"milky": tourMilky, "onebot11": tourOneBot, "satori": tourSatori}
			if p.driver == config.DriverOneBot11 { // of the others there are closer comparisons, value by value: upstream_equal_test.go
				tours = map[string]func(*sameness){"satori": tourSatori}
			}
			for face, tour := range tours {
				t.Run(face, func(t *testing.T) {
					c := newChain(t, p, withToken(""), func(cfg *config.Config) {
						cfg.Media.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
						// What is asked for events knows no markers, as in the conversations.
						on(func(e *config.OneBotHTTP) { e.Filter = `{"sub_type":{"$ne":"input_status"}}` })(cfg)
					})
					s := &sameness{t: t, c: c, found: found, noted: [2]map[string]string{{}, {}}}
					s.witnessed(func() { tour(s) })
				})
			}
			list := slices.Sorted(maps.Keys(found))
			file := filepath.Join("testdata", "upstream_"+p.name+".golden")
			text := strings.Join(list, "\n") + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(text, "\n")); d != "" {
				t.Errorf("%s:\n%s", file, d)
			}
		})
	}
}

// differ notes a difference.
func (s *sameness) differ(format string, args ...any) { s.found[fmt.Sprintf(format, args...)] = true }

// reads matches the names of calls that change nothing.
var reads = regexp.MustCompile(`^(_?get_|nc_get_|fetch_|can_|check_|ocr_|voice_msg_to_text|translate_|.*\.(get|list)$)`)

// polls are calls whose answer is what happened since the last one.
var polls = []string{"get_event", "get_updates"}

// step makes one call where it belongs; right tells whether an answer is one of
// success.
func (s *sameness) step(face, name, params string, keep map[string]string, call func(r *rig, name, params string) answer, right func(answer) bool) {
	s.t.Helper()
	ask := func(i int) answer {
		return call([]*rig{s.c.a, s.c.b}[i], name, s.filled(i, params))
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

// filled puts in what a or b noted.
func (s *sameness) filled(i int, params string) string {
	for _, known := range slices.Backward(slices.Sorted(maps.Keys(s.noted[i]))) {
		params = strings.ReplaceAll(params, "$"+known, s.noted[i][known])
	}
	return params
}

// level waits for b to hear what a heard: what events need is fetched as it is
// then, which must not be after the next step, and calls may name what an event
// told. An event that never comes is waited for once.
func (s *sameness) level() {
	time.Sleep(5 * time.Millisecond) // for a's own
	behind := func() int { return len(s.ears[0][viaMilky].in) - len(s.ears[1][viaMilky].in) }
	for deadline := time.Now().Add(2 * time.Second); behind() > s.owed; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.owed = behind()
		}
	}
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

// reason is what a failed call was told, without what belongs to the run.
func reason(a answer) string {
	text := a.text
	for _, path := range []string{"message", "wording"} {
		if found := word(a.at(path)); found != "" {
			text = found
			break
		}
	}
	return "fails: " + regexp.MustCompile(`"[^"]*"`).ReplaceAllString(text, "…")
}

func (s *sameness) diffText(what, want, got string) {
	var a, b any
	if json.Unmarshal([]byte(want), &a) != nil || json.Unmarshal([]byte(got), &b) != nil {
		if want != got {
			s.differ("%s: %q becomes %q", what, want, got)
		}
		return
	}
	s.diff(what, a, b)
}

// own are members that each server has of its own.
var own = []string{"sn", "_sn", "proxy_urls", "last_message_time", "stat"}

func (s *sameness) diff(path string, a, b any) {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(x)) {
			switch _, there := y[key]; {
			case slices.Contains(own, key):
			case !there:
				s.differ("%s.%s: missing", path, key)
			default:
				s.diff(path+"."+key, x[key], y[key])
			}
		}
		for key := range y {
			if _, there := x[key]; !there && !slices.Contains(own, key) {
				s.differ("%s.%s: %s", path, key, "only through the upstream")
			}
		}
		return
	case []any:
		y, ok := b.([]any)
		if !ok {
			break
		}
		if len(x) != len(y) {
			s.differ("%s: another number of entries", path)
			return
		}
		for i := range x {
			s.diff(path+".*", x[i], y[i])
		}
		return
	}
	x, isNumber := a.(float64)
	y, both := b.(float64)
	switch {
	case strings.HasSuffix(path, ".body.id"): // the log's number
	case isNumber && both && x > 1e9 && x < 1e10 && math.Abs(x-y) <= 2: // seconds of calls one after the other
	case isNumber && both && x > 1e12 && x != y && math.Abs(x-y) < 1000:
		face, _, _ := strings.Cut(path, " ")
		s.differ("%s: all instants in whole seconds", face)
	case !same(a, b):
		s.differ("%s: %s becomes %s", path, sortOf(a), sortOf(b))
	}
}

// same compares plain values; links may be signed at another time.
func same(a, b any) bool {
	x, isText := a.(string)
	y, both := b.(string)
	if isText && both {
		return unsigned.ReplaceAllString(x, "") == unsigned.ReplaceAllString(y, "")
	}
	return cmp.Equal(a, b)
}

var unsigned = regexp.MustCompile(`\?e=\d+&(amp;)?s=[\w-]+`)

// sortOf is what kind of value something is.
func sortOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if v == "" {
			return "empty text"
		}
		return "text"
	case float64:
		if v == 0 {
			return "0"
		}
		return "a number"
	case bool:
		return fmt.Sprint(v)
	case []any:
		return "a list"
	}
	return "an object"
}

// witnessed compares what witnesses of both servers hear while fn runs.
func (s *sameness) witnessed(fn func()) {
	s.t.Helper()
	here, there := s.c.a.witnesses(), s.c.b.witnesses()
	s.ears = [2]witnesses{here, there}
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

func retcodeZero(a answer) bool { return a.status == 200 && a.at("retcode") == "0" }

func tourMilky(s *sameness) {
	kept := peopleForMilky(s.t, s.c.a, hearMilky(s.t, s.c.a))
	maps.Copy(s.noted[0], kept)
	maps.Copy(s.noted[1], kept)
	call := func(r *rig, name, params string) answer {
		return r.request("POST", r.url(milkyName, "/api/"+name), params, "Content-Type", jsonType)
	}
	for _, m := range milkyWorld {
		keep := map[string]string{}
		if name, path, found := strings.Cut(m.keep, " "); found {
			keep[name] = path
		}
		s.step("milky", m.api, m.params, keep, call, retcodeZero)
	}
}

func tourOneBot(s *sameness) {
	call := func(r *rig, name, params string) answer {
		return r.request("POST", r.url(httpName, "/"+name), params, "Content-Type", jsonType)
	}
	peek := s.c.a.socket(wsName, "/event")
	for _, one := range readScript(s.t) {
		params := strings.NewReplacer("PIXEL", onePixel, "TONE", oneTone).Replace(one.params)
		keep := map[string]string{}
		for _, n := range one.notes {
			keep[n.name] = n.path
		}
		if one.who == "" {
			s.step("onebot11", one.name, params, keep, call, retcodeZero)
			continue
		}
		s.c.a.act(alice, "SetTyping", `{"user":1234567890,"kind":0}`)
		peek.until(marker)
		who, err := strconv.ParseInt(one.who, 10, 64)
		if err != nil {
			s.t.Fatal(err)
		}
		s.c.a.act(qq.UserID(who), one.name, s.filled(0, params))
		s.level()
		for name, path := range keep {
			event := "[" + peek.next() + "]"
			s.noted[0][name] = word(at(event, path))
			s.noted[1][name] = s.noted[0][name]
		}
	}
}

func tourSatori(s *sameness) {
	s.c.a.askSatori(s.noted[0])
	maps.Copy(s.noted[1], s.noted[0])
	picture, err := base64.StdEncoding.DecodeString(onePixel)
	if err != nil {
		s.t.Fatal(err)
	}
	call := func(r *rig, name, params string) answer {
		if name == "upload.create" {
			return r.upload("", "image/png", picture)
		}
		return r.request("POST", r.url(satoriName, "/v1/"+name), params, "Satori-Platform", "llonebot", "Satori-User-ID", botText)
	}
	for _, one := range satoriSteps() {
		s.step("satori", one.action, one.params, one.keep, call, func(a answer) bool { return a.status == 200 })
	}
}
