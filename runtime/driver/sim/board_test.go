package sim

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func TestAnnouncements(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	for i, op := range []qq.PostAnnouncement{
		{Text: "one"}, {Text: "two", Pinned: true, Image: &qq.Media{ID: "pic", URL: "http://old"}}, {Text: "three", Confirm: true, EditCard: true, Popup: true, Newcomers: true},
	} {
		op.Group = home
		do(t, w, []qq.UserID{alice, bot, alice}[i], op)
		c.add(time.Second)
	}
	list := do(t, w, bob, qq.ListAnnouncements{Group: home})
	if len(list) != 3 || list[0].Text != "two" || list[1].Text != "three" || list[2].Text != "one" {
		t.Fatalf("%+v", list)
	}
	img := *list[0].Image
	if list[0].Author != bot || img.URL != "http://media/pic" || img.Width != 3 || !list[0].Pinned {
		t.Errorf("pinned %+v of %+v", list[0], img)
	}
	if three := list[1]; !three.Confirm || !three.EditCard || !three.Popup || !three.Newcomers || three.Image != nil {
		t.Errorf("%+v", three)
	}
	if text := do(t, w, bob, qq.GetGroup{Group: home}).Announcement; text != "two" {
		t.Errorf("the group says %q", text)
	}
	gone := qq.DeleteAnnouncement{Group: home, ID: list[0].ID}
	do(t, w, alice, gone)
	refused(t, w, alice, gone, qq.ErrNotFound)
	if text := do(t, w, bob, qq.GetGroup{Group: home}).Announcement; text != "three" {
		t.Errorf("the group says %q", text)
	}
	ctx := context.Background()
	if err := w.Confirm(ctx, bob, home, list[1].ID); err != nil {
		t.Fatal(err)
	}
	wantErr(t, w.Confirm(ctx, bob, home, list[1].ID), qq.ErrConflict)
	wantErr(t, w.Confirm(ctx, bob, home, list[2].ID), qq.ErrInvalid)
	wantErr(t, w.Confirm(ctx, bob, home, gone.ID), qq.ErrNotFound)
	wantErr(t, w.Confirm(ctx, eve, home, list[1].ID), qq.ErrNotFound)
	if n := do(t, w, bob, qq.ListAnnouncements{Group: home})[0].Confirmed; n != 1 {
		t.Errorf("%d confirmed", n)
	}
}

func TestBoardIsBounded(t *testing.T) {
	w := ruledWorld(t, newClock())
	for i := range boardLimit + 3 {
		do(t, w, alice, qq.PostAnnouncement{Group: home, Text: fmt.Sprint(i)})
		do(t, w, alice, qq.SetTodo{Ref: do(t, w, bob, inGroup("x")).MessageRef, Step: qq.TodoSet})
	}
	list := do(t, w, bob, qq.ListAnnouncements{Group: home})
	if n := len(w.st.Groups[home].Board.Todos); len(list) != boardLimit || list[boardLimit-1].Text != "3" || n != todoLimit {
		t.Errorf("%d announcements, %d to-dos", len(list), n)
	}
}

