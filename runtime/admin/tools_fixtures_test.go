package admin

import (
	"cmp"
	"net/http/httptest"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// began is when the events of the tests begin, Unix milliseconds.
const began qq.Time = 1_800_000_000_000

// book is an EventLog in memory whose numbers may jump.
type book struct {
	mu      sync.Mutex
	entries []*qq.Entry
	gone    qq.SN // everything up to it has left
}

func (b *book) Read(dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
	return b.read(dst, after, max, func(*qq.Entry) bool { return true })
}

func (b *book) ReadAccount(dst []*qq.Entry, account qq.UserID, after qq.SN, max int) ([]*qq.Entry, error) {
	return b.read(dst, after, max, func(e *qq.Entry) bool { return e.Account == account })
}

func (b *book) read(dst []*qq.Entry, after qq.SN, max int, wanted func(*qq.Entry) bool) ([]*qq.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if after < b.gone {
		return dst, qq.ErrCursorGone
	}
	n := sort.Search(len(b.entries), func(i int) bool { return b.entries[i].SN > after })
	for _, e := range b.entries[n:] {
		if max > 0 && wanted(e) {
			dst, max = append(dst, e), max-1
		}
	}
	return dst, nil
}

func (b *book) Seek(t qq.Time) qq.SN {
	b.mu.Lock()
	defer b.mu.Unlock()
	after := b.gone
	for _, e := range b.entries {
		if e.Time >= t {
			return after
		}
		after = e.SN
	}
	return after
}

func (b *book) First() qq.SN {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.entries) == 0 {
		return b.gone + 1
	}
	return b.entries[0].SN
}

func (b *book) Last() qq.SN {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.entries) == 0 {
		return b.gone
	}
	return b.entries[len(b.entries)-1].SN
}

func (b *book) add(entries ...*qq.Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries = append(b.entries, entries...)
}

const base = 1_800_000_000_000_000 // numbers of events begin behind it

// happened is an entry: its number and its time are n.
func happened(n int, account qq.UserID, e qq.Event) *qq.Entry {
	return &qq.Entry{SN: base + qq.SN(n), Account: account, Time: began + qq.Time(n)*1000, Event: e}
}

func muted(seconds int64) qq.Event { return &qq.MemberMuted{Group: 7, User: 10001, Seconds: seconds} }
func said(text string) qq.Event {
	return &qq.MessageReceived{Message: qq.Message{MessageRef: qq.MessageRef{Chat: qq.GroupChat(7)}, Sender: 10001, Segments: qq.NewText(text)}}
}

// hooks are Targets and Letters that remember what they were asked.
type hooks struct {
	mu      sync.Mutex
	status  []TargetStatus
	letters map[string][]Letter
	asked   []Redelivery
	forgot  []string
	err     error
}

func (h *hooks) List() []TargetStatus { return h.status }

func (h *hooks) Find(name string) (TargetStatus, bool) {
	n := slices.IndexFunc(h.status, func(t TargetStatus) bool { return t.Name == name })
	if n < 0 {
		return TargetStatus{}, false
	}
	return h.status[n], true
}

func (h *hooks) Redeliver(name string, r Redelivery) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, r)
	return h.err
}

func (h *hooks) Forget(name string) error {
	h.forgot = append(h.forgot, name)
	return h.err
}

func (h *hooks) Letters(target string, after qq.SN, limit int) []Letter {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(h.letters[target]), func(l Letter) bool { return l.SN <= after })
	slices.SortFunc(list, func(a, b Letter) int { return cmp.Compare(a.SN, b.SN) })
	return list[:min(limit, len(list))]
}

func (h *hooks) Drop(target string, sn qq.SN) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	had := len(h.letters[target])
	h.letters[target] = slices.DeleteFunc(h.letters[target], func(l Letter) bool { return l.SN == sn })
	return len(h.letters[target]) < had
}

// hook is the target that most tests are about.
const hook = "onebot11-webhook/1234567890"

// toolRig is a server with a log of five events, one of them of another
// account, the oldest gone, and a jump in the numbers.
func toolRig(t testing.TB, change func(*Options)) (rig, *book, *hooks) {
	t.Helper()
	log := &book{gone: base + 1, entries: []*qq.Entry{
		happened(2, 1234567890, said("two")), happened(3, 1234567891, said("three")), happened(4, 1234567890, muted(60)),
		happened(1000, 1234567890, said("thousand")), happened(1001, 1234567890, muted(0)),
	}}
	targets := &hooks{
		status: []TargetStatus{
			{Name: hook, Kind: "webhook", Account: 1234567890, State: "up", Cursor: base + 4, Waiting: 2},
			{Name: "old/1", State: StateAbsent},
		},
		letters: map[string][]Letter{hook: {
			{Kind: LetterRefused, SN: base + 1, At: 5, Tries: 3, Status: 400, Reason: "no"},
			{Kind: LetterSkipped, SN: base + 2, At: 6, Reason: "old"},
			{Kind: LetterRefused, SN: base + 4, At: 7, Tries: 3, Status: 404, Reason: "no"},
		}},
	}
	r := newRig(t, func(o *Options) {
		o.Log, o.Targets, o.Letters = log, targets, targets
		o.Now = func() qq.Time { return began + 1001_000 }
		o.LogStatus = func() LogStatus {
			return LogStatus{Durability: "batch", Epoch: 1 << 63, First: base + 2, Last: base + 1001, Lost: []LostRange{{base + 10, base + 20}}}
		}
		if change != nil {
			change(o)
		}
	})
	return r, log, targets
}

// eventLines reads an answer of GET /api/events.
func eventLines(t testing.TB, w *httptest.ResponseRecorder) []EventLine {
	t.Helper()
	var list []EventLine
	for text := range strings.Lines(w.Body.String()) {
		var line EventLine
		if err := wire.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		list = append(list, line)
	}
	return list
}
