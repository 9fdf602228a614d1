package admin

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// numbersOf are the numbers of lines, without base.
func numbersOf(list []EventLine) []int {
	var ns []int
	for _, l := range list {
		ns = append(ns, int(l.SN-base))
	}
	return ns
}

func TestEventsOfTheLog(t *testing.T) {
	r, _, _ := toolRig(t, nil)
	at := func(n int) string { return url.QueryEscape((began + qq.Time(n)*1000).Std().Format(time.RFC3339)) }
	for query, want := range map[string][]int{
		"":                                    {2, 3, 4, 1000, 1001},
		"?account=1234567890":                 {2, 4, 1000, 1001},
		"?account=10001":                      nil,
		"?type=MemberMuted":                   {4, 1001},
		"?type=member_muted&limit=1":          {4},
		"?type=messagereceived&last=2":        {3, 1000},
		"?last=2":                             {1000, 1001},
		"?last=2&limit=1":                     {1000},
		"?last=9":                             {2, 3, 4, 1000, 1001},
		"?last=2&account=1234567891":          {3},
		"?after=1800000000000003":             {4, 1000, 1001},
		"?after=1800000000000900":             {1000, 1001},
		"?after=1900000000000000":             nil,
		"?since=1800000000000003&limit=1":     {4},
		"?since=1800000004000":                {4, 1000, 1001},
		"?since=1s":                           {1000, 1001},
		"?since=5d12h":                        {2, 3, 4, 1000, 1001},
		"?since=0s":                           {1001},
		"?since=0":                            {2, 3, 4, 1000, 1001},
		"?after=0&limit=2":                    {2, 3},
		"?until=0":                            nil,
		"?since=" + at(3) + "&until=" + at(4): {3},
		"?until=1800000000000004":             {2, 3, 4},
		"?until=1s":                           {2, 3, 4},
		"?until=1s&last=1":                    {4},
		"?since=" + at(1002):                  nil,
		"?follow=no&last=1":                   {1001},
	} {
		w := r.call("GET", "/api/events"+query, "")
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/x-ndjson; charset=utf-8" {
			t.Errorf("%s: %d %v %s", query, w.Code, w.Header(), w.Body)
			continue
		}
		if diff := cmp.Diff(want, numbersOf(eventLines(t, w))); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}

func TestAnEventsLine(t *testing.T) {
	r, log, _ := toolRig(t, nil)
	w := r.call("GET", "/api/events?sn=1800000000000004", "")
	want := `{"sn":1800000000000004,"time":1800000004000,"account":1234567890,"type":"MemberMuted","text":"group 7: 0 muted 10001 for 60 s",` +
		`"event":{"group":7,"user":10001,"operator":0,"seconds":60}}` + "\n"
	if w.Code != 200 || w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	log.add(happened(1002, 1234567890, &qq.UnknownEvent{Kind: "FromTheFuture", Data: []byte(`[1]`)}), happened(1003, 1234567890, &qq.UnknownEvent{Kind: "Bare"}))
	lines := eventLines(t, r.call("GET", "/api/events?last=2", ""))
	if len(lines) != 2 || lines[0].Type != "FromTheFuture" || string(lines[0].Event) != "[1]" || string(lines[1].Event) != "null" {
		t.Errorf("%+v", lines)
	}
}

func TestEventsFaults(t *testing.T) {
	r, _, _ := toolRig(t, nil)
	for query, want := range map[string]string{
		"?sn=1800000000000001":             "404 event 1800000000000001 has left the log; the oldest is 1800000000000002",
		"?sn=1800000000000005":             "404 no event has the number 1800000000000005; numbers jump",
		"?sn=1800000000000015":             "404 event 1800000000000015 cannot be read: 1800000000000010 to 1800000000000020 were lost",
		"?sn=1800000000001002":             "404 there is no event 1800000000001002 yet; the newest is 1800000000001001",
		"?sn=0":                            "404 event 0 has left the log",
		"?sn=x":                            "400 sn: must be 0 to 9007199254740991",
		"?sn=1800000000000004&limit=1":     "400 limit: cannot go with sn",
		"?after=1800000000000000":          "410 events behind 1800000000000000 have left the log; the oldest is 1800000000000002",
		"?since=1800000000000000":          "410 events behind 1800000000000000",
		"?since=yesterday":                 `400 since: "yesterday" is no place in the log; it must be an age such as`,
		"?until=2h-":                       `400 until: "2h-" is no place in the log`,
		"?since=-2h":                       "400 since",
		"?since=9999999d":                  "400 since",
		"?since=1d-3h":                     "400 since",
		"?since=2h&after=1800000000000002": "400 after: cannot go with since",
		"?until=2h&follow=1":               "400 until: cannot go with follow",
		"?account=7":                       "400 account: must be a QQ number",
		"?account=x":                       "400 account: must be a QQ number",
		"?type=nonsense":                   `400 type: "nonsense" is no type of event; there are MessageReceived, `,
		"?limit=0":                         "400 limit: must be 1 to 1000000",
		"?limit=9999999":                   "400 limit",
		"?last=10001":                      "400 last: must be 1 to 10000",
		"?follow=maybe":                    "400 follow: must be true or false",
		"?limt=3":                          "400 limt: is not known here; there are sn, since",
		"?limit=3&limit=4":                 "400 limit: is given twice",
		"?limit=x&last=y":                  "400 last: must be 1 to 10000; limit: must be 1 to",
	} {
		w := r.call("GET", "/api/events"+query, "")
		if got := statusAnd(w.Code, errorOf(t, w)); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", query, got)
		}
	}
}

