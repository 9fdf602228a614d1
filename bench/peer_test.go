//go:build linux

package bench

import (
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"llbot/bench/part"
	"llbot/bench/subject"
	"llbot/runtime/config"
)

// self starts this test program as a part of a measurement.
func self() part.Command { return part.Command{Program: os.Args[0], Env: []string{partEnv}} }

// freeAddress is one where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Another server whose process is known and that posts its events is measured
// by whatever can be seen of it, and the rest told with the reason.
func TestTargetFromOutside(t *testing.T) {
	hook := freeAddress(t)
	peer, err := self().Start(t.Context(), roleSubject)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := peer.Stop(); err != nil {
			t.Error(err)
		}
	})
	var at subject.Addresses
	if err := peer.Call("Serve", subject.Spec{ReportSelf: true, Hooks: []subject.Hook{{Kind: config.KindOneBotWebhook, URL: "http://" + hook}}}, &at); err != nil {
		t.Fatal(err)
	}
	target, err := ParseTarget(Named{
		URL: "ws://" + at.Ports[portWS], Act: "http://" + at.Ports[portHTTP], PID: peer.PID(), Hook: hook,
		Group: int64(subject.Group), Member: int64(subject.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), Options{
		Self: self(), Quick: true, Rounds: 1, Slice: 100 * time.Millisecond, Target: target,
		Only: regexp.MustCompile(`^(ws/onebot/login|(fanout|allocations)/array/10|paced/100@500/cpu|webhook/.*|idle/ws/(memory|resident))$`),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"ws/onebot/login", "fanout/array/10", "paced/100@500/cpu", "webhook/1", "idle/ws/resident"}
	for i, one := range r.Results {
		if i >= len(want) || one.Name != want[i] || !(one.Value > 0) || strings.Contains("ws fanout webhook", strings.Split(one.Name, "/")[0]) && one.CPU == nil {
			t.Errorf("result %d: %+v", i, one)
		}
	}
	barred := []string{"allocations/array/10", "webhook/100", "idle/ws/memory"}
	if len(r.Results) != len(want) || len(r.Skipped) != len(barred) {
		t.Fatalf("%d results, skipped %+v", len(r.Results), r.Skipped)
	}
	for _, one := range r.Skipped {
		if !slices.Contains(barred, one.Name) || !strings.Contains(one.Reason, "only this server") {
			t.Errorf("skipped %+v", one)
		}
	}
}

// What cannot be seen of a target is told with what would help, once for each
// result, and nothing is tried.
func TestTargetUnseen(t *testing.T) {
	target, err := ParseTarget(Named{URL: "http://" + freeAddress(t)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), Options{
		Self: self(), Target: target, Only: regexp.MustCompile(`^(paced/.*/cpu|webhook/1|idle/.*|stuck/(memory|resident)|start/ready)$`),
	})
	if err == nil || err.Error() != "nothing was measured" {
		t.Fatal(err)
	}
	want := map[string]string{
		"paced/1000@50/cpu": "--pid", "paced/100@500/cpu": "--pid", "idle/ws/resident": "--pid", "idle/sse/resident": "--pid",
		"stuck/resident": "--pid", "webhook/1": "--hook", "idle/ws/memory": "only this", "idle/ws/goroutines": "only this",
		"idle/sse/memory": "only this", "idle/sse/goroutines": "only this", "stuck/memory": "only this", "start/ready": "only this",
	}
	for _, one := range r.Skipped {
		if part, known := want[one.Name]; !known || !strings.Contains(one.Reason, part) {
			t.Errorf("skipped %+v", one)
		}
		delete(want, one.Name)
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
}

// A process or an address that is named wrongly is told before anything runs.
func TestTargetNamedWrongly(t *testing.T) {
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		named Named
		want  string
	}{
		{Named{PID: gone.Process.Pid}, "no such process"},
		{Named{PID: -1}, "no such process"},
		{Named{Hook: "127.0.0.1"}, "want an address of this machine's loopback"},
		{Named{Hook: "127.0.0.1:0"}, "want an address"},
		{Named{Hook: "192.0.2.1:80"}, "want an address"},
		{Named{Hook: ":8080"}, "want an address"},
		{Named{Hook: taken.Addr().String()}, "address already in use"},
		{Named{Act: "nowhere"}, "want http://host"},
	} {
		c.named.URL = "http://127.0.0.1:1"
		if _, err := ParseTarget(c.named); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.named, err, c.want)
		}
	}
	if target, err := ParseTarget(Named{URL: "http://127.0.0.1:1", PID: os.Getpid(), Hook: "localhost:" + strings.Split(freeAddress(t), ":")[1]}); err != nil || target.PID != os.Getpid() {
		t.Errorf("%+v, %v", target, err)
	}
}
