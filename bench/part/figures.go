package part

import (
	"runtime"
	"runtime/debug"
	"time"
)

// Figures are what a process uses.
type Figures struct {
	CPU        time.Duration // of all its threads since it began
	Memory     int64         // bytes of heap and stacks in use
	Resident   int64         // bytes that the kernel holds for it
	Goroutines int
	Mallocs    uint64 // objects allocated since it began
}

// Measured answers figures of its own process; parts embed it.
type Measured struct{}

// Figures reads what the process uses, after collecting garbage when settled.
func (Measured) Figures(settled bool, f *Figures) error {
	if settled {
		for range 2 {
			debug.FreeOSMemory()
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var err error
	*f = Figures{Memory: int64(m.HeapAlloc + m.StackInuse), Goroutines: runtime.NumGoroutine(), Mallocs: m.Mallocs}
	if f.CPU, err = processorTime(); err != nil {
		return err
	}
	f.Resident, err = Resident("self")
	return err
}
