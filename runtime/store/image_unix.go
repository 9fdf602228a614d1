//go:build linux || darwin || freebsd

package store

import (
	"os"
	"syscall"
)

// mapShared maps a file whose length is size or more.
func mapShared(file *os.File, size int) ([]byte, error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, err
	}
	var memory []byte
	outer := raw.Control(func(fd uintptr) {
		memory, err = syscall.Mmap(int(fd), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	})
	if outer != nil {
		return nil, outer
	}
	return memory, err
}

func unmapShared(memory []byte) error { return syscall.Munmap(memory) }
