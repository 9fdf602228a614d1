package system

import (
	"fmt"
	"sync"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"pgregory.net/rapid"
)

// item is a batchable test message.
type item struct {
	sender, seq, size int
}

func (i item) BatchBytes() int { return i.size }

// single is a test message that is never batched.
type single struct{ sender, seq int }

// invoker records what a mailbox hands over, batches copied.
type invoker struct {
	mu       sync.Mutex
	log      []any
	failures []any
	failed   []any // the messages of the failures
	onUser   func(any)
}

func (i *invoker) InvokeSystemMessage(m any) { i.record(m) }

func (i *invoker) InvokeUserMessage(m any) {
	if b, ok := m.(*Batch); ok {
		m = append([]Batchable(nil), b.Items...)
	}
	i.record(m)
	if i.onUser != nil {
		i.onUser(m)
	}
}

func (i *invoker) EscalateFailure(reason, message any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.failed = append(i.failed, message)
	i.failures = append(i.failures, reason)
}

func (i *invoker) record(m any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.log = append(i.log, m)
}

// manual is a dispatcher that runs when it is told.
type manual struct{ runs []func() }

func (d *manual) Schedule(run func()) { d.runs = append(d.runs, run) }
func (d *manual) Throughput() int     { return 3 }

func (d *manual) runAll() {
	for len(d.runs) > 0 {
		run := d.runs[0]
		d.runs = d.runs[1:]
		run()
	}
}

func newTestMailbox(o MailboxOptions) (*Mailbox, *invoker, *manual) {
	m, i, d := NewMailbox(o), &invoker{}, &manual{}
	m.RegisterHandlers(i, d)
	m.Start()
	return m, i, d
}

// Random posts with random suspensions and pauses: order kept, nothing lost, batches of
// neighbours only and within the limits.
func TestMailboxModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := BatchLimits{Items: rapid.IntRange(1, 8).Draw(t, "items"), Bytes: rapid.IntRange(1, 100).Draw(t, "bytes")}
		m, i, d := newTestMailbox(MailboxOptions{Batch: &limits})
		var posted []any
		suspended := false
		post := func(v any) {
			posted = append(posted, v)
			m.PostUserMessage(v)
		}
		t.Repeat(map[string]func(*rapid.T){
			"batchable": func(t *rapid.T) {
				for range rapid.IntRange(1, 12).Draw(t, "n") {
					post(item{seq: len(posted), size: rapid.IntRange(0, 60).Draw(t, "size")})
				}
			},
			"single":  func(*rapid.T) { post(single{seq: len(posted)}) },
			"run":     func(*rapid.T) { d.runAll() },
			"suspend": func(*rapid.T) { m.PostSystemMessage(&actor.SuspendMailbox{}); d.runAll(); suspended = true },
			"resume":  func(*rapid.T) { m.PostSystemMessage(&actor.ResumeMailbox{}); suspended = false },
			"": func(t *rapid.T) {
				got := flatten(t, i.log, limits)
				if len(got)+m.UserMessageCount() != len(posted) {
					t.Fatalf("%d delivered and %d waiting of %d", len(got), m.UserMessageCount(), len(posted))
				}
				for k := range got {
					if got[k] != posted[k] {
						t.Fatalf("message %d is %v, want %v", k, got[k], posted[k])
					}
				}
				if idle := len(d.runs) == 0; idle && !suspended && m.UserMessageCount() > 0 {
					t.Fatal("messages wait and nobody was scheduled")
				}
				if len(d.runs) > 1 {
					t.Fatal("scheduled twice")
				}
			},
		})
	})
}

// flatten checks each batch and returns the messages in the order of their delivery.
func flatten(t interface{ Fatalf(string, ...any) }, log []any, limits BatchLimits) []any {
	var all []any
	for _, m := range log {
		items, ok := m.([]Batchable)
		if !ok {
			if _, bare := m.(Batchable); bare {
				t.Fatalf("batchable %v came outside a batch", m)
			}
			all = append(all, m)
			continue
		}
		total := 0
		for _, it := range items {
			total += it.BatchBytes()
			all = append(all, it)
		}
		if len(items) == 0 || len(items) > limits.Items || len(items) > 1 && total > limits.Bytes {
			t.Fatalf("batch of %d items and %d bytes over %+v", len(items), total, limits)
		}
	}
	return all
}

func TestMailboxKeepsEachSendersOrder(t *testing.T) {
	const senders, each = 8, 2000
	for _, dispatcher := range []actor.Dispatcher{Goroutines(), Synchronized(), actor.NewDefaultDispatcher(7)} {
		t.Run(fmt.Sprintf("%T", dispatcher), func(t *testing.T) {
			m, i := NewMailbox(MailboxOptions{Batch: &BatchLimits{}}), &invoker{}
			all := make(chan struct{})
			delivered, last := 0, [senders]int{} // touched by the run only
			i.onUser = func(v any) {
				items, ok := v.([]Batchable)
				if !ok {
					s := v.(single)
					items = []Batchable{item{sender: s.sender, seq: s.seq}}
				}
				for _, it := range items {
					it := it.(item)
					if it.seq != last[it.sender]+1 {
						t.Errorf("sender %d: %d after %d", it.sender, it.seq, last[it.sender])
					}
					last[it.sender] = it.seq
					if delivered++; delivered == senders*each {
						close(all)
					}
				}
			}
			m.RegisterHandlers(i, dispatcher)
			for s := range senders {
				go func() {
					for seq := 1; seq <= each; seq++ {
						if seq%5 == 0 {
							m.PostUserMessage(single{s, seq})
						} else {
							m.PostUserMessage(item{s, seq, 10})
						}
					}
				}()
			}
			<-all
		})
	}
}

