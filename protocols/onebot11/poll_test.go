package onebot11

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// fakeJournal is an event log in memory.
type fakeJournal struct {
	mu       sync.Mutex
	entries  []*qq.Entry
	watchers map[int]func(qq.SN)
	next     int
	err      error
	gone     qq.SN // events up to it are no longer held
}

func (j *fakeJournal) First() qq.SN { return j.gone + 1 }

func (j *fakeJournal) Last() qq.SN {
	j.mu.Lock()
	defer j.mu.Unlock()
	return qq.SN(len(j.entries))
}

func (j *fakeJournal) Read(dst []*qq.Entry, after qq.SN, most int) ([]*qq.Entry, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if after < j.gone {
		return nil, qq.Errorf(qq.ErrCursorGone, "gone")
	}
	found := j.entries[min(int(after), len(j.entries)):]
	return append(dst, found[:min(most, len(found))]...), j.err
}

func (j *fakeJournal) Watch(fn func(qq.SN)) (cancel func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	id := j.next
	j.next++
	if j.watchers == nil {
		j.watchers = map[int]func(qq.SN){}
	}
	j.watchers[id] = fn
	return func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		delete(j.watchers, id)
	}
}

func (j *fakeJournal) add(account qq.UserID, e qq.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := qq.SN(len(j.entries) + 1)
	j.entries = append(j.entries, &qq.Entry{SN: n, Account: account, Time: noon, Event: e})
	for _, fn := range j.watchers {
		fn(n)
	}
}

func muted(n int) qq.Event {
	return &qq.MemberMuted{Group: club, User: bob, Operator: alice, Seconds: int64(n)}
}

// poll calls an action and tells which events came, by their durations.
func poll(t *testing.T, s *HTTP, name, params string) string {
	t.Helper()
	body := string(serve(s, fakeDirectory{{id: self}}, face.Route{Name: name, Account: self}, params).Body)
	if !strings.HasPrefix(body, `{"status":"ok","retcode":0,"data":[`) {
		t.Fatal(body)
	}
	var out []string
	for part := range strings.SplitSeq(body, `"duration":`) {
		if n, _, ok := strings.Cut(part, "}"); ok && !strings.Contains(n, `"`) {
			out = append(out, n)
		}
	}
	return strings.Join(out, " ")
}

func TestPolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &fakeJournal{}
		s := newHTTP(t, func(o *Options) { o.Journal = j })
		j.add(self, muted(1))
		want := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		want("a new key starts now", poll(t, s, "get_event", `{"key":"a"}`), "")
		j.add(self, muted(2))
		j.add(alice, muted(3)) // of another account
		j.add(self, muted(4))
		want("what came since", poll(t, s, "get_event", `{"key":"a"}`), "2 4")
		want("once", poll(t, s, "get_event", `{"key":"a"}`), "")
		want("another key", poll(t, s, "get_event", `{"key":"b"}`), "")
		want("updates are apart", poll(t, s, "get_updates", `{}`), "")
		j.add(self, muted(5))
		j.add(self, muted(6))
		want("limit", poll(t, s, "get_updates", `{"limit":1}`), "5")
		want("the rest", poll(t, s, "get_updates", `{"limit":1}`), "6")
		go func() {
			time.Sleep(2 * time.Second)
			j.add(self, muted(7))
		}()
		start := time.Now()
		want("waits", poll(t, s, "get_updates", `{"timeout":30}`), "7")
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("waited %s", took)
		}
		start = time.Now()
		want("not for ever", poll(t, s, "get_event", `{"key":"c","timeout":1500}`), "")
		if took := time.Since(start); took != 1500*time.Millisecond {
			t.Errorf("waited %s", took)
		}
		want("kept", poll(t, s, "get_event", `{"key":"a"}`), "5 6 7")
		j.add(self, muted(8))
		time.Sleep(pollMemory + time.Second)
		want("forgotten", poll(t, s, "get_event", `{"key":"a"}`), "")
		if len(j.watchers) != 0 {
			t.Errorf("%d watchers are left", len(j.watchers))
		}
	})
}

func TestPollsAreBounded(t *testing.T) {
	j := &fakeJournal{}
	s := newHTTP(t, func(o *Options) { o.Journal = j })
	poll(t, s, "get_event", `{}`)
	for n := range 3 * pollStride {
		j.add(alice, muted(n))
	}
	for n := range pollEvents + 1 {
		j.add(self, muted(n))
	}
	got := strings.Fields(poll(t, s, "get_event", `{}`))
	if len(got) != pollEvents || !slices.IsSorted(got[:10]) || poll(t, s, "get_event", `{}`) != "100" {
		t.Errorf("%d events", len(got))
	}
	for n := range pollKeys + 10 {
		poll(t, s, "get_event", fmt.Sprintf(`{"key":"k%d"}`, n))
	}
	if n := len(s.polls.places); n > pollKeys {
		t.Errorf("%d keys are kept", n)
	}
}

func TestPollsFollowTheEndpointsOptions(t *testing.T) {
	own := groupMessage(&qq.Text{Text: "mine"})
	own.Self = true
	for _, c := range []struct {
		change func(*Options)
		want   int
	}{
		{func(*Options) {}, 1}, {func(o *Options) { o.ReportSelf = true }, 2},
		{func(o *Options) { o.ReportSelf, o.Filter = true, mustFilter(t, `{"post_type":"notice"}`) }, 1},
	} {
		j := &fakeJournal{}
		s := newHTTP(t, func(o *Options) { o.Journal = j; c.change(o) })
		dir := fakeDirectory{{id: self}}
		serve(s, dir, face.Route{Name: "get_event", Account: self}, `{}`)
		j.add(self, &qq.MessageReceived{Message: *own})
		j.add(self, muted(1))
		body := string(serve(s, dir, face.Route{Name: "get_event", Account: self}, `{}`).Body)
		if n := strings.Count(body, `"post_type"`); n != c.want {
			t.Errorf("%d events, want %d: %s", n, c.want, body)
		}
	}
}

func TestALogThatFailsIsTold(t *testing.T) {
	j := &fakeJournal{err: errors.New("disk")}
	s := newHTTP(t, func(o *Options) { o.Journal = j })
	body := string(serve(s, fakeDirectory{{id: self}}, face.Route{Name: "get_event", Account: self}, `{}`).Body)
	if !strings.Contains(body, `"retcode":200`) || !strings.Contains(body, "the event log cannot be read: disk") {
		t.Error(body)
	}
}

func TestEventsThatAreGoneAreTold(t *testing.T) {
	j := &fakeJournal{}
	s := newHTTP(t, func(o *Options) { o.Journal = j })
	dir := fakeDirectory{{id: self}}
	serve(s, dir, face.Route{Name: "get_event", Account: self}, `{}`)
	for n := range 5 {
		j.add(self, muted(n))
	}
	j.gone = 3
	body := string(serve(s, dir, face.Route{Name: "get_event", Account: self}, `{}`).Body)
	if !strings.Contains(body, `"meta_event_type":"gap","after":0,"next":4,`) || strings.Count(body, `"duration"`) != 2 {
		t.Error(body)
	}
}
