package conn

import (
	"reflect"
	"sync"
	"testing"
)

// TestLifetime: all get the same context, also those who ask at the same time
// or when it is over.
func TestLifetime(t *testing.T) {
	var l lifetime
	first := l.context()
	if first.Err() != nil || l.context() != first {
		t.Fatal("not one context that goes on")
	}
	l.end()
	l.end()
	if first.Err() == nil || l.context().Err() == nil {
		t.Error("it goes on after its end")
	}

	var unused lifetime
	if unused.end(); unused.context().Err() == nil {
		t.Error("a context that is asked for after the end goes on")
	}

	for range 200 {
		var raced lifetime
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { <-raced.context().Done() })
		}
		raced.end()
		all.Wait()
	}
}

// TestSizes holds what each connection has one of, in bytes on 64-bit machines,
// to the size classes of Go's memory.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		of   any
		most uintptr
	}{{live{}, 192}, {fired{}, 32}} {
		if size := reflect.TypeOf(c.of).Size(); size > c.most {
			t.Errorf("a %T takes %d bytes, more than %d", c.of, size, c.most)
		}
	}
}
