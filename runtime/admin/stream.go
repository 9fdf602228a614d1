package admin

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

const (
	pageOfLines  = 256                    // entries that are read and written at once
	lookOut      = 100 * time.Millisecond // how often a follower looks for what came
	lineDeadline = 30 * time.Second       // for a caller to take what is written
	maxStreams   = 64
)

// streams bounds how many read the event log at once.
type streams struct{ count atomic.Int32 }

func (s *streams) enter() bool {
	if s.count.Add(1) > maxStreams {
		s.count.Add(-1)
		return false
	}
	return true
}

func (s *streams) leave() { s.count.Add(-1) }

// stream writes what is wanted until its end, or until the caller leaves. What
// goes wrong on the way is told in a last line.
func (s *Server) stream(ctx context.Context, w http.ResponseWriter, want reading) {
	out := &lines{to: w, control: http.NewResponseController(w), left: want.limit}
	h := w.Header()
	h.Set("Content-Type", "application/x-ndjson; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	err := s.pour(ctx, out, want)
	if err != nil && ctx.Err() == nil && !out.broken {
		out.put(EventLine{Error: err.Error()})
		err = out.flush()
	}
	if err != nil {
		s.Logger.Debug("admin: reading the event log ended", "err", err)
	}
	_ = out.control.SetWriteDeadline(time.Time{}) // the connection may serve another call
}

// pour reads and writes pages.
func (s *Server) pour(ctx context.Context, out *lines, want reading) error {
	at := want.after
	if want.newest > 0 {
		page, err := want.latest(s.Log)
		if err != nil {
			return err
		}
		if err := out.page(page, want); err != nil {
			return err
		}
		at = want.upTo
	}
	tick := time.NewTicker(lookOut)
	defer tick.Stop()
	for out.left != 0 && ctx.Err() == nil {
		page, err := want.page(s.Log, at)
		if err != nil {
			return err
		}
		if err := out.page(page, want); err != nil {
			return err
		}
		if len(page) > 0 {
			at = page[len(page)-1].SN
			continue
		}
		if !want.follow {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	return nil
}

// page reads on behind a number, up to the end of what is wanted.
func (want reading) page(log EventLog, after qq.SN) ([]*qq.Entry, error) {
	if !want.follow && after >= want.upTo {
		return nil, nil
	}
	page, err := want.read(log, nil, after, pageOfLines)
	if want.follow || err != nil {
		return page, err
	}
	for len(page) > 0 && page[len(page)-1].SN > want.upTo {
		page = page[:len(page)-1]
	}
	return page, nil
}

// lines writes JSON objects, each on a line of its own.
type lines struct {
	to      http.ResponseWriter
	control *http.ResponseController
	buffer  []byte
	left    int  // lines that may still be written; endless = no limit
	broken  bool // the caller is gone
}

// page writes those of some entries that are wanted.
func (l *lines) page(entries []*qq.Entry, want reading) error {
	for _, e := range entries {
		if l.left == 0 {
			break
		}
		if !want.wants(e) {
			continue
		}
		line, err := lineOf(e)
		if err != nil {
			return err
		}
		l.put(line)
		if l.left > 0 {
			l.left--
		}
	}
	return l.flush()
}

func (l *lines) put(line EventLine) {
	l.buffer = append(append(l.buffer, wire.MustMarshal(line)...), '\n')
}

func (l *lines) flush() error {
	if len(l.buffer) == 0 {
		return nil
	}
	_ = l.control.SetWriteDeadline(time.Now().Add(lineDeadline)) // none in tests
	_, err := l.to.Write(l.buffer)
	l.buffer = l.buffer[:0]
	if err == nil {
		err = l.control.Flush()
	}
	l.broken = err != nil
	return err
}
