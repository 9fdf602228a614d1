//go:build unix

package transport

import (
	"reflect"
	"testing"
)

// TestSizes holds what each connection has one of, in bytes on 64-bit machines,
// to the size classes of Go's memory.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		of   any
		most uintptr
	}{{peer{}, 48}, {direct{}, 64}, {stream{}, 24}, {webSocket{}, 80}} {
		if size := reflect.TypeOf(c.of).Size(); size > c.most {
			t.Errorf("a %T takes %d bytes, more than %d", c.of, size, c.most)
		}
	}
}