func TestEmptyLog(t *testing.T) {
	r := newRig(t, nil)
	if w := r.call("GET", "/api/events?last=3", ""); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if text := errorOf(t, r.call("GET", "/api/events?sn=5", "")); !strings.Contains(text, "the log is empty") {
		t.Error(text)
	}
	if w := r.call("GET", "/api/log", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"lost":[]`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestLogStatus(t *testing.T) {
	r, _, _ := toolRig(t, nil)
	w := r.call("GET", "/api/log", "")
	for _, part := range []string{`"durability":"batch"`, `"epoch":"9223372036854775808"`, `"first":1800000000000002`, `"lost":[{"first":1800000000000010,"last":1800000000000020}]`} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("no %s in %s", part, w.Body)
		}
	}
	if w := r.call("GET", "/api/log?x=1", ""); w.Code != 400 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestFollow reads over a real connection what is there and what comes.
func TestFollow(t *testing.T) {
	r, log, _ := toolRig(t, nil)
	c := Client{r.start(t), token}
	ctx, cancel := context.WithCancel(context.Background())
	got := make(chan int, 10)
	ended := make(chan error, 1)
	go func() {
		ended <- c.Events(ctx, EventQuery{Last: 1, Account: 1234567890, Follow: true}, func(l EventLine) error {
			got <- int(l.SN - base)
			return nil
		})
	}()
	for n, want := range []int{1001, 1002, 1004} {
		if n == 1 {
			log.add(happened(1002, 1234567890, said("x")), happened(1003, 1234567891, said("x")), happened(1004, 1234567890, said("x")))
		}
		select {
		case n := <-got:
			if n != want {
				t.Fatalf("%d, want %d", n, want)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%d did not come", want)
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestFollowersFallOff: whoever is overtaken by retention is told.
func TestFollowersFallOff(t *testing.T) {
	r, log, _ := toolRig(t, nil)
	c := Client{r.start(t), token}
	err := c.Events(t.Context(), EventQuery{Last: 1, Follow: true}, func(EventLine) error {
		log.mu.Lock()
		defer log.mu.Unlock()
		log.gone, log.entries = base+2000, nil
		return nil
	})
	if refused, ok := errors.AsType[*APIError](err); !ok || !strings.Contains(refused.Text, qq.ErrCursorGone.Error()) {
		t.Errorf("%v", err)
	}
}

func TestStoppingEndsFollowers(t *testing.T) {
	r, _, _ := toolRig(t, nil)
	must(t, r.Start())
	c := Client{"http://" + r.Addr(), token}
	begun, ended := make(chan bool, 10), make(chan error, 1)
	go func() {
		ended <- c.Events(context.Background(), EventQuery{Last: 1, Follow: true}, func(EventLine) error { begun <- true; return nil })
	}()
	<-begun
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	must(t, r.Stop(ctx))
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestFollowersAreBounded(t *testing.T) {
	r, _, _ := toolRig(t, nil)
	base := r.start(t)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	open := func() *http.Response {
		req, err := http.NewRequest(http.MethodGet, base+"/api/events?last=1&follow=1", nil)
		must(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		answer, err := client.Do(req)
		must(t, err)
		return answer
	}
	var all []*http.Response
	for range maxStreams {
		answer := open()
		if _, err := bufio.NewReader(answer.Body).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		all = append(all, answer)
	}
	refused := open()
	_ = refused.Body.Close()
	if refused.StatusCode != http.StatusTooManyRequests {
		t.Errorf("%d", refused.StatusCode)
	}
	for _, answer := range all {
		_ = answer.Body.Close()
	}
	for deadline := time.Now().Add(5 * time.Second); r.streams.count.Load() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("those who left still count")
		}
	}
}

// TestLatest: reading backwards over jumps answers what a look at everything
// would.
func TestLatest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := &book{}
		sn := 0
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			sn += rapid.SampledFrom([]int{1, 1, 1, 2, 511, 512, 513, 1 << 20, 1 << 40}).Draw(t, "jump")
			e := said("x")
			if rapid.Bool().Draw(t, "other kind") {
				e = muted(1)
			}
			log.entries = append(log.entries, happened(sn, rapid.SampledFrom([]qq.UserID{10001, 10002}).Draw(t, "account"), e))
		}
		want := reading{
			newest:  rapid.IntRange(1, 70).Draw(t, "newest"),
			account: rapid.SampledFrom([]qq.UserID{0, 10001}).Draw(t, "account"),
			kind:    rapid.SampledFrom([]string{"", "MemberMuted"}).Draw(t, "kind"),
			after:   base + qq.SN(rapid.IntRange(0, sn+1).Draw(t, "after")),
			upTo:    base + qq.SN(rapid.IntRange(0, sn+1).Draw(t, "up to")),
		}
		var naive []*qq.Entry
		for _, e := range log.entries {
			if e.SN > want.after && e.SN <= want.upTo && want.wants(e) && (want.account == 0 || e.Account == want.account) {
				naive = append(naive, e)
			}
		}
		naive = naive[max(0, len(naive)-want.newest):]
		got, err := want.latest(log)
		if err != nil || !slices.Equal(naive, got) {
			t.Fatalf("%v: %d entries, want %d", err, len(got), len(naive))
		}
	})
}
