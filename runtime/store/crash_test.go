package store

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// victimDir names the variable that makes the test binary a process to kill:
// its value is the data folder.
const victimDir = "LLBOT_STORE_VICTIM"

// victim writes until it is killed, and says what it was promised: each line is
// a number whose key was begun, after the cursor and a letter of that number.
func victim(dir string) {
	s, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	last, _ := s.Cursors().Load("target")
	for sn := last + 1; ; sn++ {
		s.IDs().Stamp(1, ref(int64(sn)))
		s.DeadLetters().Skip("target", sn, "too old")
		s.Cursors().Save("target", sn)
		if _, err := s.Keys().Begin(1, fmt.Sprint(sn), print1, qq.TimeOf(time.Now())); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(sn)
		if sn%2 == 0 {
			s.Keys().Finish(1, fmt.Sprint(sn), []byte("sent"))
		}
	}
}

// TestKill: what a killed process was promised is there.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	for cycle := range 3 {
		told := kill(t, dir, time.Duration(100+37*cycle)*time.Millisecond)
		s := open(t, dir)
		at, _ := s.Cursors().Load("target")
		if at < told || told == 0 {
			t.Errorf("cursor at %d, %d was told", at, told)
		}
		if n := s.DeadLetters().Count("target"); n < int(at) {
			t.Errorf("cursor at %d, but %d letters", at, n)
		}
		finished := 0
		for sn := qq.SN(1); sn <= told; sn++ {
			c, err := s.Keys().Begin(1, fmt.Sprint(sn), print1, qq.TimeOf(time.Now()))
			if err != nil || c.State != Finished && c.State != Orphan || c.State == Finished && (sn%2 != 0 || string(c.Result) != "sent") {
				t.Fatalf("key %d: state %d, result %q (%v)", sn, c.State, c.Result, err)
			}
			if c.State == Finished {
				finished++
			}
			if v, ok := s.ids.table.stored(key{1, s.IDs().Stamp(1, ref(int64(sn)))}); !ok || v.seq != int64(sn) {
				t.Fatalf("the id of %d is lost", sn)
			}
		}
		if finished < int(told)/4 {
			t.Errorf("%d of %d have a result", finished, told)
		}
		closed(t, s)
	}
}

// kill runs a victim for a while and answers the last number it told.
func kill(t *testing.T, dir string, after time.Duration) (told qq.SN) {
	t.Helper()
	return killed(t, victimDir, dir, after)
}

// killed is kill for the victim that a variable names.
func killed(t *testing.T, variable, dir string, after time.Duration) (told qq.SN) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), variable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var timer *time.Timer
	for lines.Scan() {
		if timer == nil { // it is up
			timer = time.AfterFunc(after, func() { cmd.Process.Kill() })
			defer timer.Stop()
		}
		if _, err := fmt.Sscan(lines.Text(), &told); err != nil {
			t.Fatalf("the victim says %q", lines.Text())
		}
	}
	cmd.Wait() // it was killed: an error
	return told
}
