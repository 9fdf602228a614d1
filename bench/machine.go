package bench

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// Machine says where a report was made and of what.
type Machine struct {
	CPU    string `json:"cpu"` // the processor's name
	CPUs   int    `json:"cpus"`
	System string `json:"system"`
	Go     string `json:"go"`
	Commit string `json:"commit"` // "+" behind it: changed since
}

// String is one line for people.
func (m Machine) String() string {
	return fmt.Sprintf("%s, %d CPUs, %s, %s, commit %s", m.CPU, m.CPUs, m.System, m.Go, m.Commit)
}

// thisMachine looks at the machine and at this program.
func thisMachine() Machine {
	m := Machine{CPU: "unknown processor", CPUs: runtime.GOMAXPROCS(0), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Commit: "unknown"}
	if info, ok := debug.ReadBuildInfo(); ok {
		changed := false
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				m.Commit = s.Value[:min(len(s.Value), 12)]
			case "vcs.modified":
				changed = s.Value == "true"
			}
		}
		if changed {
			m.Commit += "+"
		}
	}
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return m
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	return m
}
