package router

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// faults counts panics of encoders and logs the first of each.
type faults struct {
	logger *slog.Logger
	panics atomic.Uint64
	logged sync.Map // face.Encoder → struct{}
}

func newFaults(logger *slog.Logger) *faults { return &faults{logger: logger} }

// report notes a panic. An event outside any router has nobody to tell: f is nil.
func (f *faults) report(by face.Encoder, sn qq.SN, value any, stack []byte) {
	if f == nil {
		return
	}
	f.panics.Add(1)
	if _, known := f.logged.LoadOrStore(by, struct{}{}); known {
		return
	}
	f.logger.Error("encoder panicked; its events are left out, later panics are only counted",
		slog.String("encoder", fmt.Sprintf("%T", by)), slog.Uint64("sn", uint64(sn)),
		slog.Any("panic", value), slog.String("stack", string(stack)))
}
