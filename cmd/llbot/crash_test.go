package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

var (
	crashKills   = flag.Int("crash.kills", 6, "how often the program is killed under load, half of it under durability strict, half under batch")
	crashLongest = flag.Duration("crash.longest", 500*time.Millisecond, "how long the load lasts at most before a kill; 50 ms at least")
)

// crashConfig has three durable targets, none of which is spared anything for
// its age.
const crashConfig = `
admin: {port: 0}
durability: %s
replay: {max_age: 0}
endpoints:
  - {kind: onebot11-http, port: 0}
  - {kind: onebot11-webhook, url: "http://%s/onebot", retry_max: 100ms}
  - {kind: milky-webhook, url: "http://%s/milky", retry_max: 100ms}
  - {kind: onebot11-ws-reverse, url: "ws://%s/reverse", reconnect: {initial: 20ms, max: 200ms}}
`

// The program is killed at random moments while people talk. What it took
// arrives at every target in order, and nothing comes twice but what was in
// flight.
func TestKilledUnderLoad(t *testing.T) {
	for _, durability := range []string{"strict", "batch"} {
		t.Run(durability, func(t *testing.T) { killedUnderLoad(t, durability, (*crashKills+1)/2) })
	}
}

func killedUnderLoad(t *testing.T, durability string, cycles int) {
	begun := time.Now()
	targets := newCrashTargets(durability == "strict")
	server := httptest.NewUnstartedServer(targets)
	server.Config.ConnState = targets.connState
	server.Start()
	t.Cleanup(func() { targets.hangUp(); server.Close() })
	address := server.Listener.Addr()
	config := fmt.Sprintf(crashConfig, durability, address, address, address)
	data, talk, complaints := t.TempDir(), &talk{strict: durability == "strict"}, complaints{}
	for range cycles {
		p := start(t, config, data)
		targets.read(t, p)
		life := talk.begin(t, p)
		time.Sleep(50*time.Millisecond + rand.N(max(*crashLongest-50*time.Millisecond, 1)))
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.cmd.Wait() // killed
		life.end()
		targets.died(t)
		complaints.gather(p.out.String())
	}
	p := start(t, config, data)
	targets.read(t, p)
	p.say("--group", "123456", "--as", "10001", "the end")
	waitFor(t, 2*time.Minute, targets.haveEnded) // all that was owed comes before it
	kept := p.keptSayings(t, talk.accepted)
	waitFor(t, 2*time.Minute, func() bool { return targets.haveAll(kept) })
	complaints.gather(p.out.String())
	t.Logf("%d kills, %d messages accepted, %d kept, %d calls broken off, %s",
		cycles, len(talk.accepted), len(kept), talk.broken, time.Since(begun).Round(time.Millisecond))
	targets.judge(t, talk.accepted, kept)
	complaints.judge(t)
}

// keptSayings reads the event log: no message is in it twice, and none that was
// accepted is missing.
func (p *program) keptSayings(t *testing.T, accepted []saying) []saying {
	t.Helper()
	var list []saying
	in, after, since := map[saying]bool{}, qq.SN(0), ""
	for more := true; more; since = fmt.Sprint(after) {
		more = false
		err := p.client(t).Events(t.Context(), admin.EventQuery{Since: since, Limit: 1000}, func(line admin.EventLine) error {
			if line.SN <= after {
				return nil
			}
			more, after = true, line.SN
			if s, ok := sayingIn(line.Event); ok {
				if in[s] {
					t.Errorf("%v is twice in the event log", s)
				}
				in[s], list = true, append(list, s)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range accepted {
		if !in[s] {
			t.Errorf("%v was accepted and is not in the event log", s)
		}
	}
	return list
}

// waitFor waits for what may be missing for ever; what is missing is told later.
func waitFor(t *testing.T, patience time.Duration, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("not everything came within %s", patience)
			return
		}
	}
}

// complaints counts what the program logs above INFO, by its text.
type complaints map[string]int

var complaint = regexp.MustCompile(`(?m)^.*\b(WRN|WARN|ERR|ERROR)\b.*$|(?s)panic:.*`)

func (c complaints) gather(out string) {
	for _, line := range complaint.FindAllString(out, -1) {
		c[line]++
	}
}

// judge lets only the damage pass that a kill leaves and that is cut off: the
// targets never were away.
func (c complaints) judge(t *testing.T) {
	shown := 0
	for line, times := range c {
		if strings.Contains(line, "damaged, most likely by a kill") {
			continue
		}
		if shown++; shown <= 20 {
			t.Errorf("%d times: %s", times, line)
		}
	}
}

// client is the control API of a running program.
func (p *program) client(t *testing.T) admin.Client {
	t.Helper()
	token, err := admin.ReadToken(p.data)
	if err != nil {
		t.Fatal(err)
	}
	return admin.Client{Base: "http://" + p.addr["admin"], Token: token}
}
