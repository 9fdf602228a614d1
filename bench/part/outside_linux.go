package part

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// Outside reads what the kernel knows of another process: the processor time
// of all its threads, those that ended too, and its resident memory.
func Outside(pid int) (f Figures, err error) {
	if f.Resident, err = Resident(strconv.Itoa(pid)); errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) || pid <= 0 {
		return f, errors.New("there is no such process")
	}
	if err != nil {
		return f, err
	}
	if f.Resident == 0 {
		return f, errors.New("the process has ended, or is one of the kernel's")
	}
	f.CPU, err = processorTimeOf(pid)
	return f, err
}

// processorTimeOf reads the clock of a process, to the nanosecond; what
// /proc/N/stat has counts hundredths of seconds. The clock's number is made as
// clock_getcpuclockid(3) makes it.
func processorTimeOf(pid int) (time.Duration, error) {
	const scheduled = 2
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduled), &used); err != nil {
		return 0, fmt.Errorf("the clock of the process cannot be read (is it a thread's number?): %w", err)
	}
	return time.Duration(used.Nano()), nil
}
