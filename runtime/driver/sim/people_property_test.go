package sim

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

// peopleModel is what a test knows of friends, likes and logins.
type peopleModel struct {
	*model
	remark map[[2]qq.UserID]string // of friends, by owner and friend
	pinned map[[2]qq.UserID]bool
	today  map[[2]qq.UserID]int // likes
	day    int64
	likes  map[qq.UserID]int // got in all
	away   map[qq.UserID]bool
	told   map[qq.UserID]map[string]int // by kind of event: what an account must have
}

func newPeopleModel(t *rapid.T, w *World, c *clock) *peopleModel {
	m := &peopleModel{model: newModel(t, w, c), remark: map[[2]qq.UserID]string{}, pinned: map[[2]qq.UserID]bool{},
		today: map[[2]qq.UserID]int{}, likes: map[qq.UserID]int{}, away: map[qq.UserID]bool{}, told: map[qq.UserID]map[string]int{}}
	for owner, list := range w.st.Friends {
		for u, f := range list {
			m.remark[[2]qq.UserID{owner, u}] = f.Remark
		}
	}
	for _, a := range accounts() {
		m.told[a] = map[string]int{}
	}
	return m
}

func (m *peopleModel) tell(u qq.UserID, kind string) {
	if m.told[u] != nil && (!m.away[u] || kind == "StatusChanged" || kind == "LoginProgressed") {
		m.told[u][kind]++
	}
}

// do runs an operation and tells whether it went well; somebody who is away
// must be refused as that.
func (m *peopleModel) do(as qq.UserID, op qq.Operation) bool {
	_, err := m.w.Do(context.Background(), as, op)
	if m.away[as] != errors.Is(err, qq.ErrOffline) {
		m.t.Fatalf("%s by %d, away %v: %v", qq.OpName(op), as, m.away[as], err)
	}
	return err == nil
}

func (m *peopleModel) friends(a, b qq.UserID) bool { _, ok := m.remark[[2]qq.UserID{a, b}]; return ok }

func (m *peopleModel) want(what string, got, want bool) {
	if got != want {
		m.t.Fatalf("%s: %v, want %v", what, got, want)
	}
}

func (m *peopleModel) remarks(*rapid.T) {
	a, b := m.user("as"), m.user("of")
	text := rapid.StringN(0, 3, -1).Draw(m.t, "remark")
	pair := [2]qq.UserID{a, b}
	m.want("remark", m.do(a, qq.SetFriendRemark{User: b, Remark: text}), m.friends(a, b) && !m.away[a])
	if m.friends(a, b) && !m.away[a] && m.remark[pair] != clean(text) {
		m.remark[pair] = clean(text)
		m.tell(a, "FriendChanged")
	}
}

func (m *peopleModel) pins(*rapid.T) {
	a, b, on := m.user("as"), m.user("of"), rapid.Bool().Draw(m.t, "on")
	pair := [2]qq.UserID{a, b}
	if m.do(a, qq.SetPin{Chat: qq.FriendChat(b), On: on}) && m.pinned[pair] != on {
		m.pinned[pair] = on
		m.tell(a, "PinChanged")
	}
}

func (m *peopleModel) like(*rapid.T) {
	a, b, n := m.user("as"), m.user("of"), rapid.IntRange(-1, 11).Draw(m.t, "times")
	pair := [2]qq.UserID{a, b}
	if day := dayOf(qq.TimeOf(m.clock.Now())); day != m.day {
		m.day, m.today = day, map[[2]qq.UserID]int{}
	}
	limit := qq.MaxLikesPerOther
	if m.friends(a, b) {
		limit = qq.MaxLikesPerFriend
	}
	ok := n > 0 && n <= qq.MaxLikesOnce && a != b && !m.away[a] && m.today[pair]+n <= limit
	m.want("like", m.do(a, qq.SendLike{User: b, Times: n}), ok)
	if ok {
		m.today[pair] += n
		m.likes[b] += n
		m.tell(b, "ProfileLiked")
	}
}

