package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

// saying is one message: the n-th of a speaker. No number is used twice.
type saying struct{ speaker, n int }

var sayings = regexp.MustCompile(`saying (\d)/(\d+)\.`)

// sayingIn finds the message that an event is about.
func sayingIn(event []byte) (saying, bool) {
	found := sayings.FindSubmatch(event)
	if found == nil {
		return saying{}, false
	}
	speaker, _ := strconv.Atoi(string(found[1])) // digits, as matched
	n, _ := strconv.Atoi(string(found[2]))
	return saying{speaker, n}, true
}

// speakers talk at once; each in the order of his numbers.
var speakers = [...]qq.UserID{10001, 10002, 10003}

// talk is what people said in all lives of the program.
type talk struct {
	strict bool // else a message is accepted once its event was seen synced

	mu       sync.Mutex
	said     [len(speakers)]int // numbers used up
	accepted []saying
	waiting  []spoken // answered, and not yet seen synced
	broken   int      // calls without an answer
}

// spoken is one answered call.
type spoken struct {
	speaker, first, count int
	last                  qq.SN
}

// life is the talk of one life of the program.
type life struct {
	*talk
	client  admin.Client
	cancel  context.CancelFunc
	running sync.WaitGroup
}

func (k *talk) begin(t *testing.T, p *program) *life {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	l := &life{talk: k, client: p.client(t), cancel: cancel}
	for speaker := range speakers {
		rate := []float64{30, 200, 800}[rand.IntN(3)]
		l.running.Go(func() { l.speak(ctx, speaker, rate) })
	}
	if !k.strict {
		l.running.Go(func() { l.watch(ctx) })
	}
	return l
}

// end waits for everybody to see that the program is gone.
func (l *life) end() {
	l.cancel()
	l.running.Wait()
	l.waiting = nil // never seen synced
}

// speak says some messages after the other until the program is gone.
func (l *life) speak(ctx context.Context, speaker int, rate float64) {
	for {
		l.mu.Lock()
		count := 1 + rand.IntN(25)
		call := spoken{speaker: speaker, first: l.said[speaker] + 1, count: count}
		l.said[speaker] += count
		l.mu.Unlock()
		said, err := l.client.Say(ctx, admin.SayRequest{
			Group: 123456, User: speakers[speaker], Count: count, Rate: rate, From: call.first,
			Message: admin.Text(fmt.Sprintf("saying %d/{{seq}}.", speaker)),
		})
		l.mu.Lock()
		switch {
		case err != nil:
			l.broken++
		case l.strict:
			l.accept(call)
		case len(said.Accounts) > 0:
			call.last = said.Accounts[0].LastSN
			l.waiting = append(l.waiting, call)
		}
		l.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (k *talk) accept(s spoken) {
	for i := range s.count {
		k.accepted = append(k.accepted, saying{s.speaker, s.first + i})
	}
}

// watch asks how much of the log is on disk.
func (l *life) watch(ctx context.Context) {
	for {
		status, err := l.client.Log(ctx)
		if err != nil {
			return
		}
		l.mu.Lock()
		rest := l.waiting[:0]
		for _, s := range l.waiting {
			if s.last != 0 && s.last <= status.Synced {
				l.accept(s)
			} else {
				rest = append(rest, s)
			}
		}
		l.waiting = rest
		l.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
}
