package sim

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

// model is what a test knows of a world from the answers alone.
type model struct {
	t       *rapid.T
	w       *World
	clock   *clock
	said    map[qq.Chat][]qq.MessageRef // by group chat: what was said and not recalled
	lastSeq map[chatKey]int64
	heard   map[qq.UserID]int // message events that an account must have
	books   map[qq.GroupID]*modelBook
	booked  int // events of groups' boards that accounts must have
	filed   map[qq.GroupID]*modelFiles
	shown   int // events of files that accounts must have
	talk    *modelTalk
}

var people = []qq.UserID{bot, alice, bob, carol, 55555}

func accounts() []qq.UserID { return []qq.UserID{bot, alice, 55555} }

func newModel(t *rapid.T, w *World, c *clock) *model {
	return &model{t: t, w: w, clock: c, said: map[qq.Chat][]qq.MessageRef{}, lastSeq: map[chatKey]int64{}, heard: map[qq.UserID]int{}}
}

func (m *model) user(label string) qq.UserID { return rapid.SampledFrom(people).Draw(m.t, label) }

func (m *model) group() qq.GroupID {
	return rapid.SampledFrom([]qq.GroupID{home, SeedSecond}).Draw(m.t, "group")
}

// members is who is in a group now.
func (m *model) members(id qq.GroupID) map[qq.UserID]*qq.Member {
	list := map[qq.UserID]*qq.Member{}
	for _, g := range m.w.Groups() {
		if g.Group.ID == id {
			for _, mem := range g.Members {
				list[mem.User] = mem
			}
		}
	}
	return list
}

func (m *model) speak(*rapid.T) {
	as, op := m.user("as"), qq.SendMessage{Segments: qq.NewText(rapid.StringN(1, 5, -1).Draw(m.t, "text"))}
	op.Chat = qq.GroupChat(m.group())
	if rapid.Bool().Draw(m.t, "private") {
		op.Chat = qq.FriendChat(m.user("to"))
	}
	v, err := m.w.Do(context.Background(), as, op)
	if err != nil {
		return
	}
	sent := v.(*qq.Sent)
	k := keyOf(as, sent.Chat)
	if sent.Seq <= m.lastSeq[k] {
		m.t.Fatalf("seq %d after %d", sent.Seq, m.lastSeq[k])
	}
	m.lastSeq[k] = sent.Seq
	hearers := map[qq.UserID]*qq.Member{as: nil, sent.User(): nil}
	if sent.Scene == qq.SceneGroup {
		m.said[sent.Chat] = append(m.said[sent.Chat], sent.MessageRef)
		hearers = m.members(sent.Group())
	}
	for _, a := range accounts() {
		if _, hears := hearers[a]; hears {
			m.heard[a]++
		}
	}
}

func (m *model) recall(*rapid.T) {
	chat := qq.GroupChat(m.group())
	list := m.said[chat]
	if len(list) == 0 {
		return
	}
	i := rapid.IntRange(0, len(list)-1).Draw(m.t, "which")
	if _, err := m.w.Do(context.Background(), m.user("as"), qq.RecallMessage{Ref: list[i]}); err == nil {
		m.withdraw(list[i])
		m.said[chat] = append(append([]qq.MessageRef{}, list[:i]...), list[i+1:]...)
	}
}

