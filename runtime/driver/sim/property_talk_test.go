package sim

import (
	"context"
	"errors"
	"slices"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

// modelTalk is what a test knows of what was done with messages.
type modelTalk struct {
	reacted  map[qq.MessageRef]map[qq.Emoji][]qq.UserID // in the order in which they came
	forwards map[qq.ForwardID][]string                  // texts of the nodes
	moved    map[qq.UserID]int                          // events of reactions that an account must have
}

func (m *model) talks() *modelTalk {
	if m.talk == nil {
		m.talk = &modelTalk{map[qq.MessageRef]map[qq.Emoji][]qq.UserID{}, map[qq.ForwardID][]string{}, map[qq.UserID]int{}}
	}
	return m.talk
}

// someMessage is one that was said in a group and not recalled.
func (m *model) someMessage() (qq.MessageRef, bool) {
	list := m.said[qq.GroupChat(m.group())]
	if len(list) == 0 {
		return qq.MessageRef{}, false
	}
	return rapid.SampledFrom(list).Draw(m.t, "message"), true
}

// react puts an emoji on a message or takes it off, and checks that it could.
func (m *model) react(*rapid.T) {
	ref, ok := m.someMessage()
	if !ok {
		return
	}
	known, as := m.talks(), m.user("as")
	op := qq.React{Ref: ref, On: rapid.Bool().Draw(m.t, "on"), Emoji: qq.EmojiOf(rapid.SampledFrom([]string{"76", "128077"}).Draw(m.t, "emoji"))}
	if known.reacted[ref] == nil {
		known.reacted[ref] = map[qq.Emoji][]qq.UserID{}
	}
	by, members := known.reacted[ref][op.Emoji], m.members(ref.Group())
	there := slices.Contains(by, as)
	_, err := m.w.Do(context.Background(), as, op)
	if wants := there == op.On && members[as] != nil; errors.Is(err, qq.ErrConflict) != wants && !errors.Is(err, qq.ErrMuted) {
		m.t.Fatalf("%+v by %d, who stands there: %v: %v", op, as, there, err)
	}
	if err != nil {
		return
	}
	if op.On {
		by = append(by, as)
	} else {
		by = slices.DeleteFunc(by, func(u qq.UserID) bool { return u == as })
	}
	known.reacted[ref][op.Emoji] = by
	for _, a := range accounts() {
		if members[a] != nil {
			known.moved[a]++
		}
	}
}

// wraps forwards up to three messages as a set, or one by itself.
func (m *model) wraps(*rapid.T) {
	known, as, to := m.talks(), m.user("as"), m.group()
	var nodes []*qq.ForwardNode
	var texts []string
	for range rapid.IntRange(1, 3).Draw(m.t, "nodes") {
		if ref, ok := m.someMessage(); ok {
			nodes = append(nodes, &qq.ForwardNode{Ref: &ref})
			texts = append(texts, m.w.st.find(groupKey(ref.Group()), ref.Seq).Segments.PlainText())
		}
	}
	if len(nodes) == 0 {
		return
	}
	var op qq.Operation = qq.SendMessage{Chat: qq.GroupChat(to), Segments: qq.Segments{&qq.Forward{Nodes: nodes}}}
	if single := rapid.Bool().Draw(m.t, "single"); single && m.w.st.find(groupKey(nodes[0].Ref.Group()), nodes[0].Ref.Seq).isText() {
		op = qq.ForwardMessage{Ref: *nodes[0].Ref, To: qq.GroupChat(to)}
	}
	v, err := m.w.Do(context.Background(), as, op)
	if err != nil {
		return
	}
	sent := v.(*qq.Sent)
	for _, n := range nodes {
		if m.members(n.Ref.Group())[as] == nil && sent.Forward != "" {
			m.t.Fatalf("user %d forwarded what he cannot see: %s", as, n.Ref)
		}
	}
	m.heardSaid(as, sent.MessageRef)
	if sent.Forward != "" {
		known.forwards[sent.Forward] = texts
	} else if got := m.w.st.find(groupKey(to), sent.Seq).Segments.PlainText(); got != texts[0] {
		m.t.Fatalf("%q became %q", texts[0], got)
	}
}

func (m *message) isText() bool {
	_, ok := onlyText(m.Segments)
	return ok
}

// reads moves read marks, which never go back.
func (m *model) reads(*rapid.T) {
	as := m.user("as")
	var op qq.Operation = qq.MarkAllRead{}
	if ref, ok := m.someMessage(); ok && rapid.Bool().Draw(m.t, "one") {
		op = qq.MarkRead{Ref: ref}
	}
	before := map[chatKey]int64{}
	for k, seq := range m.w.st.Read[as] {
		before[k] = seq
	}
	if _, err := m.w.Do(context.Background(), as, op); err != nil && !errors.Is(err, qq.ErrNotFound) {
		m.t.Fatal(err)
	}
	for k, seq := range m.w.st.Read[as] {
		if talk := m.w.st.Chats[k]; seq < before[k] || seq > talk.Seq {
			m.t.Fatalf("user %d read up to %d, then %d of %d", as, before[k], seq, talk.Seq)
		}
	}
}

// checkTalk holds reactions and sets against what is known.
func (m *model) checkTalk(g qq.GroupID, owner qq.UserID) {
	known := m.talks()
	for _, ref := range m.said[qq.GroupChat(g)] {
		for emoji, by := range known.reacted[ref] {
			v, err := m.w.Do(context.Background(), owner, qq.ListReactions{Ref: ref, Emoji: emoji})
			if err != nil {
				m.t.Fatal(err)
			}
			var got []qq.UserID
			for _, u := range v.(*qq.Reactions).Users {
				got = append(got, u.ID)
			}
			if !slices.Equal(got, by) {
				m.t.Fatalf("%s has %v from %v, want %v", ref, emoji, got, by)
			}
		}
	}
	for id, texts := range known.forwards {
		v, err := m.w.Do(context.Background(), owner, qq.GetForward{ID: id})
		if err != nil {
			m.t.Fatal(err)
		}
		var got []string
		for _, n := range v.(*qq.Forwarded).Nodes {
			got = append(got, n.Segments.PlainText())
		}
		if d := cmp.Diff(texts, got); d != "" {
			m.t.Fatalf("set %s\n%s", id, d)
		}
	}
}

func (m *model) checkReacted(events map[qq.UserID][]qq.Emission) {
	for _, a := range accounts() {
		n := 0
		for _, e := range events[a] {
			if _, ok := e.Event.(*qq.ReactionChanged); ok {
				n++
			}
		}
		if n != m.talks().moved[a] {
			m.t.Fatalf("account %d is told of %d reactions, want %d", a, n, m.talks().moved[a])
		}
	}
}
