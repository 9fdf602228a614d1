package sim

import (
	"time"

	"llbot/protocols/qq"
)

// dated is a change with its time.
type dated struct {
	at     qq.Time
	change change
}

// history is how a world with this scene began: now is its first moment.
func (s *Scene) history(now qq.Time) ([]dated, error) {
	var list []dated
	add := func(c change) { list = append(list, dated{now, c}) }
	for _, u := range s.Users {
		add(&profileSet{User: u.profile()})
	}
	for _, g := range s.Groups {
		add(g.placed(now))
	}
	for _, u := range s.Accounts {
		add(&accountAdded{User: u})
	}
	for _, f := range s.Friends {
		add(&befriended{A: f.A, B: f.B, RemarkA: clean(f.RemarkA), RemarkB: clean(f.RemarkB)})
	}
	said, err := s.talk(now)
	if err != nil {
		return nil, err
	}
	list = append(list, said...)
	return append(list, dated{now, &scenePlaced{Digest: s.digest()}}), nil
}

func (u SceneUser) profile() qq.User {
	return complete(qq.User{
		ID: u.ID, Nickname: u.Nickname, Sex: qq.Sex(u.Sex), Age: u.Age, Level: u.Level, QID: u.QID, Bio: u.Bio,
		Country: u.Country, City: u.City, School: u.School, Avatar: u.Avatar,
	})
}

func (g SceneGroup) placed(now qq.Time) *groupPlaced {
	c := &groupPlaced{Blocked: g.Blocked, Answer: g.Answer, Group: qq.Group{
		ID: g.ID, Name: g.Name, MaxMembers: g.MaxMembers, Created: since(g.Created, now), Description: g.Description,
		Question: g.Question, WholeMute: g.WholeMute, Join: qq.JoinMode(g.Join), Notify: qq.NotifyLoud,
	}}
	if c.Group.Join == 0 {
		c.Group.Join = qq.JoinAsk
	}
	if c.Group.MaxMembers == 0 {
		c.Group.MaxMembers = seedCapacity
		if len(g.Members) > seedCapacity {
			c.Group.MaxMembers = max(qq.MaxJoinedPerGroup, len(g.Members))
		}
	}
	for _, m := range g.Members {
		c.Members = append(c.Members, placedMember{
			User: m.User, Role: qq.Role(m.Role), Card: m.Card, Title: m.Title, Level: m.Level,
			Joined: since(m.Joined, c.Group.Created), LastSpoke: qq.TimeOf(m.LastSpoke), MutedUntil: qq.TimeOf(m.MutedUntil),
		})
	}
	return c
}

func since(t time.Time, otherwise qq.Time) qq.Time {
	if t.IsZero() {
		return otherwise
	}
	return qq.TimeOf(t)
}

// talk is what was said before the world began.
func (s *Scene) talk(now qq.Time) ([]dated, error) {
	var list []dated
	last := map[chatKey]int64{}
	for i := range s.Messages {
		m := &s.Messages[i]
		content, err := m.content()
		if err != nil {
			return nil, err
		}
		k := m.chat()
		if m.Seq == 0 {
			last[k]++
		} else {
			last[k] = m.Seq
		}
		c := &said{Chat: k, Seq: last[k], Sender: m.From, Segments: content}
		if m.To != 0 { // whoever were friends then need not be now, nor the other way round
			c.Temp, c.Via = m.Via != 0, m.Via
		}
		when := since(m.At, now)
		list = append(list, dated{when, c})
		if m.Recalled {
			list = append(list, dated{when, &recalled{Chat: k, Seq: c.Seq, Operator: m.From}})
		}
	}
	return list, nil
}

// own is the clock that a scene asks for, or else the options do.
func (s *Scene) own(otherwise *Clock) *Clock {
	if s == nil || s.Clock == nil {
		return otherwise
	}
	return &Clock{At: s.Clock.At, Speed: s.Clock.Speed}
}