// moderate does something to a group and checks that it was allowed.
func (m *model) moderate(*rapid.T) {
	g, as, target := m.group(), m.user("as"), m.user("target")
	on := rapid.Bool().Draw(m.t, "on")
	op := rapid.SampledFrom([]qq.Operation{
		qq.MuteMember{Group: g, Member: target, For: time.Duration(rapid.IntRange(0, 100).Draw(m.t, "seconds")) * time.Second},
		qq.KickMember{Group: g, Member: target, Block: on},
		qq.SetAdmin{Group: g, Member: target, On: on},
		qq.SetCard{Group: g, Member: target, Card: rapid.StringN(0, 3, -1).Draw(m.t, "card")},
		qq.MuteGroup{Group: g, On: on},
		qq.LeaveGroup{Group: g},
	}).Draw(m.t, "op")
	before := m.members(g)
	_, err := m.w.Do(context.Background(), as, op)
	if err != nil {
		return
	}
	me, it := before[as], before[target]
	if me == nil {
		m.t.Fatalf("%s by a stranger", qq.OpName(op))
	}
	switch op.(type) {
	case qq.MuteMember, qq.KickMember:
		if it == nil || me.Role <= it.Role {
			m.t.Fatalf("%s by %v on %+v", qq.OpName(op), me.Role, it)
		}
	case qq.SetAdmin:
		if me.Role != qq.RoleOwner {
			m.t.Fatalf("SetAdmin by %v", me.Role)
		}
	case qq.LeaveGroup:
		if me.Role == qq.RoleOwner {
			m.t.Fatal("an owner left")
		}
	}
}

func (m *model) join(*rapid.T) {
	g, u := m.group(), m.user("who")
	if m.w.RequestJoin(context.Background(), g, u, "") != nil {
		return
	}
	as := m.user("as")
	v, err := m.w.Do(context.Background(), as, qq.ListGroupNotices{Limit: 1})
	if err != nil {
		m.t.Fatal(err)
	}
	for _, n := range v.(*qq.GroupNotices).Notices {
		if n.Request == nil {
			continue
		}
		op := qq.AnswerGroupRequest{Ref: n.Request.GroupRequestRef, Approve: rapid.Bool().Draw(m.t, "approve")}
		if _, err := m.w.Do(context.Background(), as, op); err == nil {
			_, err = m.w.Do(context.Background(), as, op)
			wantErr(m.t, err, qq.ErrConflict)
		}
	}
}

func (m *model) befriend(*rapid.T) {
	a, b := m.user("a"), m.user("b")
	if rapid.Bool().Draw(m.t, "end") {
		_, _ = m.w.Do(context.Background(), a, qq.DeleteFriend{User: b})
	} else if m.w.RequestFriend(context.Background(), a, b, "") == nil {
		_, err := m.w.Do(context.Background(), b, qq.AnswerFriendRequest{InitiatorUID: uidOf(a), Approve: true})
		if err != nil {
			m.t.Fatal(err)
		}
	}
}

func (m *model) wait(*rapid.T) { m.clock.add(time.Minute) }

// check holds what the world answers against what is known.
func (m *model) check(*rapid.T) {
	for _, g := range m.w.Groups() {
		owners := 0
		for _, mem := range g.Members {
			if mem.Role == qq.RoleOwner {
				owners++
			}
		}
		if owners != 1 || g.Group.Members != len(g.Members) {
			m.t.Fatalf("group %+v with %d owners, %d members", g.Group, owners, len(g.Members))
		}
		m.checkHistory(qq.GroupChat(g.Group.ID), g.Group.Owner)
		m.checkBook(g.Group.ID, g.Group.Owner)
		m.checkFiles(g.Group.ID, g.Group.Owner)
		m.checkTalk(g.Group.ID, g.Group.Owner)
	}
	for _, a := range people {
		for _, b := range people {
			if (m.w.st.Friends[a][b] == nil) != (m.w.st.Friends[b][a] == nil) {
				m.t.Fatalf("%d and %d are friends on one side only", a, b)
			}
		}
	}
}

func (m *model) checkHistory(chat qq.Chat, viewer qq.UserID) {
	v, err := m.w.Do(context.Background(), viewer, qq.GetHistory{Chat: chat, Count: 1 << 20})
	if err != nil {
		m.t.Fatal(err)
	}
	var got []qq.MessageRef
	for _, msg := range v.(*qq.History).Messages {
		got = append(got, msg.MessageRef)
	}
	if d := cmp.Diff(m.said[chat], got, cmp.Transformer("nil", func(l []qq.MessageRef) string { return fmt.Sprint(l) })); d != "" {
		m.t.Fatalf("history of %v\n%s", chat, d)
	}
}