func TestMailboxSystemMessagesFirst(t *testing.T) {
	m, i, d := newTestMailbox(MailboxOptions{})
	m.PostUserMessage("user")
	m.PostSystemMessage("system")
	d.runAll()
	if fmt.Sprint(i.log) != "[system user]" {
		t.Errorf("order = %v", i.log)
	}
}

func TestMailboxSurvivesPanic(t *testing.T) {
	m, i, d := newTestMailbox(MailboxOptions{Batch: &BatchLimits{}})
	i.onUser = func(v any) {
		if items, ok := v.([]Batchable); ok && items[0].(item).seq == 0 {
			panic("boom")
		}
	}
	for seq := range 3 {
		m.PostUserMessage(item{seq: seq})
		m.PostUserMessage("between")
	}
	d.runAll()
	if len(i.failures) != 1 || i.failures[0] != "boom" {
		t.Errorf("failures = %v", i.failures)
	}
	if b := i.failed[0].(*Batch); len(b.Items) != 1 || b.Items[0] != (item{}) {
		t.Errorf("the supervisor's batch was reused: %v", b.Items)
	}
	if len(i.log) != 6 || m.UserMessageCount() != 0 {
		t.Errorf("log = %v, %d waiting", i.log, m.UserMessageCount())
	}
}

func TestMailboxDropsRestartAfterStop(t *testing.T) {
	m, i, d := newTestMailbox(MailboxOptions{})
	first, late := &actor.Restart{}, &actor.Restart{}
	for _, message := range []any{first, &actor.Stop{}, late, &actor.Terminated{}} {
		m.PostSystemMessage(message)
	}
	d.runAll()
	if len(i.log) != 3 {
		t.Fatalf("log = %v", i.log)
	}
	if _, ok := i.log[2].(*actor.Terminated); !ok {
		t.Errorf("log = %v", i.log)
	}
}

func TestMailboxHoldsWatchesUntilTheEnd(t *testing.T) {
	m, i, d := newTestMailbox(MailboxOptions{})
	early, late := &actor.Watch{}, &actor.Watch{}
	m.PostSystemMessage(early)
	m.PostSystemMessage(&actor.Stop{})
	m.PostSystemMessage(late)
	d.runAll()
	if len(i.log) != 2 || i.log[0] != early {
		t.Fatalf("log = %v", i.log)
	}
	m.Close()
	m.PostSystemMessage(&actor.Terminated{})
	m.PostSystemMessage(&actor.Watch{})
	d.runAll()
	if len(i.log) != 5 || i.log[3] != late {
		t.Errorf("log = %v", i.log)
	}
}

func TestMailboxClose(t *testing.T) {
	var refused []any
	m, i, d := newTestMailbox(MailboxOptions{Refused: func(v any) { refused = append(refused, v) }})
	m.PostUserMessage("queued")
	m.Close()
	m.Close()
	m.PostUserMessage("late")
	m.PostUserMessage(nil)
	m.PostSystemMessage("system")
	d.runAll()
	if fmt.Sprint(refused) != "[queued late <nil>]" || fmt.Sprint(i.log) != "[system]" {
		t.Errorf("refused %v, delivered %v", refused, i.log)
	}
}

func TestMailboxCloseFailsAsksByDefault(t *testing.T) {
	m, _, _ := newTestMailbox(MailboxOptions{})
	var asks Asks[int]
	_, err := asks.Ask(t.Context(), func(r Reply[int]) {
		m.PostUserMessage(&query{r, 1})
		m.Close()
	})
	if err != ErrStopped {
		t.Errorf("err = %v", err)
	}
}

func TestMailboxGivesMemoryBack(t *testing.T) {
	m, _, d := newTestMailbox(MailboxOptions{})
	for n := range 100_000 {
		m.PostUserMessage(n)
	}
	d.runAll()
	if slots := len(m.user.slots); slots > keepUser {
		t.Errorf("an idle mailbox keeps %d slots", slots)
	}
}

func TestBatchIsReusedAndClean(t *testing.T) {
	m, _, d := newTestMailbox(MailboxOptions{Batch: &BatchLimits{Items: 4}})
	m.PostUserMessage(item{seq: 1})
	d.runAll()
	before := m.batching.batch
	m.PostUserMessage(item{seq: 2})
	d.runAll()
	if m.batching.batch != before {
		t.Error("a new batch was made")
	}
	if kept := before.Items[:1]; kept[0] != nil || before.Bytes != 0 {
		t.Error("an idle mailbox holds on to delivered items")
	}
}
