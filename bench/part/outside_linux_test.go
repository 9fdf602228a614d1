package part

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// The processor time of another process is what it used: it grows while it
// works and stands while it sleeps.
func TestOutside(t *testing.T) {
	busy := exec.Command("sh", "-c", "while :; do :; done")
	asleep := exec.Command("sleep", "600")
	for _, c := range []*exec.Cmd{busy, asleep} {
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	}
	const enough = 50 * time.Millisecond
	for until := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		f, err := Outside(busy.Process.Pid)
		if err != nil || f.Resident <= 0 {
			t.Fatalf("%+v, %v", f, err)
		}
		if f.CPU >= enough {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("after half a minute it used %s", f.CPU)
		}
	}
	if f, err := Outside(asleep.Process.Pid); err != nil || f.CPU > enough || f.Resident <= 0 {
		t.Errorf("asleep: %+v, %v", f, err)
	}
}

func TestOutsideOfNothing(t *testing.T) {
	ended := exec.Command("true")
	if err := ended.Start(); err != nil {
		t.Fatal(err)
	}
	if err := ended.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, pid := range []int{-1, 0, ended.Process.Pid} {
		if f, err := Outside(pid); err == nil {
			t.Errorf("%d: %+v", pid, f)
		}
	}
}

// From outside a process has used what it says itself.
func TestOutsideAgreesWithInside(t *testing.T) {
	before, err := processorTime()
	if err != nil {
		t.Fatal(err)
	}
	f, err := Outside(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	after, err := processorTime()
	if err != nil {
		t.Fatal(err)
	}
	const clocks = 20 * time.Millisecond // they tick apart
	if f.CPU < before-clocks || f.CPU > after+clocks {
		t.Errorf("%s, by itself %s to %s", f.CPU, before, after)
	}
}