func (m *model) checkEvents(events map[qq.UserID][]qq.Emission) {
	for _, a := range accounts() {
		messages, last := 0, uint64(0)
		seen := map[qq.MessageRef]bool{}
		for _, e := range events[a] {
			if e.Origin <= last {
				m.t.Fatalf("account %d: origin %d after %d", a, e.Origin, last)
			}
			last = e.Origin
			if msg, ok := e.Event.(*qq.MessageReceived); ok {
				messages++
				if seen[msg.MessageRef] || msg.Self != (msg.Sender == a) {
					m.t.Fatalf("account %d: %+v", a, msg)
				}
				seen[msg.MessageRef] = true
			}
		}
		if messages != m.heard[a] {
			m.t.Fatalf("account %d heard %d messages, want %d", a, messages, m.heard[a])
		}
	}
}

// waiting is what the queues hold.
func waiting(w *World) map[qq.UserID][]qq.Emission {
	all := map[qq.UserID][]qq.Emission{}
	for a, q := range w.queues {
		for _, it := range q.items[q.head:] {
			all[a] = append(all[a], it.Emission)
		}
	}
	return all
}

// TestAnythingGoes lets random people do random things, then reads the same
// world from its journal.
func TestAnythingGoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newClock()
		w, start := listened(t, rt, Options{Now: c.Now, Dir: t.TempDir(), Sync: time.Nanosecond, Blobs: fileBlobs()})
		m := newModel(rt, w, c)
		rt.Repeat(map[string]func(*rapid.T){
			"speak": m.speak, "recall": m.recall, "moderate": m.moderate, "join": m.join,
			"befriend": m.befriend, "contact": m.contact, "wait": m.wait, "": m.check,
			"post": m.post, "choose": m.choose, "belong": m.belong, "door": m.door,
			"react": m.react, "wrap": m.wraps, "read": m.reads,
			"upload": m.uploads, "drop": m.dropFile, "tidy": m.tidy, "albums": m.albums, "days": m.days,
		})
		events := waiting(w)
		m.checkEvents(events)
		m.checkBooked(events)
		m.checkShown(events)
		m.checkReacted(events)
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
		rereadEquals(rt, w, start, events)
	})
}

// listened opens a world in which every account has a driver and nothing is
// left to tell, and answers its last record.
func listened(t *testing.T, rt *rapid.T, o Options) (w *World, last uint64) {
	w, err := Open(o)
	if err != nil {
		rt.Fatal(err)
	}
	for _, a := range accounts() {
		driverOf(t, w, a)
	}
	pendingOfAll(w)
	return w, w.st.Record
}

func pendingOfAll(w *World) {
	for _, a := range accounts() {
		pending(w, a)
	}
}

// rereadEquals derives state and events from the journal alone.
func rereadEquals(rt *rapid.T, w *World, start uint64, events map[qq.UserID][]qq.Emission) {
	first, err := w.folder.numbers(journalPrefix)
	if err != nil {
		rt.Fatal(err)
	}
	again := map[qq.UserID][]qq.Emission{}
	for _, a := range accounts() {
		st, out := newState(), &telling{watchers: []qq.UserID{a}, link: w.opt.Blobs.Link}
		err := w.folder.readJournal(first[0], everything, func(r record) error {
			out.told = out.told[:0]
			apply(st, r, out)
			for i, e := range out.told {
				if r.number > start {
					again[a] = append(again[a], qq.Emission{Origin: originOf(r.number, i), Time: r.time, Event: e.event})
				}
			}
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
		sameState(rt, st, w.st)
	}
	if d := cmp.Diff(events, again); d != "" {
		rt.Fatalf("events as they were and as derived again\n%s", d)
	}
}
