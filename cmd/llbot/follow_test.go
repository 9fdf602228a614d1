package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

// restless is an admin server that answers each call with the next of its
// answers, and notes what it was asked.
type restless struct {
	mu      sync.Mutex
	answers []func(http.ResponseWriter)
	asked   []string
}

func (r *restless) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.asked = append(r.asked, req.URL.RawQuery)
	answer := func(w http.ResponseWriter) { refusal(w, http.StatusForbidden, "enough") }
	if len(r.answers) > 0 {
		answer, r.answers = r.answers[0], r.answers[1:]
	}
	r.mu.Unlock()
	answer(w)
}

func refusal(w http.ResponseWriter, status int, text string) {
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"error":%q}`, text)
}

func eventsOf(sns ...int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for _, sn := range sns {
			_, _ = fmt.Fprintf(w, `{"sn":%d,"event":{}}`+"\n", sn)
		}
	}
}

// brokenOff cuts the connection in the middle of a line.
func brokenOff(w http.ResponseWriter) {
	_, _ = io.WriteString(w, `{"sn":9`)
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func follow(ctx context.Context, url string, q admin.EventQuery, take func(admin.EventLine) error) (told string, err error) {
	var out bytes.Buffer
	f := newFollower(&console{err: &out, signals: ctx}, admin.Client{Base: url})
	f.first, f.most = time.Millisecond, 4*time.Millisecond
	err = f.run(q, take)
	return out.String(), err
}

// A server that goes away and comes back is read on where it was left.
func TestFollowOverRestarts(t *testing.T) {
	server := &restless{answers: []func(http.ResponseWriter){
		eventsOf(),
		func(w http.ResponseWriter) { refusal(w, http.StatusServiceUnavailable, "llbot is stopping") },
		eventsOf(5, 6), brokenOff, eventsOf(7), eventsOf(),
		func(w http.ResponseWriter) { refusal(w, http.StatusGone, "the oldest is 20") },
		eventsOf(20),
	}}
	web := httptest.NewServer(server)
	defer web.Close()
	var got []qq.SN
	told, err := follow(t.Context(), web.URL, admin.EventQuery{Last: 3, Type: "X", Follow: true}, func(e admin.EventLine) error {
		got = append(got, e.SN)
		return nil
	})
	if err == nil || err.Error() != "enough" || !slices.Equal(got, []qq.SN{5, 6, 7, 20}) {
		t.Errorf("%v, %v", got, err)
	}
	first, then := "follow=true&last=3&type=X", func(sn int) string { return fmt.Sprintf("after=%d&follow=true&type=X", sn) }
	if want := []string{first, first, first, then(6), then(6), then(7), then(7), "follow=true&since=0&type=X", then(20)}; !slices.Equal(server.asked, want) {
		t.Errorf("asked %q", server.asked)
	}
	if strings.Count(told, "went away") != 6 || strings.Count(told, "the oldest is 20; going on from there\n") != 1 {
		t.Errorf("told\n%s", told)
	}
}

// A server that cannot be reached at first is an error; Ctrl-C is none, and a
// pipe that nobody reads ends it.
func TestFollowEnds(t *testing.T) {
	if _, err := follow(t.Context(), "http://127.0.0.1:1", admin.EventQuery{}, nil); !errors.Is(err, admin.ErrNotRunning) {
		t.Errorf("nobody there: %v", err)
	}
	web := httptest.NewServer(&restless{answers: []func(http.ResponseWriter){eventsOf(1), eventsOf(2)}})
	defer web.Close()
	if _, err := follow(t.Context(), web.URL, admin.EventQuery{}, func(admin.EventLine) error { return io.ErrClosedPipe }); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a closed pipe: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := follow(ctx, web.URL, admin.EventQuery{}, func(admin.EventLine) error { cancel(); return nil }); err != nil {
		t.Errorf("Ctrl-C: %v", err)
	}
}
