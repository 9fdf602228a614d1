package sim

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func TestContentRules(t *testing.T) {
	many := make(qq.Segments, qq.MaxMessageSegments+1)
	for i := range many {
		many[i] = &qq.Face{ID: "1"}
	}
	long := strings.Repeat("字", qq.MaxMessageText)
	for name, c := range map[string]struct {
		segments qq.Segments
		want     error
	}{
		"nothing":               {nil, qq.ErrInvalid},
		"empty text":            {qq.NewText(""), qq.ErrInvalid},
		"longest text":          {qq.NewText(long), nil},
		"text too long":         {qq.Segments{&qq.Text{Text: long}, &qq.Text{Text: "!"}}, qq.ErrInvalid},
		"most segments":         {many[1:], nil},
		"too many segments":     {many, qq.ErrInvalid},
		"nil segment":           {qq.Segments{nil}, qq.ErrInvalid},
		"unknown kind":          {qq.Segments{&qq.Raw{Kind: "ark"}}, qq.ErrUnsupported},
		"face without id":       {qq.Segments{&qq.Face{}}, qq.ErrInvalid},
		"known picture":         {qq.Segments{&qq.Image{Media: qq.Media{ID: "pic"}}}, nil},
		"unknown picture":       {qq.Segments{&qq.Image{Media: qq.Media{ID: "dog"}}}, qq.ErrMedia},
		"picture not ingested":  {qq.Segments{&qq.Image{Media: qq.Media{URI: "http://x"}}}, qq.ErrMedia},
		"mention of a stranger": {qq.Segments{&qq.Mention{User: 4242424}}, nil},
		"lone quote":            {qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Seq: 1}}}, qq.ErrInvalid},
		"unknown quote": {qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.GroupChat(home), Seq: 99}},
			&qq.Text{Text: "?"}}, qq.ErrNotFound},
		"quote of another chat": {qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.FriendChat(alice), Seq: 1}},
			&qq.Text{Text: "?"}}, qq.ErrInvalid},
		"quote": {qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.GroupChat(home), Seq: 1}},
			&qq.Text{Text: "!"}}, nil},
		"two quotes": {qq.Segments{&qq.Reply{MessageRef: qq.MessageRef{Seq: 1}}, &qq.Reply{MessageRef: qq.MessageRef{Seq: 1}},
			&qq.Text{Text: "!"}}, qq.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			w := openWorld(t, Options{})
			do(t, w, alice, inGroup("first"))
			op := qq.SendMessage{Chat: qq.GroupChat(home), Segments: c.segments}
			if c.want != nil {
				refused(t, w, bot, op, c.want)
				return
			}
			if sent := do(t, w, bot, op); sent.Seq != 2 || sent.Chat != op.Chat || sent.Time == 0 {
				t.Errorf("sent %+v", sent)
			}
		})
	}
}

func TestWhoMayTalkToWhom(t *testing.T) {
	w := ruledWorld(t, newClock())
	chat := func(as qq.UserID, op qq.SendMessage, want qq.Chat) {
		t.Helper()
		if sent := do(t, w, as, op); sent.Chat != want {
			t.Errorf("became %+v, want %+v", sent.Chat, want)
		}
	}
	chat(bot, toUser(alice, "hi"), qq.FriendChat(alice))
	chat(bot, qq.SendMessage{Chat: qq.TempChat(alice), Segments: qq.NewText("hi")}, qq.FriendChat(alice))
	refused(t, w, bot, toUser(carol, "hi"), qq.ErrForbidden)
	chat(bot, toMember(carol, "hi"), qq.TempChat(carol))
	chat(carol, toUser(bot, "an answer"), qq.TempChat(bot))
	via := toUser(carol, "hi")
	via.Via = home
	chat(bot, via, qq.TempChat(carol))
	via.Via = SeedSecond
	refused(t, w, bot, via, qq.ErrNotFound)
	refused(t, w, bot, toUser(eve, "hi"), qq.ErrNotFound)
	refused(t, w, bot, toUser(99999, "hi"), qq.ErrNotFound)
	refused(t, w, bot, toUser(bot, "hi"), qq.ErrInvalid)
	refused(t, w, eve, inGroup("hi"), qq.ErrNotFound)
	refused(t, w, bot, qq.SendMessage{Segments: qq.NewText("hi")}, qq.ErrInvalid)
}

