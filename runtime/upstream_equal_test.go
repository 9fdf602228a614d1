package runtime_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
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

// walker takes the same steps on one server.
type walker struct {
	call  func(name, params string) answer
	noted map[string]string
}

func (w *walker) take(s step) answer {
	params := s.params
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(w.noted))) {
		params = strings.ReplaceAll(params, "$"+name, w.noted[name])
	}
	a := w.call(s.action, params)
	for name, path := range s.keep {
		w.noted[name] = word(a.at(path))
	}
	return a
}

// compareWalks takes the steps on a server that holds the simulated QQ itself
// and on one that reaches it through another, and holds what differs to the
// written list: what the protocol between them cannot carry.
func compareWalks(t *testing.T, file string, steps []step, alone, front *walker) {
	t.Helper()
	var list strings.Builder
	for _, s := range steps {
		want, got := alone.take(s), front.take(s)
		if d := differences(t, want.text, got.text); d != "" {
			fmt.Fprintf(&list, "%s %s\n%s", s.action, clipped(s.params), d)
		}
	}
	held(t, filepath.Join("testdata", file), list.String())
}

// held holds a text to the written one.
func held(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(text, "\n")); diff != "" {
		t.Errorf("%s: run the test with -update (-want +got):\n%s", file, diff)
	}
}

func clipped(text string) string {
	const most = 80
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

// differences lists what two JSON texts say differently, one path a line.
func differences(t *testing.T, want, got string) string {
	t.Helper()
	a, b := leaves(t, want), leaves(t, got)
	paths := slices.Sorted(maps.Keys(a))
	for path := range b {
		if _, both := a[path]; !both {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	var out strings.Builder
	for _, path := range paths {
		was, had := a[path]
		is, has := b[path]
		switch {
		case had && !has:
			fmt.Fprintf(&out, "  - %s = %s\n", path, clipped(was))
		case !had:
			fmt.Fprintf(&out, "  + %s = %s\n", path, clipped(is))
		case was != is:
			fmt.Fprintf(&out, "  ~ %s = %s, alone %s\n", path, clipped(is), clipped(was))
		}
	}
	return out.String()
}

// leaves are the values of a JSON text by their paths. What no two servers say
// alike is masked: times near now, addresses and signatures of links.
func leaves(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	var tree any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		out["(text)"] = text
		return out
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, member := range v {
				walk(path+"."+key, member)
			}
		case []any:
			for i, member := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), member)
			}
		default:
			var leaf bytes.Buffer
			encoder := json.NewEncoder(&leaf)
			encoder.SetEscapeHTML(false)
			_ = encoder.Encode(v)
			out[path] = masked(strings.TrimSuffix(leaf.String(), "\n"))
			if secrets.MatchString(path) && len(out[path]) > 2 {
				out[path] = "<made>"
			}
		}
	}
	walk("", tree)
	return out
}

var (
	ownHost   = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)
	signature = regexp.MustCompile(`\?e=[0-9]+&(amp;)?s=[-_0-9A-Za-z]+`)
	made      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|https://qfile.qq.com/q/[0-9a-f]+|&rkey=[-_0-9A-Za-z]+`)
	// secrets are members that a login or a clock makes.
	secrets  = regexp.MustCompile(`(cookies|bkn|token|csrf_token|clientkey|notice_id|announcement_id|arkMsg|arkJson|timestamp|sign)$`)
	stamp    = regexp.MustCompile(`^"?[0-9]{10,13}"?$`)
	signed   = regexp.MustCompile(`[-_0-9A-Za-z]{32,}|[0-9]{10,13}`)
	calendar = regexp.MustCompile(`20[0-9]{2}-[0-9]{2}-[0-9]{2}[ T][0-9:]{8}`)
)

