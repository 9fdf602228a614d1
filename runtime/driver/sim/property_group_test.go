package sim

import (
	"context"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

// modelBook is what a test knows of what one group is and puts up.
type modelBook struct {
	name    string
	essence map[int64]bool
	todos   map[int64]map[qq.UserID]bool
	remarks map[qq.UserID]string
	posts   []string // texts, oldest first
	day     int64
	signed  []qq.UserID // on that day
}

func (m *model) book(g qq.GroupID) *modelBook {
	if m.books == nil {
		m.books = map[qq.GroupID]*modelBook{}
	}
	if m.books[g] == nil {
		m.books[g] = &modelBook{name: m.w.st.Groups[g].Info.Name, essence: map[int64]bool{},
			todos: map[int64]map[qq.UserID]bool{}, remarks: map[qq.UserID]string{}}
	}
	b := m.books[g]
	if today := dayOf(qq.TimeOf(m.clock.Now())); b.day != today {
		b.day, b.signed = today, nil
	}
	return b
}

// attempt does an operation that must succeed just when it is allowed.
func (m *model) attempt(as qq.UserID, op qq.Operation, allowed bool) bool {
	m.t.Helper()
	_, err := m.w.Do(context.Background(), as, op)
	if (err == nil) != allowed {
		m.t.Fatalf("%+v by %d: allowed %t, got %v", op, as, allowed, err)
	}
	return allowed
}

// everyAccount counts an event that the accounts in a group must have.
func (m *model) everyAccount(g qq.GroupID) {
	in := m.members(g)
	for _, a := range accounts() {
		if in[a] != nil {
			m.booked++
		}
	}
}

// post does something to a group's board.
func (m *model) post(*rapid.T) {
	g, as := m.group(), m.user("as")
	b, me := m.book(g), m.members(g)[as]
	manages := me != nil && me.Role > qq.RoleMember
	text := rapid.StringN(0, 3, -1).Draw(m.t, "text")
	switch rapid.IntRange(0, 2).Draw(m.t, "what") {
	case 0:
		if m.attempt(as, qq.PostAnnouncement{Group: g, Text: text}, manages && text != "") {
			b.posts = append(b.posts, text)
		}
	case 1:
		if m.attempt(as, qq.SetGroupName{Group: g, Name: text}, manages && text != "") && b.name != text {
			b.name = text
			m.everyAccount(g)
		}
	case 2:
		if len(b.posts) == 0 {
			return
		}
		i := rapid.IntRange(0, len(b.posts)-1).Draw(m.t, "which")
		id := m.w.st.Groups[g].Board.Announcements[i].Said.ID
		if m.attempt(as, qq.DeleteAnnouncement{Group: g, ID: id}, manages) {
			b.posts = slices.Delete(b.posts, i, i+1)
		}
	}
}

// choose makes messages essence and to-dos, or takes that back.
func (m *model) choose(*rapid.T) {
	g, as, on := m.group(), m.user("as"), rapid.Bool().Draw(m.t, "on")
	list := m.said[qq.GroupChat(g)]
	if len(list) == 0 {
		return
	}
	ref := rapid.SampledFrom(list).Draw(m.t, "which")
	b, me := m.book(g), m.members(g)[as]
	manages := me != nil && me.Role > qq.RoleMember
	if rapid.Bool().Draw(m.t, "essence") {
		if m.attempt(as, qq.SetEssence{Ref: ref, On: on}, manages && b.essence[ref.Seq] != on) {
			b.essence[ref.Seq] = on
			m.everyAccount(g)
		}
		return
	}
	step := rapid.SampledFrom([]qq.TodoStep{qq.TodoSet, qq.TodoCancel, qq.TodoDone}).Draw(m.t, "step")
	done, is := b.todos[ref.Seq]
	allowed := map[qq.TodoStep]bool{qq.TodoSet: manages && !is, qq.TodoCancel: manages && is, qq.TodoDone: me != nil && is && !done[as]}
	if !m.attempt(as, qq.SetTodo{Ref: ref, Step: step}, allowed[step]) {
		return
	}
	switch step {
	case qq.TodoSet:
		b.todos[ref.Seq] = map[qq.UserID]bool{}
	case qq.TodoCancel:
		delete(b.todos, ref.Seq)
	case qq.TodoDone:
		done[as] = true
	}
}

// belong does what members do for themselves, and titles.
func (m *model) belong(*rapid.T) {
	g, as, target := m.group(), m.user("as"), m.user("target")
	b, in := m.book(g), m.members(g)
	text := rapid.StringN(0, 3, 12).Draw(m.t, "text")
	switch rapid.IntRange(0, 3).Draw(m.t, "what") {
	case 0:
		if m.attempt(as, qq.SetGroupRemark{Group: g, Remark: text}, in[as] != nil) {
			b.remarks[as] = text
		}
	case 1:
		if m.attempt(as, qq.ClockIn{Group: g}, in[as] != nil && !slices.Contains(b.signed, as)) {
			b.signed = append(b.signed, as)
		}
	case 2:
		owns := in[as] != nil && in[as].Role == qq.RoleOwner && in[target] != nil
		if m.attempt(as, qq.SetTitle{Group: g, Member: target, Title: text}, owns) && in[target].Title != text {
			m.everyAccount(g)
		}
	case 3:
		if m.w.DrawLucky(context.Background(), g, as, target) == nil {
			m.everyAccount(g)
		}
	}
}

// door changes how a group is joined and how many it takes.
func (m *model) door(*rapid.T) {
	g, as := m.group(), m.user("as")
	in := m.members(g)
	mode := rapid.SampledFrom([]qq.JoinMode{qq.JoinFree, qq.JoinAsk, qq.JoinClosed, qq.JoinReview}).Draw(m.t, "mode")
	question := "why?"
	m.attempt(as, qq.SetGroupOptions{Group: g, Join: &mode, Question: &question}, in[as] != nil && in[as].Role > qq.RoleMember)
	room := len(in) + rapid.IntRange(0, 1).Draw(m.t, "room")
	if err := m.w.TuneGroup(context.Background(), GroupTuning{Group: g, MaxMembers: &room}); err != nil {
		m.t.Fatal(err)
	}
}

// checkBook holds a group's board against what is known.
func (m *model) checkBook(g qq.GroupID, owner qq.UserID) {
	b, in := m.book(g), m.members(g)
	maps.DeleteFunc(b.remarks, func(u qq.UserID, _ string) bool { return in[u] == nil })
	for u := range in {
		info := ask[*qq.Group](m, u, qq.GetGroup{Group: g})
		if info.Name != b.name || info.Remark != b.remarks[u] || info.Members > info.MaxMembers {
			m.t.Fatalf("user %d sees %+v, want the name %q and the remark %q", u, info, b.name, b.remarks[u])
		}
	}
	got := modelBook{}
	for _, a := range slices.Backward(ask[[]*qq.Announcement](m, owner, qq.ListAnnouncements{Group: g})) {
		got.posts = append(got.posts, a.Text)
	}
	for _, s := range ask[[]qq.SignIn](m, owner, qq.ListSignIns{Group: g}) {
		got.signed = append(got.signed, s.User)
	}
	if d := cmp.Diff([]any{b.posts, b.signed}, []any{got.posts, got.signed}, cmpopts.EquateEmpty()); d != "" {
		m.t.Fatalf("group %d\n%s", g, d)
	}
	m.checkEssence(g, owner)
}

func (m *model) checkEssence(g qq.GroupID, owner qq.UserID) {
	b, found := m.book(g), map[int64]bool{}
	for _, e := range ask[*qq.Essences](m, owner, qq.ListEssence{Group: g, Size: qq.MaxEssencePerGroup}).Messages {
		if found[e.Seq] || !b.essence[e.Seq] || len(e.Segments) == 0 {
			m.t.Fatalf("essence %+v", e)
		}
		found[e.Seq] = true
	}
	for seq, on := range b.essence {
		if on && !found[seq] {
			m.t.Fatalf("message %d is no essence", seq)
		}
	}
	kings := 0
	for _, h := range ask[[]qq.HonorHolder](m, owner, qq.ListHonors{Group: g}) {
		if h.Current {
			kings++
		}
	}
	if kings > 1 {
		m.t.Fatalf("group %d has %d talkative ones", g, kings)
	}
}

// ask reads and must get an answer.
func ask[R any](m *model, as qq.UserID, op qq.Operation) R {
	v, err := m.w.Do(context.Background(), as, op)
	if err != nil {
		m.t.Fatalf("%+v by %d: %v", op, as, err)
	}
	return v.(R)
}

// checkBooked counts what the accounts were told of groups.
func (m *model) checkBooked(events map[qq.UserID][]qq.Emission) {
	got := 0
	for _, list := range events {
		for _, e := range list {
			switch e.Event.(type) {
			case *qq.GroupRenamed, *qq.TitleChanged, *qq.EssenceChanged, *qq.LuckyKing:
				got++
			}
		}
	}
	if got != m.booked {
		m.t.Fatalf("the accounts were told %d changes of groups, want %d", got, m.booked)
	}
}
