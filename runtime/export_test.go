package runtime

import (
	"llbot/runtime/driver/sim"
	"llbot/runtime/driver/upstream"
)

// WithTiming makes links to upstreams as patient as a test is.
func WithTiming(t upstream.Timing) Option { return func(s *settings) { s.timing = t } }

// World is a simulated world of a running server, for tests that play more
// than the admin server lets them.
func (s *Server) World(name string) *sim.World { return s.machine.worlds[name] }
