package eventlog

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

var errPower = errors.New("the power is off")

// disk is a simulated disk. What was written and not synced survives a power
// cut by chance, each sector for itself; names that were made or removed
// survive in order up to some point.
type disk struct {
	mu      sync.Mutex
	rng     *rand.Rand
	sector  int
	names   map[string]*node
	durable map[string]*node
	changes []func(names map[string]*node) // of names, not synced
	life    int                            // handles of an earlier one are dead
	locked  bool

	off       bool
	opsLeft   int // operations until the power fails; negative: never
	badSyncs  int // syncs that will fail
	capacity  int // bytes; 0: no end
	syncs     int
	refusedBy int // writes that met the end of the disk
}

// node is a file's content: as processes see it, and as the platter has it.
type node struct {
	data    []byte
	platter []byte
	dirty   []change
}

type change struct {
	off      int
	data     []byte
	truncate bool
}

func newDisk(rng *rand.Rand) *disk {
	return &disk{rng: rng, sector: []int{512, 4096}[rng.IntN(2)], opsLeft: -1,
		names: map[string]*node{}, durable: map[string]*node{}}
}

func (c change) apply(data []byte) []byte {
	if c.truncate {
		return resized(data, c.off)
	}
	data = resized(data, max(len(data), c.off+len(c.data)))
	copy(data[c.off:], c.data)
	return data
}

func resized(data []byte, size int) []byte {
	if size <= len(data) {
		return data[:size]
	}
	return append(data, make([]byte, size-len(data))...)
}

// step is the beginning of an operation that changes the disk.
func (d *disk) step() error {
	if d.off {
		return errPower
	}
	if d.opsLeft == 0 {
		d.off = true
		return errPower
	}
	d.opsLeft--
	return nil
}

// settle lets some sectors of what is dirty reach the platter, each with a
// chance.
func (n *node) settle(rng *rand.Rand, sector int, chance float64) {
	for _, c := range n.dirty {
		if c.truncate {
			if rng.Float64() < chance {
				n.platter = c.apply(n.platter)
			}
			continue
		}
		for at := c.off; at < c.off+len(c.data); {
			end := min((at/sector+1)*sector, c.off+len(c.data))
			if rng.Float64() < chance {
				n.platter = change{off: at, data: c.data[at-c.off : end-c.off]}.apply(n.platter)
			}
			at = end
		}
	}
	n.dirty = nil
}

// crash cuts the power and puts it on again.
func (d *disk) crash() {
	d.mu.Lock()
	defer d.mu.Unlock()
	chance := []float64{0, 0.2, 0.5, 0.9, 1}[d.rng.IntN(5)]
	for _, change := range d.changes[:d.rng.IntN(len(d.changes)+1)] {
		change(d.durable)
	}
	for _, name := range slices.Sorted(maps.Keys(d.durable)) {
		n := d.durable[name]
		n.settle(d.rng, d.sector, chance)
		n.data = slices.Clone(n.platter)
	}
	d.names, d.changes = maps.Clone(d.durable), nil
	d.life++
	d.off, d.locked, d.opsLeft, d.badSyncs, d.capacity = false, false, -1, 0, 0
}

func (d *disk) used() (n int) {
	for _, f := range d.names {
		n += len(f.data)
	}
	return n
}

// files lists names that match, in order.
func (d *disk) files(pattern string) []string {
	var names []string
	for name := range d.names {
		if ok, _ := filepath.Match(pattern, filepath.Base(name)); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// flip turns a bit of a file over, on the platter too.
func (d *disk) flip(name string) {
	n := d.names[name]
	if len(n.data) == 0 {
		return
	}
	at, bit := d.rng.IntN(len(n.data)), byte(1)<<d.rng.IntN(8)
	n.data[at] ^= bit
	n.platter = slices.Clone(n.data)
}

// delete takes a file away for good, put makes one.
func (d *disk) delete(name string) {
	delete(d.names, name)
	delete(d.durable, name)
}

func (d *disk) put(name string, data []byte) {
	n := &node{data: data, platter: slices.Clone(data)}
	d.names[name], d.durable[name] = n, n
}

func (d *disk) change(c func(map[string]*node)) {
	c(d.names)
	d.changes = append(d.changes, c)
}

// set changes the faults of a disk in use.
func (d *disk) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// mount is the disk as one life of the process sees it: after a crash whoever
// still runs sees it no more.
type mount struct {
	*disk
	at int
}

func (d *disk) mount() FS { return mount{d, d.life} }

func (m mount) dead() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at != m.life
}

func (m mount) Create(path string) (File, error) {
	if m.dead() {
		return nil, errPower
	}
	return m.disk.Create(path)
}

func (m mount) Open(path string) (File, error) {
	if m.dead() {
		return nil, errPower
	}
	return m.disk.Open(path)
}

func (m mount) Rename(from, to string) error {
	if m.dead() {
		return errPower
	}
	return m.disk.Rename(from, to)
}

func (m mount) Remove(path string) error {
	if m.dead() {
		return errPower
	}
	return m.disk.Remove(path)
}

func (m mount) SyncDir(dir string) error {
	if m.dead() {
		return errPower
	}
	return m.disk.SyncDir(dir)
}

func (d *disk) MkdirAll(string) error { return nil }

func (d *disk) Lock(string) (io.Closer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locked {
		return nil, ErrInUse
	}
	d.locked = true
	life := d.life
	return closerFunc(func() error {
		d.mu.Lock()
		defer d.mu.Unlock()
		if life == d.life {
			d.locked = false
		}
		return nil
	}), nil
}

type closerFunc func() error

func (f closerFunc) Close() error { return f() }

func (d *disk) Create(path string) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return nil, err
	}
	n := &node{}
	d.change(func(names map[string]*node) { names[path] = n })
	return &handle{disk: d, node: n, life: d.life}, nil
}

func (d *disk) Open(path string) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.names[path]
	if n == nil {
		return nil, fs.ErrNotExist
	}
	return &handle{disk: d, node: n, life: d.life}, nil
}

func (d *disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	d.change(func(names map[string]*node) {
		if n := names[from]; n != nil {
			names[to] = n
			delete(names, from)
		}
	})
	return nil
}

func (d *disk) Remove(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	if d.names[path] == nil {
		return fs.ErrNotExist
	}
	d.change(func(names map[string]*node) { delete(names, path) })
	return nil
}

func (d *disk) List(dir string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var names []string
	for name := range d.names {
		names = append(names, filepath.Base(name))
	}
	return names, nil
}

func (d *disk) SyncDir(string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	if d.badSyncs > 0 {
		d.badSyncs--
		return syscall.EIO
	}
	d.durable, d.changes = maps.Clone(d.names), nil
	return nil
}