func (m *peopleModel) poke(*rapid.T) {
	a, b := m.user("as"), m.user("of")
	if rapid.Bool().Draw(m.t, "typing") {
		m.want("typing", m.do(a, qq.SetTyping{User: b, Kind: 1}), m.friends(a, b) && !m.away[a])
		if m.friends(a, b) && !m.away[a] {
			m.tell(b, "TypingChanged")
		}
		return
	}
	m.want("nudge", m.do(a, qq.Nudge{Chat: qq.FriendChat(b), User: b}), m.friends(a, b) && !m.away[a])
	if m.friends(a, b) && !m.away[a] {
		m.tell(a, "Nudged")
		m.tell(b, "Nudged")
	}
}

// comeOrGo logs somebody out or in.
func (m *peopleModel) comeOrGo(*rapid.T) {
	u := m.user("who")
	step := qq.LoginKicked
	if m.away[u] {
		step = qq.LoginOnline
	}
	if err := m.w.MoveLogin(context.Background(), LoginMove{User: u, Step: step}); err != nil {
		m.t.Fatal(err)
	}
	m.away[u] = !m.away[u]
	m.tell(u, "StatusChanged")
	for _, a := range accounts() {
		if m.friends(a, u) {
			m.tell(a, "FriendChanged")
		}
	}
}

func (m *peopleModel) rename(*rapid.T) {
	u, name := m.user("who"), rapid.StringN(0, 3, -1).Draw(m.t, "name")
	old := m.w.st.Users[u].Nickname
	if !m.do(u, qq.EditProfile{Nickname: &name}) || old == clean(name) {
		return
	}
	m.tell(u, "ProfileChanged")
	for _, a := range accounts() {
		if m.friends(a, u) {
			m.tell(a, "FriendChanged")
		}
	}
}

// part ends a friendship, on both sides or on one.
func (m *peopleModel) part(*rapid.T) {
	a, b := m.user("a"), m.user("b")
	ours, theirs := [2]qq.UserID{a, b}, [2]qq.UserID{b, a}
	was, held := m.friends(a, b), m.friends(b, a)
	if rapid.Bool().Draw(m.t, "alone") {
		if err := m.w.DropFriend(context.Background(), a, b, "here"); (err == nil) != was {
			m.t.Fatalf("dropped: %v, friends before: %v", err, was)
		}
		held = false // he keeps him
	} else if m.want("parted", m.do(a, qq.DeleteFriend{User: b}), was && !m.away[a]); !was || m.away[a] {
		return
	}
	if was {
		delete(m.remark, ours)
		delete(m.pinned, ours)
		m.tell(a, "FriendDeleted")
	}
	if was && held {
		delete(m.remark, theirs)
		delete(m.pinned, theirs)
		m.tell(b, "FriendDeleted")
	}
}

func (m *peopleModel) meet(*rapid.T) {
	a, b := m.user("a"), m.user("b")
	if m.w.RequestFriend(context.Background(), a, b, "") != nil {
		m.want("refused request", a == b || m.friends(a, b) && m.friends(b, a), true)
		return
	}
	m.tell(b, "FriendRequested")
	if !m.do(b, qq.AnswerFriendRequest{InitiatorUID: uidOf(a), Approve: true}) {
		m.want("answered", m.away[b], true)
		return
	}
	for _, p := range [][2]qq.UserID{{a, b}, {b, a}} {
		if !m.friends(p[0], p[1]) {
			m.remark[p] = ""
			m.tell(p[0], "FriendAdded")
		}
	}
}

func (m *peopleModel) wait(*rapid.T) { m.clock.add(9 * time.Hour) }

