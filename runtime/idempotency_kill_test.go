package runtime_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/config"
)

var keyedKills = flag.Int("keyed.kills", 5, "how often the server is killed while clients send under idempotency keys")

// victimData names the variable that makes TestServesUntilKilled a server of
// its own, in the data folder that is its value.
const victimData = "LLBOT_KEYED_VICTIM"

// TestServesUntilKilled is the process that TestKilledWhileSending kills; among
// the other tests it does nothing.
func TestServesUntilKilled(t *testing.T) {
	data := os.Getenv(victimData)
	if data == "" {
		return
	}
	server, err := llbot.New(testConfig(t, func(cfg *config.Config) { cfg.Data = data }))
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	addr := map[string]string{}
	for _, e := range server.Endpoints() {
		addr[e.Name] = e.Addr
	}
	fmt.Println("serving", addr[httpName], addr[milkyName], addr[satoriName])
	_, _ = io.Copy(io.Discard, os.Stdin) // until the other end goes
}

// victim is a server in a process of its own.
type victim struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	urls [3]string // where actions go, by protocol
}

func startVictim(t *testing.T, data string) *victim {
	t.Helper()
	v := &victim{cmd: exec.Command(os.Args[0], "-test.run=^TestServesUntilKilled$")}
	v.cmd.Env = append(os.Environ(), victimData+"="+data)
	var err error
	if v.in, err = v.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if addr, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			parts := strings.Fields(addr)
			v.urls = [3]string{"http://" + parts[0] + "/", "http://" + parts[1] + "/api/", "http://" + parts[2] + "/v1/"}
			return v
		}
		t.Log(lines.Text())
	}
	t.Fatal("the server did not start")
	return nil
}

func (v *victim) kill() {
	_ = v.cmd.Process.Kill()
	_ = v.cmd.Wait() // it was killed: an error
	_ = v.in.Close()
}

// front is where the clients find the server that lives now.
type front struct {
	mu   sync.Mutex
	urls [3]string
	over bool // no more kills: clients end when they have an answer
}

func (f *front) now() (urls [3]string, over bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.urls, f.over
}

func (f *front) set(urls [3]string, over bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.urls, f.over = urls, over
}

// keyedClient sends one message after another, each under a key of its own and
// again and again until it is answered.
type keyedClient struct {
	t        *testing.T
	name     string
	protocol int
	http     *http.Client
	front    *front
	schema   *milkyCheck
	sent     []string // texts, which are the keys as well
	answers  []string // messages as the first answers name them
	retries  int
}

func (c *keyedClient) run() {
	for n := 0; ; n++ {
		_, over := c.front.now()
		if over {
			return
		}
		text := fmt.Sprintf("%s %d", c.name, n)
		answer := c.once(text)
		if again := c.once(text); n%4 == 0 && again != answer {
			c.t.Errorf("%s: first %q then %q", text, answer, again)
		}
		c.sent, c.answers = append(c.sent, text), append(c.answers, answer)
	}
}

// once tries until there is an answer.
func (c *keyedClient) once(text string) string {
	for deadline := time.Now().Add(6 * patience); time.Now().Before(deadline); c.retries++ {
		urls, _ := c.front.now()
		a, err := c.try(urls[c.protocol], text)
		if err != nil {
			time.Sleep(2 * time.Millisecond)
			continue
		}
		if id := messageOf[c.protocol](a); id != "" {
			return id
		}
		// A server that is going, or coming, may say so.
		if !contains(a.text, "offline") && !contains(a.text, "not logged in") && !contains(a.text, "shutting down") {
			c.t.Errorf("%s: %d %s", text, a.status, a.text)
			return ""
		}
		time.Sleep(2 * time.Millisecond)
	}
	c.t.Errorf("%s: no answer", text)
	return ""
}

func (c *keyedClient) try(url, text string) (answer, error) {
	params := strings.ReplaceAll(sendText[c.protocol].params, "$1", text)
	req, err := http.NewRequest("POST", url+sendText[c.protocol].name, strings.NewReader(params))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", jsonType)
	req.Header.Set("Idempotency-Key", text)
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && c.protocol == viaMilky {
		c.schema.answer("/api/"+sendText[viaMilky].name, resp.StatusCode, body)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}, err
}

// TestKilledWhileSending kills the server at random moments while clients send
// and try again: each message is in the world and in the event log once, and
// all its answers name it.
func TestKilledWhileSending(t *testing.T) {
	data := t.TempDir()
	first := start(t, func(cfg *config.Config) { cfg.Data = data })
	first.say(alice, "begin") // an account without any event in the log is told only what is new
	eventually(t, "the log", func() bool { return len(first.logged()) == 1 })
	first.stop()

	front := &front{}
	v := startVictim(t, data)
	front.set(v.urls, false)
	schema := newMilkyCheck(t)
	var clients []*keyedClient
	var all sync.WaitGroup
	for i := range 12 {
		c := &keyedClient{t: t, name: fmt.Sprint("client ", i), protocol: i % len(protocols), http: newClient(t), front: front, schema: schema}
		clients = append(clients, c)
		all.Go(c.run)
	}
	for range *keyedKills {
		time.Sleep(50*time.Millisecond + rand.N(150*time.Millisecond))
		v.kill()
		v = startVictim(t, data)
		front.set(v.urls, false)
	}
	front.set(v.urls, true)
	all.Wait()
	v.kill()

	r := start(t, func(cfg *config.Config) { cfg.Data = data })
	sent, retries := 0, 0
	world, log := count(r.saidBy(bot)), map[string]int{}
	eventually(t, "the log", func() bool { log = count(r.logged()); return len(log) == len(world)+1 })
	for _, c := range clients {
		for i, text := range c.sent {
			if a := r.under(c.protocol, text, true, sendText, text); messageOf[c.protocol](a) != c.answers[i] {
				t.Errorf("%s: was %s, is %s", text, c.answers[i], a.text)
			}
			if world[text] != 1 || log[text] != 1 {
				t.Errorf("%s: %d times in the world, %d in the log", text, world[text], log[text])
			}
		}
		sent, retries = sent+len(c.sent), retries+c.retries
	}
	if len(world) != sent {
		t.Errorf("%d messages, %d were sent", len(world), sent)
	}
	t.Logf("%d kills, %d messages, %d tries broken off", *keyedKills, sent, retries)
}

func count(texts []string) map[string]int {
	counts := map[string]int{}
	for _, text := range texts {
		counts[text]++
	}
	return counts
}

// saidBy are the texts of somebody's messages in the group.
func (r *rig) saidBy(user qq.UserID) (list []string) {
	r.t.Helper()
	account, _ := r.server.Account(bot)
	for start := int64(0); ; {
		h, err := qq.Do(r.t.Context(), account, qq.GetHistory{Chat: qq.GroupChat(group), Start: start, Count: 1000})
		if err != nil {
			r.t.Fatal(err)
		}
		for _, m := range h.Messages {
			if m.Sender == user {
				list = append(list, m.Segments.PlainText())
			}
		}
		if start = h.Older; start == 0 {
			return list
		}
	}
}

// logged are the texts of the messages in the event log.
func (r *rig) logged() (list []string) {
	r.t.Helper()
	var mu sync.Mutex
	end, err := r.server.Subscribe(r.t.Context(), llbot.Subscription{ReportSelf: true, After: 1}, func(_ context.Context, e *qq.Entry) {
		if m, ok := e.Event.(*qq.MessageReceived); ok {
			mu.Lock()
			defer mu.Unlock()
			list = append(list, m.Segments.PlainText())
		}
	})
	if err != nil {
		r.t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	end()
	return list
}
