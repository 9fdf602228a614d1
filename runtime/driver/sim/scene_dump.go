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
	st, now := w.still()
	s := &Scene{Seed: st.Seed, Accounts: slices.Sorted(maps.Keys(st.Accounts))}
	if st.Clock != nil {
		s.Clock = &SceneClock{At: now.Std(), Speed: st.Clock.Speed}
	}
	for _, u := range sortedValues(st.Users) {
		s.Users = append(s.Users, SceneUser{ID: u.ID, Nickname: u.Nickname, Sex: SceneSex(u.Sex), Age: u.Age, Level: u.Level, QID: u.QID,
			Bio: u.Bio, Country: u.Country, City: u.City, School: u.School, Avatar: u.Avatar})
	}
	s.Friends = st.friendsOfScene()
	for _, g := range sortedValues(st.Groups) {
		s.Groups = append(s.Groups, g.scene(now))
	}
	s.Messages = st.messagesOfScene()
	return s
}

// Snapshot is the whole state of the world as JSON, in the form that it has on
// disk.
func (w *World) Snapshot() ([]byte, error) {
	st, _ := w.still()
	return json.Marshal(st)
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

// messagesOfScene is everything that was said, by time as far as each chat
// keeps its order: clocks are set back, and a scene's messages need no times.
func (st *state) messagesOfScene() []SceneMessage {
	type placed struct {
		at   qq.Time // the latest in its chat up to here
		chat chatKey
		said *message
	}
	var all []placed
	for k, c := range st.Chats {
		if k.group != 0 && st.Groups[k.group] == nil {
			continue // of a group that is gone
		}
		var latest qq.Time
		for _, m := range c.Messages {
			latest = max(latest, m.Time)
			all = append(all, placed{latest, k, m})
		}
	}
	slices.SortFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.at, b.at), a.chat.compare(b.chat), cmp.Compare(a.said.Seq, b.said.Seq))
	})
	var list []SceneMessage
	for _, p := range all {
		list = append(list, sceneMessage(p.chat, p.said))
	}
	return list
}

// compare puts private chats before groups.
func (k chatKey) compare(other chatKey) int {
	return cmp.Or(cmp.Compare(k.group, other.group), cmp.Compare(k.low, other.low), cmp.Compare(k.high, other.high))
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