// check holds what everybody sees of his friends against the model.
func (m *peopleModel) check(*rapid.T) {
	seen := map[[2]qq.UserID]string{}
	for _, a := range people {
		for _, f := range m.w.st.Friends[a] {
			pair := [2]qq.UserID{a, f.ID}
			seen[pair] = f.Remark
			if f.Online == m.away[f.ID] || f.Pinned != m.pinned[pair] || f.Nickname != m.w.st.Users[f.ID].Nickname {
				m.t.Fatalf("%d sees %+v, away %v, pinned %v", a, f, m.away[f.ID], m.pinned[pair])
			}
		}
		for _, b := range people {
			_, held := m.w.st.of(a).HeldBy[b]
			m.want(fmt.Sprintf("%d is held by %d", a, b), held, m.friends(b, a) && !m.friends(a, b))
		}
		if got := m.w.st.of(a).Likes; got != m.likes[a] {
			m.t.Fatalf("%d has %d likes, want %d", a, got, m.likes[a])
		}
	}
	if d := cmp.Diff(m.remark, seen); d != "" {
		m.t.Fatalf("friends\n%s", d)
	}
}

func (m *peopleModel) checkTold(events map[qq.UserID][]qq.Emission) {
	for _, a := range accounts() {
		got := map[string]int{}
		for _, e := range events[a] {
			got[qq.EventKind(e.Event)]++
		}
		if d := cmp.Diff(m.told[a], got); d != "" {
			m.t.Fatalf("account %d was told\n%s", a, d)
		}
	}
}

// TestPeopleDoAnything lets random people be friends or not, come and go, then
// reads the same world from its journal and opens it again.
func TestPeopleDoAnything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newClock()
		opt := Options{Now: c.Now, Dir: t.TempDir(), Sync: time.Nanosecond}
		w, start := listened(t, rt, opt)
		m := newPeopleModel(rt, w, c)
		rt.Repeat(map[string]func(*rapid.T){
			"remark": m.remarks, "pin": m.pins, "like": m.like, "poke": m.poke, "come or go": m.comeOrGo,
			"rename": m.rename, "part": m.part, "meet": m.meet, "wait": m.wait, "": m.check,
		})
		events := waiting(w)
		m.checkTold(events)
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
		rereadEquals(rt, w, start, events)
		var err error
		if m.w, err = Open(opt); err != nil {
			rt.Fatal(err)
		}
		m.check(rt)
		if err := m.w.Close(); err != nil {
			rt.Fatal(err)
		}
	})
}

// contact pokes, pins and likes among everything else that goes on.
func (m *model) contact(*rapid.T) {
	g, as, target := m.group(), m.user("as"), m.user("target")
	op := rapid.SampledFrom([]qq.Operation{
		qq.Nudge{Chat: qq.GroupChat(g), User: target}, qq.SetPin{Chat: qq.GroupChat(g), On: true}, qq.SetPin{Chat: qq.GroupChat(g)},
		qq.Nudge{Chat: qq.FriendChat(target), User: as}, qq.SendLike{User: target, Times: 3}, qq.SetTyping{User: target, Kind: 2},
		qq.SetPresence{Presence: qq.Presence{Status: presenceInvisible}}, qq.SetAvatar{Picture: &qq.Media{ID: "pic"}},
	}).Draw(m.t, "contact")
	in := m.members(g)
	_, err := m.w.Do(context.Background(), as, op)
	switch op := op.(type) {
	case qq.SetPin:
		if (err == nil) != (in[as] != nil) {
			m.t.Fatalf("pin of group %d by %v: %v", g, in[as], err)
		}
	case qq.Nudge:
		if err == nil && op.Chat.Scene == qq.SceneGroup && (in[as] == nil || in[target] == nil || in[as].MutedUntil != 0) {
			m.t.Fatalf("nudge by %+v of %+v", in[as], in[target])
		}
	}
	if v, err := m.w.Do(context.Background(), as, qq.ListRecentChats{Limit: 100}); err != nil || len(v.(*qq.RecentChats).Chats) > len(m.w.st.Chats) {
		m.t.Fatalf("chats %v, %v", v, err)
	}
}