// TestViews holds what two accounts see of the same messages against each other.
func TestViews(t *testing.T) {
	c := newClock()
	w := openWorld(t, Options{Now: c.Now})
	now := qq.TimeOf(c.Now())
	if err := w.EnsureAccount(context.Background(), alice, ""); err != nil {
		t.Fatal(err)
	}
	driverOf(t, w, bot)
	driverOf(t, w, alice)
	do(t, w, bot, qq.SetCard{Group: home, Member: bot, Card: "Botty"})
	first := do(t, w, alice, toUser(bot, "question"))
	pending(w, bot)
	pending(w, alice)
	do(t, w, bot, qq.SendMessage{Chat: qq.FriendChat(alice), Segments: qq.Segments{
		&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.FriendChat(alice), Seq: first.Seq}},
		&qq.Image{Media: qq.Media{ID: "pic", URL: "http://old"}, Summary: "a cat"},
		&qq.Mention{User: alice},
	}})
	botSees := pending(w, bot)[0].(*qq.MessageReceived)
	aliceSees := pending(w, alice)[0].(*qq.MessageReceived)

	if botSees.Random == 0 || botSees.Random != aliceSees.Random {
		t.Errorf("random numbers %d and %d of one message", botSees.Random, aliceSees.Random)
	}
	want := func(peer, viewer qq.UserID) qq.Message {
		return qq.Message{
			MessageRef: qq.MessageRef{Chat: qq.FriendChat(peer), Seq: first.Seq + 1},
			Time:       now, Sender: bot, Nickname: "LLBot", Self: viewer == bot, Random: botSees.Random,
			Friend: do(t, w, viewer, qq.GetFriend{User: peer}),
			Segments: qq.Segments{
				&qq.Reply{MessageRef: qq.MessageRef{Chat: qq.FriendChat(peer), Seq: first.Seq}, Sender: alice, Time: now,
					Quoted: qq.NewText("question")},
				&qq.Image{Media: qq.Media{ID: "pic", URL: "http://media/pic", Name: "cat.png", MIME: "image/png", Size: 99, Width: 3, Height: 4},
					Summary: "a cat"},
				&qq.Mention{User: alice, Name: "Alice"},
			},
		}
	}
	if d := cmp.Diff(want(alice, bot), botSees.Message); d != "" {
		t.Errorf("the bot sees (-want +got)\n%s", d)
	}
	if d := cmp.Diff(want(bot, alice), aliceSees.Message); d != "" {
		t.Errorf("Alice sees (-want +got)\n%s", d)
	}
	botSees.EachRef(func(r *qq.MessageRef) { r.ID = 7 })
	aliceSees.EachRef(func(r *qq.MessageRef) {
		if r.ID != 0 {
			t.Error("stamping one account's message reached the other's")
		}
	})
	stored := do(t, w, alice, qq.GetMessage{Ref: aliceSees.MessageRef})
	if d := cmp.Diff(&aliceSees.Message, stored); d != "" {
		t.Errorf("the event and the stored message differ\n%s", d)
	}
}

func TestGroupView(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	do(t, w, bot, qq.SetCard{Group: home, Member: carol, Card: "Caro"})
	pending(w, bot)
	sent := do(t, w, bob, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{
		&qq.Mention{User: carol, Name: "forged"}, &qq.Mention{User: eve}, &qq.Text{Text: "hi"}}})
	m := pending(w, bot)[0].(*qq.MessageReceived)
	if m.Group == nil || m.Group.ID != home || m.Member == nil || m.Member.User != bob || m.Member.LastSpoke == 0 || m.Self {
		t.Errorf("message %+v", m)
	}
	if d := cmp.Diff(qq.Segments{&qq.Mention{User: carol, Name: "Caro"}, &qq.Mention{User: eve, Name: "10005"}, &qq.Text{Text: "hi"}},
		m.Segments); d != "" {
		t.Errorf("content\n%s", d)
	}
	do(t, w, bob, qq.LeaveGroup{Group: home})
	gone := do(t, w, bot, qq.GetMessage{Ref: sent.MessageRef})
	if d := cmp.Diff(qq.StubMember(home, bob, "Bob"), gone.Member); d != "" {
		t.Errorf("member who left\n%s", d)
	}
}

func TestTempView(t *testing.T) {
	w := ruledWorld(t, newClock())
	driverOf(t, w, bot)
	do(t, w, carol, toMember(bot, "psst"))
	m := pending(w, bot)[0].(*qq.MessageReceived)
	if m.Chat != qq.TempChat(carol) || m.Group == nil || m.Group.ID != home || m.Friend != nil {
		t.Errorf("message %+v", m)
	}
	reply := do(t, w, bot, toUser(carol, "what?"))
	if reply.Seq != m.Seq+1 {
		t.Errorf("seq %d after %d: both sides must count as one", reply.Seq, m.Seq)
	}
	byFriend := do(t, w, bot, qq.GetMessage{Ref: qq.MessageRef{Chat: qq.FriendChat(carol), Seq: m.Seq}})
	if byFriend.Scene != qq.SceneTemp {
		t.Errorf("scene %v", byFriend.Scene)
	}
}

