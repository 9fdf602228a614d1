package satori

import (
	"context"
	"errors"
	"io"
	"sync"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/transport"
)

// socket reads frames on a goroutine of its own, so that READY can be waited for;
// one frame at a time, so that nothing piles up here.
type socket struct {
	ws     *transport.Client
	frames chan []byte // nil elements are signs of life
	quit   chan struct{}
	once   sync.Once
	ended  chan struct{}
	why    error // once ended is closed
}

func newSocket(ws *transport.Client) *socket {
	s := &socket{ws: ws, frames: make(chan []byte), quit: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		s.why = ws.Receive(func(frame []byte) {
			select {
			case s.frames <- frame:
			case <-s.quit:
			}
		})
		if s.why == nil {
			s.why = io.EOF
		}
	}()
	return s
}

// ready waits for the READY frame and answers its body.
func (s *socket) ready(ctx context.Context) ([]byte, error) {
	for {
		select {
		case text := <-s.frames:
			if text == nil {
				continue
			}
			f, err := satori.ReadFrame(text)
			if err != nil {
				return nil, err
			}
			if f.Op == satori.OpReady {
				return f.Body, nil
			}
		case <-s.ended:
			return nil, refused(s.why)
		case <-ctx.Done():
			return nil, qq.Errorf(qq.ErrOffline, "satori: the server did not answer IDENTIFY: %w", ctx.Err())
		}
	}
}

// each hands over frames until the socket ends or on fails.
func (s *socket) each(on func([]byte) error) error {
	for {
		select {
		case text := <-s.frames:
			if err := on(text); err != nil {
				return err
			}
		case <-s.ended:
			return s.why
		case <-s.quit:
			return errClosed
		}
	}
}

var errClosed = errors.New("the link was closed")

// close ends the socket and waits for its reader.
func (s *socket) close() {
	s.once.Do(func() { close(s.quit) })
	s.ws.Close()
	<-s.ended
}
