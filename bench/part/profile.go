package part

import (
	"fmt"
	"os"
	"runtime/pprof"
)

// Profile begins to write a profile of the processor to a file; an empty name
// ends it.
func (Measured) Profile(file string, _ *None) error {
	if file == "" {
		pprof.StopCPUProfile()
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return pprof.StartCPUProfile(f) // the file stays open as long as the process
}