func masked(leaf string) string {
	if stamp.MatchString(leaf) {
		n, _ := strconv.ParseInt(strings.Trim(leaf, `"`), 10, 64)
		if len(strings.Trim(leaf, `"`)) == 13 {
			n /= 1000
		}
		const near = 400 * 24 * time.Hour
		if d := time.Since(time.Unix(n, 0)); d < near && d > -near {
			return "<time>"
		}
	}
	leaf = signature.ReplaceAllString(leaf, "")
	leaf = made.ReplaceAllString(leaf, "<made>")
	leaf = calendar.ReplaceAllString(leaf, "<time>")
	if strings.HasPrefix(leaf, `"{`) { // a signed card
		leaf = signed.ReplaceAllString(leaf, "<made>")
	}
	return ownHost.ReplaceAllString(leaf, "http://host")
}

// TestOneBotUpstreamEquals has the conversations of OneBot's actions on a server
// whose account is held by another one: answers and events are those of a server
// alone, but for the written list.
func TestOneBotUpstreamEquals(t *testing.T) {
	plain := config.OneBot{MessageFormat: config.FormatArray, ReportSelf: true, Credentials: config.CredentialsAll}
	quiet := plain
	quiet.Filter = `{"sub_type":{"$ne":"input_status"}}`
	c := newChain(t, viaOneBotDriver(),
		func(cfg *config.Config) {
			cfg.Media.AllowCIDRs = append(cfg.Media.AllowCIDRs, netip.MustParsePrefix("127.0.0.0/8"))
		},
		on(func(e *config.OneBotHTTP) { e.OneBot, e.Heartbeat = quiet, time.Hour }),
		on(func(e *config.OneBotWS) {
			token := e.Token
			e.OneBot, e.Heartbeat = plain, time.Hour
			e.Token = token
		}))
	ears := ear{"forward WebSocket", c.b.socket(wsName, "/event").next}
	scrub := &scrubber{names: map[string]string{}, count: map[string]int{}}
	var list strings.Builder
	for _, step := range readScript(t) {
		params, answer := scrub.fill(step.params), ""
		if step.who == "" {
			answer = c.b.request("POST", c.b.url(httpName, "/"+step.name), params, "Content-Type", jsonType).text
		} else {
			who, _ := strconv.ParseInt(step.who, 10, 64)
			c.b.act(qq.UserID(who), step.name, params)
		}
		c.b.act(alice, "SetTyping", `{"user":1234567890,"kind":0}`)
		events := ears.heard()
		from := answer
		if step.who != "" {
			from = "[" + strings.Join(events, ",") + "]"
		}
		for _, n := range step.notes {
			scrub.note(n.name, word(at(from, n.path)))
		}
		for i, e := range events {
			events[i] = scrub.scrub(e)
		}
		answer = scrub.scrub(fold(answer))
		d := differences(t, step.answer, answer) + differences(t, "["+strings.Join(step.events, ",")+"]", "["+strings.Join(events, ",")+"]")
		if d != "" {
			fmt.Fprintf(&list, "%s %s\n%s", step.name, clipped(step.params), d)
		}
	}
	held(t, "testdata/upstream_onebot_by_onebot.golden", list.String())
}

// TestMilkyOverOneBotUpstream is the same for Milky.
func TestMilkyOverOneBotUpstream(t *testing.T) {
	alone := startBeside(t, nil, reportAll)
	c := newChain(t, viaOneBotDriver())
	var steps []step
	for _, s := range milkyWorld {
		name, path, found := strings.Cut(s.keep, " ")
		one := step{action: s.api, params: s.params}
		if found {
			one.keep = noting(name, path)
		}
		steps = append(steps, one)
	}
	compareWalks(t, "upstream_milky_by_onebot.golden", steps, milkyWalker(t, alone), milkyWalker(t, c.b))
}

func milkyWalker(t *testing.T, r *rig) *walker {
	return &walker{noted: peopleForMilky(t, r, hearMilky(t, r)), call: func(name, params string) answer {
		return r.request("POST", r.url(milkyName, "/api/"+name), params, "Content-Type", jsonType)
	}}
}