func TestEssence(t *testing.T) {
	c := newClock()
	w := ruledWorld(t, c)
	driverOf(t, w, carol)
	do(t, w, bob, qq.SetCard{Group: home, Member: bob, Card: "B"})
	sent := do(t, w, bob, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Image{Media: qq.Media{ID: "pic"}}}})
	said := qq.TimeOf(c.Now())
	c.add(time.Minute)
	pending(w, carol)
	on := qq.SetEssence{Ref: sent.MessageRef, On: true}
	off := qq.SetEssence{Ref: sent.MessageRef}
	refused(t, w, bot, off, qq.ErrConflict)
	do(t, w, bot, on)
	refused(t, w, alice, on, qq.ErrConflict)
	page := do(t, w, carol, qq.ListEssence{Group: home})
	if len(page.Messages) != 1 || !page.Last {
		t.Fatalf("%+v", page)
	}
	want := &qq.Essence{MessageRef: sent.MessageRef, Time: said, Sender: bob, SenderName: "B", Operator: bot, OperatorName: "LLBot",
		Added: qq.TimeOf(c.Now()), Segments: page.Messages[0].Segments}
	if d := cmp.Diff(want, page.Messages[0]); d != "" || page.Messages[0].Segments[0].(*qq.Image).URL != "http://media/pic" {
		t.Errorf("%+v\n%s", page.Messages[0].Segments[0], d)
	}
	do(t, w, bob, qq.RecallMessage{Ref: sent.MessageRef})
	if again := do(t, w, carol, qq.ListEssence{Group: home}); len(again.Messages[0].Segments) != 1 {
		t.Error("the copy went with the message")
	}
	do(t, w, alice, off)
	refused(t, w, alice, off, qq.ErrNotFound)
	refused(t, w, alice, on, qq.ErrNotFound)
	var told []qq.Event
	for _, e := range pending(w, carol) {
		if e, ok := e.(*qq.EssenceChanged); ok {
			told = append(told, e)
		}
	}
	if d := cmp.Diff([]qq.Event{
		&qq.EssenceChanged{MessageRef: sent.MessageRef, Sender: bob, Operator: bot, On: true},
		&qq.EssenceChanged{MessageRef: sent.MessageRef, Sender: bob, Operator: alice},
	}, told); d != "" {
		t.Error(d)
	}
}

func TestEssencePages(t *testing.T) {
	w := ruledWorld(t, newClock())
	for range 5 {
		do(t, w, alice, qq.SetEssence{Ref: do(t, w, bob, inGroup("x")).MessageRef, On: true})
	}
	for _, c := range []struct {
		page, size int
		want       []int64
		last       bool
	}{
		{0, 0, []int64{5, 4, 3, 2, 1}, true}, {0, 2, []int64{5, 4}, false}, {1, 2, []int64{3, 2}, false}, {2, 2, []int64{1}, true},
		{3, 2, nil, true}, {1 << 62, 1 << 62, nil, true}, {0, 5, []int64{5, 4, 3, 2, 1}, true},
	} {
		p := do(t, w, bob, qq.ListEssence{Group: home, Page: c.page, Size: c.size})
		var got []int64
		for _, m := range p.Messages {
			got = append(got, m.Seq)
		}
		if !cmp.Equal(got, c.want) || p.Last != c.last {
			t.Errorf("page %d of %d: %v, last %t", c.page, c.size, got, p.Last)
		}
	}
}

func TestEssenceIsBounded(t *testing.T) {
	w := ruledWorld(t, newClock())
	var last qq.MessageRef
	for range qq.MaxEssencePerGroup {
		last = do(t, w, bob, inGroup("x")).MessageRef
		do(t, w, alice, qq.SetEssence{Ref: last, On: true})
	}
	one := qq.SetEssence{Ref: do(t, w, bob, inGroup("x")).MessageRef, On: true}
	refused(t, w, alice, one, qq.ErrForbidden)
	do(t, w, alice, qq.SetEssence{Ref: last})
	do(t, w, alice, one)
}

func TestTodos(t *testing.T) {
	w := ruledWorld(t, newClock())
	ref := do(t, w, bob, inGroup("sign here")).MessageRef
	step := func(s qq.TodoStep) qq.SetTodo { return qq.SetTodo{Ref: ref, Step: s} }
	refused(t, w, bob, step(qq.TodoDone), qq.ErrNotFound)
	refused(t, w, bob, step(qq.TodoCancel), qq.ErrForbidden)
	refused(t, w, bot, step(qq.TodoCancel), qq.ErrNotFound)
	do(t, w, bot, step(qq.TodoSet))
	refused(t, w, alice, step(qq.TodoSet), qq.ErrConflict)
	do(t, w, bob, step(qq.TodoDone))
	refused(t, w, bob, step(qq.TodoDone), qq.ErrConflict)
	do(t, w, carol, step(qq.TodoDone))
	refused(t, w, eve, step(qq.TodoDone), qq.ErrNotFound)
	do(t, w, alice, step(qq.TodoCancel))
	refused(t, w, dora, step(qq.TodoDone), qq.ErrNotFound)
	do(t, w, bob, qq.RecallMessage{Ref: ref})
	refused(t, w, bot, step(qq.TodoSet), qq.ErrNotFound)
}
