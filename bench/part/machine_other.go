//go:build !linux

package part

import (
	"errors"
	"time"
)

// ErrSystem tells that the suite measures with means that only Linux has.
var ErrSystem = errors.New("the bench suite runs on Linux only")

func processorTime() (time.Duration, error) { return 0, ErrSystem }

// Resident is how many bytes of memory a process has.
func Resident(string) (int64, error) { return 0, ErrSystem }

// Outside reads what another process uses.
func Outside(int) (Figures, error) { return Figures{}, ErrSystem }

// KernelMemory is what all TCP sockets of the machine hold, in bytes.
func KernelMemory() (int64, error) { return 0, ErrSystem }

func raiseFiles() error { return ErrSystem }

// Files is how many files a process may have open.
func Files() (uint64, error) { return 0, ErrSystem }
