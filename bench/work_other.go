//go:build !linux

package bench

import (
	"errors"
	"io"
)

// Work fails: the load generator polls its sockets as only Linux can.
func Work(string, io.Reader, io.WriteCloser) error {
	return errors.New("the bench suite runs on Linux only")
}
