package sim

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func forwarding(nodes ...*qq.ForwardNode) qq.SendMessage {
	return qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Forward{Nodes: nodes}}}
}

func made(as qq.UserID, content ...qq.Segment) *qq.ForwardNode {
	return &qq.ForwardNode{Sender: as, Segments: content}
}

func nested(depth int) *qq.Forward {
	f := &qq.Forward{Nodes: []*qq.ForwardNode{made(bot, &qq.Text{Text: "deepest"})}}
	for range depth - 1 {
		f = &qq.Forward{Nodes: []*qq.ForwardNode{made(bot, f)}}
	}
	return f
}

// TestForwardStands makes a set of a stored and a made-up message with a set
// inside, and wants it unchanged when what it was made of has gone.
func TestForwardStands(t *testing.T) {
	c := newClock()
	w := talkWorld(t, c)
	first := do(t, w, carol, inGroup("first"))
	second := do(t, w, carol, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{
		&qq.Reply{MessageRef: first.MessageRef}, &qq.Mention{User: alice}, &qq.Image{Media: qq.Media{ID: "pic"}}}})
	pending(w, alice)
	now := qq.TimeOf(c.Now())
	sent := do(t, w, bot, forwarding(
		&qq.ForwardNode{Ref: &second.MessageRef},
		&qq.ForwardNode{Sender: 4242424, Name: "Ghost", Time: 5, Segments: qq.NewText("boo")},
		made(bot, nested(2)),
	))
	card := pending(w, alice)[0].(*qq.MessageReceived).Segments[0].(*qq.Forward)
	want := &qq.Forward{ID: sent.Forward, Title: "群聊的聊天记录", Summary: "查看3条转发消息", Prompt: "[聊天记录]",
		Preview: []string{"Carol: @Alice [图片]", "Ghost: boo", "LLBot: [聊天记录]"}}
	if d := cmp.Diff(want, card); d != "" || sent.Forward == "" {
		t.Fatalf("card (-want +got)\n%s", d)
	}
	do(t, w, carol, qq.RecallMessage{Ref: first.MessageRef})
	do(t, w, carol, qq.RecallMessage{Ref: second.MessageRef})
	all := do(t, w, eve, qq.GetForward{ID: sent.Forward})
	inner := all.Nodes[2].Segments[0].(*qq.Forward)
	pic := mediaBlobs()["pic"]
	pic.URL = "http://media/pic"
	nodes := []*qq.ForwardNode{
		{Sender: carol, Name: "Carol", Avatar: w.st.Users[carol].Avatar, Time: now, Seq: second.Seq, Segments: qq.Segments{
			&qq.Reply{MessageRef: qq.MessageRef{Seq: first.Seq}, Sender: carol, Time: now, Quoted: qq.NewText("first")},
			&qq.Mention{User: alice, Name: "Alice"}, &qq.Image{Media: pic}}},
		{Sender: 4242424, Name: "Ghost", Time: 5, Segments: qq.NewText("boo")},
		{Sender: bot, Name: "LLBot", Avatar: w.st.Users[bot].Avatar, Time: now, Segments: qq.Segments{inner}},
	}
	if d := cmp.Diff(nodes, all.Nodes); d != "" {
		t.Errorf("nodes (-want +got)\n%s", d)
	}
	deeper := do(t, w, alice, qq.GetForward{ID: inner.ID}).Nodes[0].Segments[0].(*qq.Forward)
	if text := do(t, w, alice, qq.GetForward{ID: deeper.ID}).Nodes[0].Segments.PlainText(); text != "deepest" || len(deeper.Nodes) != 0 {
		t.Errorf("%q, %+v", text, deeper)
	}
	refused(t, w, bot, qq.GetForward{ID: "none"}, qq.ErrNotFound)
}

