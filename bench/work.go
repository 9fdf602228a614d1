//go:build linux

package bench

import (
	"fmt"
	"io"

	"llbot/bench/floor"
	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
)

// Work runs one part of a measurement until in ends.
func Work(role string, in io.Reader, out io.WriteCloser) error {
	switch role {
	case roleLoad:
		return part.Serve(role, &load.Service{}, in, out)
	case roleFloor:
		return part.Serve(role, &floor.Service{}, in, out)
	case roleSubject:
		return part.Serve(role, &subject.Service{}, in, out)
	}
	return fmt.Errorf("%w: %q", part.ErrRole, role)
}
