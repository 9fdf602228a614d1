//go:build linux

package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Ctrl-C in the middle of a measurement ends all of its processes, leaves no
// folder behind and says one plain line; so does a signal to the suite alone.
func TestBenchInterrupted(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		end  func(pid int) error
	}{
		{"key", nil, func(pid int) error { return syscall.Kill(-pid, syscall.SIGINT) }}, // a terminal tells the whole group
		{"signal", []string{"--json"}, func(pid int) error { return syscall.Kill(pid, syscall.SIGTERM) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			cmd := exec.Command(binary, append([]string{"bench", "--only", "^fanout/array/10$", "--slice", "1m"}, c.args...)...)
			var out, faults output
			cmd.Stdout, cmd.Stderr = &out, &faults
			cmd.Env = append(os.Environ(), "TMPDIR="+folder)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
			var parts []int
			eventually(t, "a server that measures", func() bool {
				parts = children(t, cmd.Process.Pid)
				return len(parts) == 3 && holdsFiles(folder) && used(parts) > 50
			})
			begun := time.Now()
			if err := c.end(cmd.Process.Pid); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 130 {
				t.Errorf("it ended with %v", err)
			}
			if took := time.Since(begun); took > 15*time.Second {
				t.Errorf("it took %s to end", took)
			}
			if said := faults.String(); !strings.HasSuffix(said, "…\nllbot: interrupted\n") {
				t.Errorf("it said %q", said)
			}
			if object := strings.HasPrefix(out.String(), `{"results":[]`); object != (c.args != nil) || c.args == nil && out.String() != "" {
				t.Errorf("it printed %q", out.String())
			}
			for _, pid := range parts {
				if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
					t.Errorf("part %d is still there: %v", pid, err)
				}
			}
			if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// stat reads the fields of a process after its name, nil when it is gone.
func stat(pid int) []string {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if at := bytes.LastIndexByte(text, ')'); at > 0 {
		return strings.Fields(string(text[at+1:]))
	}
	return nil
}

// children lists the processes that a process has started.
func children(t *testing.T, parent int) (list []int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range all {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if fields := stat(pid); len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			list = append(list, pid)
		}
	}
	return list
}

// used is the processor time of the busiest of some processes, in hundredths
// of seconds: of those that measure each has much.
func used(pids []int) int {
	var each []int
	for _, pid := range pids {
		total := 0
		if fields := stat(pid); len(fields) > 12 {
			for _, field := range fields[11:13] {
				n, _ := strconv.Atoi(field)
				total += n
			}
		}
		each = append(each, total)
	}
	return slices.Max(each)
}

// holdsFiles tells whether there is any file below a folder.
func holdsFiles(folder string) (found bool) {
	_ = filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		found = found || err == nil && !e.IsDir()
		return nil
	})
	return found
}
