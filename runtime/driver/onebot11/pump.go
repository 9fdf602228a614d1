package onebot11

import "sync"

// pumpBytes is how much may wait to be decoded before nothing more is read of
// the socket. It is generous, since answers come over the same socket.
const pumpBytes = 64 << 20

// pump holds the frames of events between the socket, which must be read on for
// answers, and the goroutine that decodes, which may need answers.
type pump struct {
	mu     sync.Mutex
	moved  sync.Cond
	frames [][]byte // a nil frame is a sign of life
	bytes  int
	ended  bool
	closed bool
}

func newPump() *pump {
	p := &pump{}
	p.moved.L = &p.mu
	return p
}

// put adds a frame, waiting while there are too many.
func (p *pump) put(frame []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if frame == nil && len(p.frames) > 0 {
		return // what waits is sign enough
	}
	for p.bytes > pumpBytes && !p.closed {
		p.moved.Wait()
	}
	p.frames = append(p.frames, frame)
	p.bytes += len(frame)
	p.moved.Broadcast()
}

// end tells that no frame comes any more.
func (p *pump) end() { p.mark(&p.ended) }

// close drops what waits.
func (p *pump) close() { p.mark(&p.closed) }

func (p *pump) mark(flag *bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*flag = true
	p.moved.Broadcast()
}

// next waits for a frame; false when there is none any more.
func (p *pump) next() ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.frames) == 0 && !p.ended && !p.closed {
		p.moved.Wait()
	}
	if p.closed || len(p.frames) == 0 {
		return nil, false
	}
	frame := p.frames[0]
	p.frames[0] = nil
	if p.frames = p.frames[1:]; len(p.frames) == 0 {
		p.frames = nil
	}
	p.bytes -= len(frame)
	p.moved.Broadcast()
	return frame, true
}
