//go:build linux

package load

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// rig is a set of open connections.
type rig struct {
	loop     *loop
	calling  *calling
	callers  []*conn
	audience *audience
	stuck    []int
	trigger  *conn
	act      *conn
	timer    *conn
	window   uint64
	patience time.Duration // how long the last answers and deliveries may take
}

const defaultWindow = 128

// openRig makes all connections of a spec.
func openRig(spec RigSpec) (r *rig, err error) {
	l, err := newLoop()
	if err != nil {
		return nil, err
	}
	r = &rig{loop: l, window: uint64(spec.Window), audience: &audience{loop: l}, patience: drainTime}
	if r.window == 0 {
		r.window = defaultWindow
	}
	defer func() {
		if err != nil {
			r.close()
			r = nil
		}
	}()
	if err := r.openTimer(); err != nil {
		return r, err
	}
	for i, s := range spec.Listen {
		r.audience.sample = append(r.audience.sample, nil)
		if err := r.listen(i, s); err != nil {
			return r, fmt.Errorf("listener at %s%s: %w", s.Addr, s.Path, err)
		}
	}
	r.audience.expect(int(2 * r.window))
	r.audience.restart(spec.Resume)
	if spec.Calls != nil {
		r.calling = newCalling(*spec.Calls)
		if r.callers, err = r.call(r.calling); err != nil {
			return r, fmt.Errorf("caller at %s: %w", spec.Calls.Addr, err)
		}
	}
	if spec.Act != nil {
		if err := r.openAct(*spec.Act, spec.Resume); err != nil {
			return r, err
		}
	}
	if spec.Trigger != "" {
		fd, err := dial(spec.Trigger, 0)
		if err != nil {
			return r, fmt.Errorf("trigger: %w", err)
		}
		r.trigger = &conn{fd: fd, handler: deaf{}}
		if err := l.add(r.trigger); err != nil {
			return r, err
		}
	}
	if len(r.audience.members) > 0 && (r.trigger != nil || r.act != nil) {
		return r, r.settle()
	}
	return r, nil
}

// deaf takes whatever comes.
type deaf struct{}

func (deaf) take(_ *conn, data []byte) (int, error) { return len(data), nil }

func (r *rig) openTimer() error {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return fmt.Errorf("timer: %w", err)
	}
	r.timer = &conn{fd: fd, handler: deaf{}}
	return r.loop.add(r.timer)
}

// openAct makes the connection that makes events by calling.
func (r *rig) openAct(spec CallSpec, last uint64) error {
	spec.Conns = 1
	one := newCalling(spec)
	one.last = last
	made, err := r.call(one)
	if err != nil {
		return fmt.Errorf("who makes events at %s: %w", spec.Addr, err)
	}
	r.act = made[0]
	return nil
}

// listen opens one group of listeners, several handshakes at a time.
func (r *rig) listen(group int, s ListenSpec) error {
	made, err := openMany(s.Count, func(i int) (*conn, error) { return s.open(r.audience, group, i) })
	if err != nil {
		return err
	}
	for _, c := range made {
		if s.Stuck {
			r.stuck = append(r.stuck, c.fd)
			continue
		}
		l, _ := c.handler.(*listener)
		r.audience.members = append(r.audience.members, l)
		if err := errors.Join(r.loop.add(c), r.loop.resume(c)); err != nil {
			return err
		}
	}
	return nil
}

// stuckBuffer is what somebody who never reads has room for.
const stuckBuffer = 4 << 10

func (s ListenSpec) open(all *audience, group, index int) (*conn, error) {
	receive := 0
	if s.Stuck {
		receive = stuckBuffer
	}
	fd, err := dial(s.Addr, receive)
	if err != nil {
		return nil, err
	}
	request, status := upgrade(s.Addr, s.Path, s.Headers), "101"
	if s.Stream {
		request, status = head("GET", s.Addr, s.Path, append([]string{"Accept: text/event-stream"}, s.Headers...)), "200"
	}
	rest, err := greet(fd, request, status)
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	c := &conn{fd: fd, index: index, rest: rest, handler: &listener{all: all, group: group, stream: s.Stream}}
	if s.Hello != "" {
		err = c.write(appendFrame(nil, opText, []byte(s.Hello)))
	}
	return c, err
}

// call opens the connections of callers.
func (r *rig) call(all *calling) ([]*conn, error) {
	made, err := openMany(all.spec.Conns, func(i int) (*conn, error) {
		fd, err := dial(all.spec.Addr, 0)
		if err != nil {
			return nil, err
		}
		c := &conn{fd: fd, index: i, handler: &caller{shared: all}}
		if all.spec.Socket != "" {
			c.rest, err = greet(fd, upgrade(all.spec.Addr, all.spec.Socket, all.spec.Headers), "101")
		}
		return c, err
	})
	if err != nil {
		return nil, err
	}
	for _, c := range made {
		if err := errors.Join(r.loop.add(c), r.loop.resume(c)); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// openMany opens count connections, a few at a time, in order of their index.
func openMany(count int, open func(i int) (*conn, error)) ([]*conn, error) {
	const atATime = 8
	made, faults := make([]*conn, count), make([]error, atATime)
	var all sync.WaitGroup
	for w := range atATime {
		all.Go(func() {
			for i := w; i < count; i += atATime {
				if made[i], faults[w] = open(i); faults[w] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	return made, cmp.Or(faults...) // they are the same most of the time
}

// grant lets the source make events up to a number.
func (r *rig) grant(upto uint64, due time.Time) error {
	before := r.audience.granted
	r.audience.grant(upto, due)
	return r.tell(before, upto)
}

// tell passes the word on.
func (r *rig) tell(before, upto uint64) error {
	if r.trigger != nil {
		return r.trigger.write(binary.BigEndian.AppendUint64(nil, upto))
	}
	if r.act == nil {
		return errors.New("nobody makes events here")
	}
	k, _ := r.act.handler.(*caller)
	return k.send(r.act, int(upto-before))
}

func (r *rig) close() {
	for _, fd := range r.stuck {
		_ = unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
		_ = unix.Close(fd)
	}
	r.loop.close()
}
