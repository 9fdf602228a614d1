package eventlog

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"syscall"
)

// handle is an open file.
type handle struct {
	disk   *disk
	node   *node
	life   int
	closed bool
}

func (h *handle) usable() error {
	switch {
	case h.closed:
		return fs.ErrClosed
	case h.life != h.disk.life:
		return errPower
	}
	return nil
}

func (h *handle) begin() error {
	if err := h.usable(); err != nil {
		return err
	}
	return h.disk.step()
}

func (h *handle) ReadAt(p []byte, off int64) (int, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if err := h.usable(); err != nil {
		return 0, err
	}
	if off >= int64(len(h.node.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.node.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) WriteAt(p []byte, off int64) (int, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	was := h.disk.off
	err := h.begin()
	if errors.Is(err, fs.ErrClosed) || h.life != h.disk.life || was {
		return 0, err
	}
	if err != nil { // the power fails in the middle
		p = p[:h.disk.rng.IntN(len(p)+1)]
	}
	if grown := int(off) + len(p) - len(h.node.data); h.disk.capacity > 0 && grown > 0 {
		if room := max(h.disk.capacity-h.disk.used(), 0); grown > room {
			p = p[:max(len(p)-(grown-room), 0)]
			h.disk.refusedBy++
			err = syscall.ENOSPC
		}
	}
	c := change{off: int(off), data: slices.Clone(p)}
	h.node.data = c.apply(h.node.data)
	h.node.dirty = append(h.node.dirty, c)
	return len(p), err
}

func (h *handle) Truncate(size int64) error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if err := h.begin(); err != nil {
		return err
	}
	c := change{off: int(size), truncate: true}
	h.node.data = c.apply(h.node.data)
	h.node.dirty = append(h.node.dirty, c)
	return nil
}

func (h *handle) Sync() error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if err := h.begin(); err != nil {
		return err
	}
	h.disk.syncs++
	if h.disk.badSyncs > 0 { // what was dirty is dropped, as Linux does
		h.disk.badSyncs--
		h.node.settle(h.disk.rng, h.disk.sector, 0.5)
		return syscall.EIO
	}
	h.node.settle(h.disk.rng, h.disk.sector, 2)
	return nil
}

func (h *handle) Size() (int64, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	return int64(len(h.node.data)), h.usable()
}

func (h *handle) Close() error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	h.closed = true
	return nil
}