func TestForwardRules(t *testing.T) {
	w := talkWorld(t, newClock())
	stored := do(t, w, carol, inGroup("x"))
	gone := do(t, w, carol, inGroup("y"))
	do(t, w, carol, qq.RecallMessage{Ref: gone.MessageRef})
	private := do(t, w, bot, toUser(alice, "secret"))
	deep := do(t, w, bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{nested(qq.MaxForwardDepth)}})
	flat := do(t, w, bot, forwarding(made(bot, &qq.Text{Text: "z"})))
	many := make([]*qq.ForwardNode, qq.MaxForwardNodes)
	for i := range many {
		many[i] = &qq.ForwardNode{Ref: &stored.MessageRef}
	}
	wide := do(t, w, bot, forwarding(many...))
	wider := make([]*qq.ForwardNode, 0, 11)
	for range 11 {
		wider = append(wider, made(bot, &qq.Forward{ID: wide.Forward}))
	}
	unseen := qq.MessageRef{Chat: qq.FriendChat(alice), Seq: private.Seq}
	for name, c := range map[string]struct {
		as   qq.UserID
		op   qq.SendMessage
		want error
	}{
		"by id":                   {carol, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Forward{ID: flat.Forward, Title: "again"}}}, nil},
		"unknown id":              {bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Forward{ID: "none"}}}, qq.ErrNotFound},
		"unknown id inside":       {bot, forwarding(made(bot, &qq.Forward{ID: "none"})), qq.ErrNotFound},
		"nothing":                 {bot, forwarding(), qq.ErrInvalid},
		"nil":                     {bot, forwarding(nil), qq.ErrInvalid},
		"of nobody":               {bot, forwarding(made(0, &qq.Text{Text: "x"})), qq.ErrInvalid},
		"recalled":                {bot, forwarding(&qq.ForwardNode{Ref: &gone.MessageRef}), qq.ErrNotFound},
		"somebody else's chat":    {carol, forwarding(&qq.ForwardNode{Ref: &unseen}), qq.ErrNotFound},
		"too deep":                {bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{nested(qq.MaxForwardDepth + 1)}}, qq.ErrInvalid},
		"too deep by a stored":    {bot, forwarding(&qq.ForwardNode{Ref: &deep.MessageRef}), qq.ErrInvalid},
		"too deep by an id":       {bot, forwarding(made(bot, &qq.Forward{ID: deep.Forward})), qq.ErrInvalid},
		"stored in a set":         {bot, forwarding(&qq.ForwardNode{Ref: &flat.MessageRef}), nil},
		"too many":                {bot, forwarding(append(many, many[0])...), qq.ErrInvalid},
		"too many by those in it": {bot, forwarding(wider...), qq.ErrInvalid},
		"as many as may be":       {bot, forwarding(wider[:9]...), nil},
		"quote inside":            {bot, forwarding(made(bot, &qq.Reply{MessageRef: stored.MessageRef}, &qq.Text{Text: "re"})), nil},
		"unknown quote inside": {bot, forwarding(made(bot, &qq.Reply{MessageRef: qq.MessageRef{Chat: stored.Chat, Seq: 99}}, &qq.Text{Text: "re"})),
			qq.ErrNotFound},
		"broken picture inside": {bot, forwarding(made(bot, &qq.Image{Media: qq.Media{ID: "doc"}})), qq.ErrMedia},
	} {
		if c.want == nil {
			do(t, w, c.as, c.op)
			continue
		}
		t.Run(name, func(t *testing.T) { refused(t, w, c.as, c.op, c.want) })
	}
}

func TestForwardsExpire(t *testing.T) {
	w := talkWorld(t, newClock())
	first := do(t, w, bot, forwarding(made(bot, &qq.Text{Text: "1"})))
	shelf := w.st.Forwards
	for i := range forwardLimit {
		shelf.add(&forwardSet{Card: qq.Forward{ID: qq.ForwardID(string(rune(0x4e00 + i)))}, Nodes: []*qq.ForwardNode{}})
	}
	refused(t, w, bot, qq.GetForward{ID: first.Forward}, qq.ErrNotFound)
	if len(shelf.Sets) != forwardLimit || len(shelf.byID) != forwardLimit || shelf.Nodes != 0 {
		t.Errorf("%d sets, %d known, %d nodes", len(shelf.Sets), len(shelf.byID), shelf.Nodes)
	}
}

