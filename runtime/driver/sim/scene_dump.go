package sim

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"llbot/protocols/qq"
)

// Scene writes the world down. It holds who there is, who knows whom, the
// groups and what was said; files, boards, albums and requests are left out:
// Snapshot has everything.
func (w *World) Scene() *Scene {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := qq.TimeOf(w.opt.Now())
	s := &Scene{Seed: w.st.Seed, Accounts: slices.Sorted(maps.Keys(w.st.Accounts))}
	if w.st.Clock != nil {
		s.Clock = &SceneClock{At: now.Std(), Speed: w.st.Clock.Speed}
	}
	for _, u := range sortedValues(w.st.Users) {
		s.Users = append(s.Users, SceneUser{ID: u.ID, Nickname: u.Nickname, Sex: SceneSex(u.Sex), Age: u.Age, Level: u.Level, QID: u.QID,
			Bio: u.Bio, Country: u.Country, City: u.City, School: u.School, Avatar: u.Avatar})
	}
	s.Friends = w.st.friendsOfScene()
	for _, g := range sortedValues(w.st.Groups) {
		s.Groups = append(s.Groups, g.scene(now))
	}
	s.Messages = w.st.messagesOfScene()
	return s
}

// Snapshot is the whole state of the world as JSON, in the form that it has on
// disk.
func (w *World) Snapshot() ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return json.Marshal(w.st)
}

func (st *state) friendsOfScene() []SceneFriends {
	var list []SceneFriends
	for _, a := range slices.Sorted(maps.Keys(st.Friends)) {
		for _, b := range slices.Sorted(maps.Keys(st.Friends[a])) {
			if other := st.Friends[b][a]; a < b && other != nil {
				list = append(list, SceneFriends{A: a, B: b, RemarkA: st.Friends[a][b].Remark, RemarkB: other.Remark})
			}
		}
	}
	return list
}

func (g *group) scene(now qq.Time) SceneGroup {
	i := g.Info
	s := SceneGroup{ID: i.ID, Name: i.Name, MaxMembers: i.MaxMembers, Created: stdOf(i.Created), Description: i.Description,
		Question: i.Question, Answer: g.Options.Answer, Join: SceneJoin(i.Join), WholeMute: i.WholeMute, Blocked: slices.Sorted(maps.Keys(g.Blocked))}
	for _, m := range sortedValues(g.Members) {
		m = shown(m, now)
		one := SceneMember{User: m.User, Role: SceneRole(m.Role), Card: m.Card, Title: m.Title,
			LastSpoke: stdOf(m.LastSpoke), MutedUntil: stdOf(m.MutedUntil)}
		if m.Level > 1 {
			one.Level = m.Level
		}
		if m.Joined != i.Created {
			one.Joined = stdOf(m.Joined)
		}
		s.Members = append(s.Members, one)
	}
	return s
}

// stdOf is the time, the zero time for none.
func stdOf(t qq.Time) time.Time {
	if t == 0 {
		return time.Time{}
	}
	return t.Std()
}

func (st *state) messagesOfScene() []SceneMessage {
	var list []SceneMessage
	for k, c := range st.Chats {
		if k.group != 0 && st.Groups[k.group] == nil {
			continue // of a group that is gone
		}
		for _, m := range c.Messages {
			list = append(list, sceneMessage(k, m))
		}
	}
	slices.SortFunc(list, func(a, b SceneMessage) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Group, b.Group), cmp.Compare(min(a.From, a.To), min(b.From, b.To)),
			cmp.Compare(max(a.From, a.To), max(b.From, b.To)), cmp.Compare(a.Seq, b.Seq))
	})
	return list
}

func sceneMessage(k chatKey, m *message) SceneMessage {
	s := SceneMessage{Group: k.group, From: m.Sender, Via: m.Via, At: m.Time.Std(), Seq: m.Seq, Recalled: m.Recalled}
	if k.group == 0 {
		s.To = k.other(m.Sender)
	}
	if t, ok := onlyText(m.Segments); ok {
		s.Text = t.Text
	} else if len(m.Segments) > 0 {
		s.Segments, _ = m.Segments.MarshalJSON() // it was written to the journal before
	}
	return s
}
