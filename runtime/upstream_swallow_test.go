package runtime_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	llbot "llbot/runtime"
	"llbot/runtime/config"
)

// swallower is a protocol whose calls can be lost one by one, while the link
// stays up.
type swallower struct {
	upstreamProtocol
	// lose loses the answers to sends, or with whole the sends themselves; "" ends it.
	lose   func(c *chain, answers, whole bool)
	opaque bool // ids of its messages are no numbers of QQ
}

// swallowers are servers that take keys, and such as take none.
func swallowers() (list []swallower) {
	defer func() {
		for i := range list {
			list[i].answer = 1500 * time.Millisecond // an answer that never comes is waited for that long
		}
	}()
	overHTTP := func(p upstreamProtocol, name, call string, names ...string) swallower {
		if p.names = names; len(names) > 0 {
			p.name, p.resumes = name, false
		}
		return swallower{upstreamProtocol: p, opaque: strings.HasSuffix(name, "Satori"), lose: func(c *chain, answers, whole bool) {
			hush, lose := "", ""
			if answers {
				hush = call
			}
			if whole {
				lose = call
			}
			c.link.swallow(hush, lose)
		}}
	}
	const byMilky, bySatori = "POST /api/send_group_message", "POST /v1/message.create"
	m := maskNapCat()
	return []swallower{
		overHTTP(viaMilkyDriver(), "", byMilky),
		overHTTP(viaSatoriDriver(), "", bySatori),
		overHTTP(viaMilkyDriver(), "another Milky", byMilky, `"impl_name":"llbot"`, `"impl_name":"other"`),
		overHTTP(viaSatoriDriver(), "another Satori", bySatori, `"adapter":"llbot"`, `"adapter":"other"`, "llonebot", "someplat"),
		{upstreamProtocol: viaMask("NapCat", m), lose: func(_ *chain, answers, whole bool) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.stays, m.hushed, m.lost = true, "", ""
			if answers {
				m.hushed = "send_group_msg"
			}
			if whole {
				m.lost = "send_group_msg"
			}
		}},
	}
}

// saidTimes is how often a text stands in the group of a's world.
func (c *chain) saidTimes(text string) int { return count(c.a.said())[text] }

// names checks that an answer of b names the message that a told of, by the same
// id or, where ids of the upstream's say nothing, by one that leads to it.
func (s swallower) names(c *chain, a answer, said string) {
	c.a.t.Helper()
	id := a.at("data.message_id")
	if s.opaque {
		if found := c.b.onebot("get_msg", `{"message_id":`+id+`}`); found.at("data.raw_message") == at(said, "raw_message") {
			return
		}
	} else if id == at(said, "message_id") {
		return
	}
	c.a.t.Errorf("%s, and said was %s", a.text, said)
}

// TestUpstreamSwallowedAnswer: one answer is lost, and nothing else. The caller
// is told in time that nobody knows, in his protocol's words; the link is good
// all the while; the same key answers with the true message, which was sent once.
func TestUpstreamSwallowedAnswer(t *testing.T) {
	noLeaks(t)
	for _, p := range swallowers() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			c := newChain(t, p.upstreamProtocol)
			w := c.a.socket(wsName, "/event", "Authorization", "Bearer "+token)
			h := hear(t, c.inner)
			send := func(text string) answer {
				return c.b.under(viaOneBot, "the key", true, sendText, text)
			}
			p.lose(c, true, false)
			began := time.Now()
			if a := send("swallowed"); a.at("retcode") == "0" || !strings.Contains(a.text, "it may have taken effect all the same") {
				t.Errorf("the caller is told %s", a.text)
			}
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("that took %v", took)
			}
			said := w.await("swallowed")
			if s := c.status(); !s.Good || !s.Online {
				t.Errorf("%+v", s)
			}
			p.lose(c, false, false)
			var again answer
			eventually(t, "the true answer", func() bool {
				again = send("swallowed")
				time.Sleep(20 * time.Millisecond)
				return again.at("retcode") == "0"
			})
			p.names(c, again, said)
			if n := c.saidTimes("swallowed"); n != 1 {
				t.Errorf("it was said %d times", n)
			}
			if _, late, lost := h.count(); late+lost > 0 {
				t.Errorf("the link was lost: %d late, %d gaps", late, lost)
			}
		})
	}
}