func TestQuoteOfWhatWasRecalled(t *testing.T) {
	w := ruledWorld(t, newClock())
	first := do(t, w, bob, inGroup("first"))
	quote := qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Reply{MessageRef: first.MessageRef}, &qq.Text{Text: "re"}}}
	second := do(t, w, bot, quote)
	do(t, w, bob, qq.RecallMessage{Ref: first.MessageRef})
	m := do(t, w, bot, qq.GetMessage{Ref: second.MessageRef})
	r := m.Segments[0].(*qq.Reply)
	if r.Quoted != nil || r.Sender != bob || r.MessageRef != first.MessageRef {
		t.Errorf("quote %+v", r)
	}
	refused(t, w, bot, quote, qq.ErrNotFound)
}

func TestHistoryPages(t *testing.T) {
	w := ruledWorld(t, newClock())
	for range 10 {
		do(t, w, bob, inGroup("m"))
	}
	for _, seq := range []int64{1, 4, 5} {
		do(t, w, bot, qq.RecallMessage{Ref: qq.MessageRef{Chat: qq.GroupChat(home), Seq: seq}})
	}
	for name, c := range map[string]struct {
		start        int64
		count        int
		forward      bool
		want         []int64
		older, newer int64
	}{
		"newest":             {0, 3, false, []int64{8, 9, 10}, 7, 0},
		"from a number":      {8, 3, false, []int64{6, 7, 8}, 3, 9},
		"from a gap":         {5, 3, false, []int64{2, 3}, 0, 6},
		"past the end":       {99, 2, false, []int64{9, 10}, 8, 0},
		"before the start":   {1, 2, false, nil, 0, 2},
		"oldest":             {0, 2, true, []int64{2, 3}, 0, 6},
		"forward from a gap": {4, 2, true, []int64{6, 7}, 3, 8},
		"forward to the end": {9, 5, true, []int64{9, 10}, 8, 0},
		"all":                {0, 100, false, []int64{2, 3, 6, 7, 8, 9, 10}, 0, 0},
		"none":               {7, 0, false, nil, 7, 8},
	} {
		h := do(t, w, bot, qq.GetHistory{Chat: qq.GroupChat(home), Start: c.start, Count: c.count, Forward: c.forward})
		var got []int64
		for _, m := range h.Messages {
			got = append(got, m.Seq)
		}
		if !cmp.Equal(got, c.want) || h.Older != c.older || h.Newer != c.newer {
			t.Errorf("%s: %v older %d newer %d, want %v %d %d", name, got, h.Older, h.Newer, c.want, c.older, c.newer)
		}
	}
	refused(t, w, eve, qq.GetHistory{Chat: qq.GroupChat(home), Count: 1}, qq.ErrNotFound)
	refused(t, w, bot, qq.GetHistory{Chat: qq.FriendChat(99999), Count: 1}, qq.ErrNotFound)
	refused(t, w, bot, qq.GetHistory{Chat: qq.GroupChat(home), Count: -1}, qq.ErrInvalid)
	if h := do(t, w, bot, qq.GetHistory{Chat: qq.FriendChat(alice), Count: 5}); len(h.Messages) != 0 {
		t.Errorf("silent chat %+v", h)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	w := openWorld(t, Options{})
	if _, err := w.Say(context.Background(), Say{As: bob, Group: home, Text: "m", Count: historyLimit + 5}); err != nil {
		t.Fatal(err)
	}
	h := do(t, w, bot, qq.GetHistory{Chat: qq.GroupChat(home), Count: 1, Forward: true})
	if h.Messages[0].Seq != 6 {
		t.Errorf("the oldest is %d", h.Messages[0].Seq)
	}
	refused(t, w, bot, qq.GetMessage{Ref: qq.MessageRef{Chat: qq.GroupChat(home), Seq: 5}}, qq.ErrNotFound)
}

func TestRenewLink(t *testing.T) {
	w := openWorld(t, Options{})
	if url := do(t, w, bot, qq.RenewLink{Resource: "pic"}); url != "http://media/pic" {
		t.Errorf("url %q", url)
	}
	refused(t, w, bot, qq.RenewLink{Resource: "dog"}, qq.ErrNotFound)
}

func TestBrokenTextIsMended(t *testing.T) {
	w := openWorld(t, Options{})
	sent := do(t, w, bot, inGroup("a\xffb"))
	if m := do(t, w, bot, qq.GetMessage{Ref: sent.MessageRef}); m.Segments.PlainText() != "a\uFFFDb" {
		t.Errorf("text %q", m.Segments.PlainText())
	}
}