func TestForwardMessage(t *testing.T) {
	w := talkWorld(t, newClock())
	first := do(t, w, carol, inGroup("first"))
	stored := do(t, w, carol, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{
		&qq.Reply{MessageRef: first.MessageRef}, &qq.Mention{User: alice}, &qq.Text{Text: "look"}, &qq.Image{Media: qq.Media{ID: "pic"}}}})
	voice := do(t, w, carol, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Record{Media: qq.Media{ID: "voice"}}}})
	file := do(t, w, carol, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.File{Media: qq.Media{ID: "doc"}}}})
	card := do(t, w, bot, forwarding(made(bot, &qq.Text{Text: "z"})))
	md := do(t, w, robot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Markdown{Content: "x"}}})
	pending(w, alice)
	for _, ref := range []qq.MessageRef{stored.MessageRef, voice.MessageRef, file.MessageRef, card.MessageRef} {
		sent := do(t, w, bot, qq.ForwardMessage{Ref: ref, To: qq.FriendChat(alice)})
		old, got := do(t, w, bot, qq.GetMessage{Ref: ref}), pending(w, alice)[0].(*qq.MessageReceived)
		if got.Seq != sent.Seq || got.Sender != bot {
			t.Errorf("%+v", got)
		}
		last := old.Segments[len(old.Segments)-1]
		if f, ok := last.(*qq.File); ok {
			if now := got.Segments[0].(*qq.File); now.FileID == f.FileID || now.ID != f.ID {
				t.Errorf("file %+v of %+v", now, f)
			}
		} else if d := cmp.Diff(last, got.Segments[len(got.Segments)-1]); d != "" {
			t.Errorf("%s", d)
		}
		if ref == stored.MessageRef && got.Segments.PlainText() != "@Alice look" {
			t.Errorf("text %q", got.Segments.PlainText())
		}
		if ref == card.MessageRef && sent.Forward != card.Forward {
			t.Errorf("set %q", sent.Forward)
		}
	}
	refused(t, w, bot, qq.ForwardMessage{Ref: md.MessageRef, To: qq.FriendChat(alice)}, qq.ErrUnsupported)
	refused(t, w, bot, qq.ForwardMessage{Ref: first.MessageRef, To: qq.FriendChat(eve)}, qq.ErrNotFound)
	refused(t, w, eve, qq.ForwardMessage{Ref: first.MessageRef, To: qq.FriendChat(alice)}, qq.ErrNotFound)
	do(t, w, alice, qq.MuteMember{Group: home, Member: carol, For: time.Minute})
	refused(t, w, carol, qq.ForwardMessage{Ref: first.MessageRef, To: qq.GroupChat(home)}, qq.ErrMuted)
	do(t, w, carol, qq.RecallMessage{Ref: first.MessageRef})
	refused(t, w, bot, qq.ForwardMessage{Ref: first.MessageRef, To: qq.FriendChat(alice)}, qq.ErrNotFound)
}

// TestForwardOnce does the same under a nonce twice.
func TestForwardOnce(t *testing.T) {
	w := openWorld(t, Options{Dir: t.TempDir(), Sync: time.Millisecond})
	d := driverOf(t, w, bot).(qq.Remembering)
	var first *qq.Sent
	for range 2 {
		v, err := d.DoOnce(context.Background(), "n", forwarding(made(bot, &qq.Text{Text: "once"})))
		if err != nil {
			t.Fatal(err)
		}
		sent := v.(*qq.Sent)
		if first == nil {
			first = sent
		}
		if sent.Forward == "" || *sent != *first {
			t.Errorf("%+v after %+v", sent, first)
		}
	}
}
