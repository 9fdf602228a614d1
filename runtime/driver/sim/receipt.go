package sim

import (
	"sync"

	"llbot/protocols/qq"
)

// receipt collects the sequence numbers that one account's events of one Say
// were given. A nil receipt takes everything and does nothing.
type receipt struct {
	mu          sync.Mutex
	handed      int // events put into the queue
	back        int // events emitted or lost
	numbered    int // of these, those that were emitted
	whole       bool
	first, last qq.SN
	done        chan struct{}
}

func newReceipt() *receipt { return &receipt{done: make(chan struct{})} }

func (r *receipt) hand() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.handed++
}

func (r *receipt) sign(sn qq.SN) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first == 0 {
		r.first = sn
	}
	r.last = sn
	r.numbered++
	r.count()
}

func (r *receipt) lose() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count()
}

func (r *receipt) count() {
	r.back++
	if r.whole && r.back == r.handed {
		close(r.done)
	}
}

// complete says that no event follows; done is closed when all came back.
func (r *receipt) complete() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.whole = true
	if r.back == r.handed {
		close(r.done)
	}
}

// of tells what became of an account's events so far.
func (r *receipt) of(account qq.UserID) SayAccount {
	r.mu.Lock()
	defer r.mu.Unlock()
	return SayAccount{Account: account, First: r.first, Last: r.last, Events: r.handed, Numbered: r.numbered}
}
