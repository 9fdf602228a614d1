package eventlog

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
)

var kills = flag.Int("eventlog.kills", 6, "how often a process is killed")

const victimEnv = "LLBOT_EVENTLOG_VICTIM"

// victim appends as fast as it can and prints what is acknowledged, until it
// is killed.
func victim(dir string) int {
	kind, dir, _ := strings.Cut(dir, ":")
	d := Batch
	if kind == "strict" {
		d = Strict
	}
	l, r, err := Open(Options{Dir: dir, Durability: d, SegmentBytes: 200_000})
	if err != nil || r.Damaged() || r.WriteTrouble != nil {
		fmt.Println("bad", r, err)
		return 1
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	fmt.Fprintln(out, "from", l.LastOrigin(1))
	for origin := l.LastOrigin(1) + 1; ; {
		e := entry(1, origin, qq.Time(origin))
		if fresh, err := l.Append(e, nil); err != nil || !fresh {
			time.Sleep(time.Millisecond)
			continue
		}
		if origin++; origin%64 == 0 {
			fmt.Fprintln(out, "given", e.SN)
			fmt.Fprintln(out, "synced", l.Synced())
			out.Flush()
		}
		if origin%512 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}

// TestKill kills a process that appends, again and again.
func TestKill(t *testing.T) {
	for _, kind := range []string{"batch", "strict"} {
		t.Run(kind, func(t *testing.T) { killed(t, kind, (*kills+1)/2) })
	}
}

func killed(t *testing.T, kind string, cycles int) {
	dir := filepath.Join(t.TempDir(), "log")
	given, synced := qq.SN(0), qq.SN(0)
	read, origin := qq.SN(0), uint64(0) // what was found in order before
	for cycle := range cycles {
		given, synced = oneKill(t, kind, dir, given, synced)
		l, r, err := Open(Options{Dir: dir})
		if err != nil || r.Damaged() {
			t.Fatalf("cycle %d: %v, %v", cycle, r, err)
		}
		if cycle == cycles-1 {
			read, origin = 0, 0 // everything once more
		}
		read, origin = inOrder(t, l, max(read, l.First()-1), origin)
		if l.Last() < synced {
			t.Fatalf("cycle %d: holds up to %d, %d was synced", cycle, l.Last(), synced)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d entries, nothing lost or doubled", cycles, origin)
}

// inOrder reads on from an entry that had an origin: each one after has the
// next, once.
func inOrder(t *testing.T, l *Log, after qq.SN, origin uint64) (qq.SN, uint64) {
	for {
		got, err := l.Read(nil, after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range got {
			if origin++; e.Origin != origin || e.Time != qq.Time(origin) || e.SN <= after {
				t.Fatalf("entry %+v after %d, want origin %d", e, after, origin)
			}
			after = e.SN
		}
		if len(got) == 0 {
			return after, origin
		}
	}
}

// oneKill runs a victim for a moment and answers the last number it was seen
// to give and the last it said was synced.
func oneKill(t *testing.T, kind, dir string, given, synced qq.SN) (qq.SN, qq.SN) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+kind+":"+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration(20+rand.IntN(200))*time.Millisecond, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var what string
		var n qq.SN
		if _, err := fmt.Sscan(lines.Text(), &what, &n); err != nil {
			if what == "bad" {
				t.Errorf("victim: %s", lines.Text())
			}
			continue // cut short
		}
		switch {
		case what == "given" && n <= given:
			t.Errorf("number %d was given after %d", n, given)
		case what == "given":
			given = n
		case what == "synced":
			synced = max(synced, n)
		}
	}
	_ = cmd.Wait() // killed
	return given, synced
}
