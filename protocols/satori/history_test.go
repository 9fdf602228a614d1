package satori

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// withHistory makes an account whose chat holds the messages seqs, ascending,
// and that answers as GetHistory states.
func withHistory(seqs []int64) *fakeAccount {
	a := newAccount(self)
	qq.Serve(&a.Handlers, func(_ context.Context, op qq.GetHistory) (*qq.History, error) {
		h := &qq.History{}
		from, to := 0, len(seqs)
		if op.Forward {
			from, _ = slices.BinarySearch(seqs, op.Start)
			to = min(from+op.Count, len(seqs))
		} else {
			if op.Start > 0 {
				to, _ = slices.BinarySearch(seqs, op.Start+1)
			}
			from = max(0, to-op.Count)
		}
		for _, seq := range seqs[from:to] {
			h.Messages = append(h.Messages, groupMessage(seq))
		}
		if from > 0 {
			h.Older = seqs[from-1]
		}
		if to < len(seqs) {
			h.Newer = seqs[to]
		}
		return h, nil
	})
	return a
}

// pageOf asks for one page and gives the seqs on it.
func pageOf(t interface {
	Fatalf(string, ...any)
}, s *Server, dir face.Directory, params string) (seqs []int64, prev, next string) {
	route := face.Route{Name: "message.list", Account: self}
	r := s.Serve(context.Background(), dir, face.Request{Route: &route, Body: []byte(params)})
	var list BidiList[Message]
	if err := json.Unmarshal(r.Body, &list); err != nil || r.Status != 200 {
		t.Fatalf("%s: %d %s", params, r.Status, r.Body)
	}
	for _, m := range list.Data {
		ref, _ := ParseMessageID(m.ID)
		seqs = append(seqs, ref.Seq)
	}
	return seqs, list.Prev, list.Next
}

func TestListPagesBothWaysWithoutLossOrLoop(t *testing.T) {
	s := newServer(t, Options{})
	rapid.Check(t, func(t *rapid.T) {
		seqs := rapid.SliceOfNDistinct(rapid.Int64Range(1, 200), 0, 60, rapid.ID[int64]).Draw(t, "seqs")
		slices.Sort(seqs)
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		dir := fakeDirectory{withHistory(seqs)}
		walk := func(way, token string) (all []int64) {
			for pages := 0; ; pages++ {
				if pages > len(seqs)+1 {
					t.Fatalf("%s goes round in circles: %v", way, all)
				}
				page, prev, next := pageOf(t, s, dir, fmt.Sprintf(`{"channel_id":"123456","direction":%q,"next":%q,"limit":%d}`, way, token, limit))
				if prev != next {
					t.Fatalf("%s: prev %q, next %q", way, prev, next)
				}
				if way == "before" {
					all = append(page, all...)
				} else {
					all = append(all, page...)
				}
				if token = next; token == "" {
					return all
				}
			}
		}
		if got := walk("before", ""); !slices.Equal(got, seqs) {
			t.Fatalf("back: %v, want %v", got, seqs)
		}
		if got := walk("after", "seq:0"); len(seqs) > 0 && !slices.Equal(got, seqs) {
			t.Fatalf("forth: %v, want %v", got, seqs)
		}
		boundary := rapid.Int64Range(1, 200).Draw(t, "boundary")
		start := fmt.Sprintf("seq:%d", boundary)
		if got := append(walk("before", start), walk("after", start)...); !slices.Equal(got, seqs) {
			t.Fatalf("from %d: %v, want %v", boundary, got, seqs)
		}
		page, prev, next := pageOf(t, s, dir, fmt.Sprintf(`{"channel_id":"123456","direction":"around","next":%q,"limit":%d}`, start, limit))
		if prev != "" {
			page = append(walk("before", prev), page...)
		}
		if next != "" {
			page = append(page, walk("after", next)...)
		}
		if !slices.Equal(page, seqs) {
			t.Fatalf("around %d: %v, want %v", boundary, page, seqs)
		}
	})
}

func TestListTakesMessageIDsOrdersAndLimits(t *testing.T) {
	s, dir := newServer(t, Options{}), fakeDirectory{withHistory([]int64{1, 2, 3, 4, 5, 6, 7})}
	for params, want := range map[string][]int64{
		`"next":""`:                     {1, 2, 3, 4, 5, 6, 7},
		`"limit":2`:                     {6, 7},
		`"limit":2,"order":"desc"`:      {7, 6},
		`"limit":0`:                     {1, 2, 3, 4, 5, 6, 7},
		`"limit":2,"next":"2|123456|5"`: {3, 4},
		`"limit":2,"next":"2|123456|5","direction":"after"`:           {6, 7},
		`"limit":3,"next":"2|123456|5","direction":"around"`:          {4, 5, 6},
		`"limit":1,"next":"2|123456|5","direction":"around"`:          {5},
		`"limit":2,"next":"2|123456|1","direction":"before"`:          nil,
		`"limit":2,"next":"seq:5","direction":"after","order":"desc"`: {7, 6},
	} {
		if got, _, _ := pageOf(t, s, dir, `{"channel_id":"123456",`+params+`}`); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", params, got, want)
		}
	}
}

// TestListDistrustsTheDriver: a driver whose neighbours point back into the
// page must not send a client round in circles.
func TestListDistrustsTheDriver(t *testing.T) {
	account := newAccount(self)
	constant[qq.GetHistory](&account.Handlers, &qq.History{Messages: []*qq.Message{groupMessage(5), groupMessage(6)}, Older: 5, Newer: 6})
	s, dir := newServer(t, Options{}), fakeDirectory{account}
	for _, way := range []string{"before", "after", "around"} {
		_, prev, next := pageOf(t, s, dir, `{"channel_id":"123456","next":"seq:6","direction":"`+way+`"}`)
		if prev != "" || next != "" {
			t.Errorf("%s: prev %q, next %q", way, prev, next)
		}
	}
	constant[qq.GetHistory](&account.Handlers, &qq.History{Older: 6, Newer: 7})
	for _, way := range []string{"before", "after"} {
		if _, _, next := pageOf(t, s, dir, `{"channel_id":"123456","next":"seq:6","direction":"`+way+`"}`); next != "" {
			t.Errorf("%s: an empty page leads to %q", way, next)
		}
	}
}
