package runtime

import "llbot/runtime/driver/sim"

// World is a simulated world of a running server, for tests that play more
// than the admin server lets them.
func (s *Server) World(name string) *sim.World { return s.machine.worlds[name] }
