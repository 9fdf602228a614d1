package conn

import (
	"context"
	"sync/atomic"
)

// lifetime is a context that is made when somebody wants it: an idle connection
// has none. The zero value is ready. Safe for concurrent use.
type lifetime struct{ made atomic.Pointer[made] }

type made struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// context ends when end is called.
func (l *lifetime) context() context.Context { return l.make().ctx }

// end ends the context, also for those who ask for it later.
func (l *lifetime) end() { l.make().cancel() }

func (l *lifetime) make() *made {
	if m := l.made.Load(); m != nil {
		return m
	}
	m := &made{}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	if !l.made.CompareAndSwap(nil, m) {
		m.cancel()
	}
	return l.made.Load()
}