// upstreamVictim names the variable that makes TestServesUpstreamUntilKilled a
// server of its own; its value is the data folder, the protocol and the address.
const upstreamVictim = "LLBOT_UPSTREAM_VICTIM"

// TestServesUpstreamUntilKilled is the process that TestUpstreamKilledWhileSending
// kills; among the other tests it does nothing.
func TestServesUpstreamUntilKilled(t *testing.T) {
	parts := strings.Split(os.Getenv(upstreamVictim), "|")
	if len(parts) != 3 {
		return
	}
	for _, p := range swallowers() {
		if p.name != parts[1] {
			continue
		}
		timing := hasty()
		timing.Answer = p.answer
		server, err := llbot.New(testConfig(t, reportAll, func(cfg *config.Config) {
			cfg.Data, cfg.Accounts = parts[0], []config.Account{p.account(parts[2])}
		}), llbot.WithTiming(timing))
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, e := range server.Endpoints() {
			if e.Name == httpName {
				fmt.Println("serving", e.Addr)
			}
		}
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
}

// TestUpstreamKilledWhileSending kills b with a send under way to a server that
// takes no keys: one that a did, and one that never got there. Afterwards the key
// of the first answers with its message, the other's stays unknown, and nothing
// is sent again.
func TestUpstreamKilledWhileSending(t *testing.T) {
	noLeaks(t)
	for _, p := range swallowers()[2:] {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			c := newChain(t, p.upstreamProtocol) // the log has begun
			data := c.b.data
			c.b.stopInner(c)
			w := c.a.socket(wsName, "/event", "Authorization", "Bearer "+token)

			cmd := exec.Command(os.Args[0], "-test.run=^TestServesUpstreamUntilKilled$")
			cmd.Env = append(os.Environ(), upstreamVictim+"="+data+"|"+p.name+"|"+c.link.addr())
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			addr := ""
			for lines := bufio.NewScanner(out); addr == "" && lines.Scan(); {
				addr, _ = strings.CutPrefix(lines.Text(), "serving ")
			}
			victim := &rig{t: t, addr: map[string]string{httpName: addr}, client: newClient(t)}
			defer func() { _, _ = cmd.Process.Kill(), cmd.Wait() }()
			eventually(t, "the victim's link", func() bool {
				return victim.request("POST", victim.url(httpName, "/get_status"), "{}", "Content-Type", jsonType).at("data.good") == "true"
			})
			for i, text := range []string{"did arrive", "got lost"} {
				p.lose(c, i == 0, i == 1)
				if a := victim.under(viaOneBot, "key of "+text, true, sendText, text); a.at("retcode") == "0" {
					t.Fatalf("an answer came through: %s", a.text)
				}
			}
			said := w.await("did arrive")
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			p.lose(c, false, false)
			c.startB(t, p.upstreamProtocol, func(cfg *config.Config) { cfg.Data = data })
			c.online(t)
			var again answer
			eventually(t, "the true answer", func() bool {
				again = c.b.under(viaOneBot, "key of did arrive", true, sendText, "did arrive")
				time.Sleep(20 * time.Millisecond)
				return again.at("retcode") == "0"
			})
			p.names(c, again, said)
			for range 2 {
				if a := c.b.under(viaOneBot, "key of got lost", true, sendText, "got lost"); a.at("retcode") == "0" || !strings.Contains(a.text, "nobody can tell") {
					t.Errorf("what never got there: %s", a.text)
				}
			}
			if once, never := c.saidTimes("did arrive"), c.saidTimes("got lost"); once != 1 || never != 0 {
				t.Errorf("they were said %d and %d times", once, never)
			}
		})
	}
}
