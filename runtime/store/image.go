package store

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
)

// image is a small file that is written in place, and never synced: by stores
// into memory that the kernel shares with us, or by write calls where there is
// no such memory.
type image struct {
	file   *os.File
	size   int    // of the file
	memory []byte // of it, nil when it is not mapped
	never  bool   // it cannot be
}

// imagePage is what a file grows by at least.
const imagePage = 4096

// room sees to it that the first n bytes can be put. The file grows by writing
// it: on a disk that is full, that fails, where a store into a hole would stop
// the process.
func (i *image) room(n int) error {
	if n > i.size {
		size := max(2*i.size, n)
		size += imagePage - 1 - (size-1)%imagePage
		if _, err := i.file.WriteAt(make([]byte, size-i.size), int64(i.size)); err != nil {
			return err
		}
		i.size = size
	}
	if n <= len(i.memory) || i.never {
		return nil
	}
	if err := i.unmap(); err != nil {
		return err
	}
	memory, err := mapShared(i.file, i.size)
	i.memory, i.never = memory, err != nil
	return nil
}

// put writes bytes at a place that there is room for. A fault of the memory (the
// file was cut short, or its disk cannot take it) is an error.
func (i *image) put(at int, b []byte) (err error) {
	if i.memory == nil {
		_, err := i.file.WriteAt(b, int64(at))
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%s: %v", i.file.Name(), fault)
		}
	}()
	copy(i.memory[at:], b)
	return nil
}

func (i *image) unmap() error {
	memory := i.memory
	if i.memory = nil; memory == nil {
		return nil
	}
	return unmapShared(memory)
}

func (i *image) close() error { return errors.Join(i.unmap(), i.file.Close()) }
