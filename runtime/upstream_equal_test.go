package runtime_test

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/config"
)

// walker takes the same steps on one server.
type walker struct {
	call  func(name, params string) answer
	noted map[string]string
}

func (w *walker) take(s step) answer {
	a := w.call(s.action, filledIn(s.params, w.noted))
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
			answer = askOneBot(c.b, step.name, params).text
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
	compareWalks(t, "upstream_milky_by_onebot.golden", milkySteps(), milkyWalker(t, alone), milkyWalker(t, c.b))
}

func milkyWalker(t *testing.T, r *rig) *walker {
	return &walker{noted: peopleForMilky(t, r, hearMilky(t, r)), call: func(name, params string) answer { return askMilky(r, name, params) }}
}
