package sim

import (
	"encoding/json"
	"fmt"
	"strconv"

	"llbot/protocols/qq"
)

// sceneCheck looks for what a scene says and no world can be.
type sceneCheck struct {
	*Scene
	add    func(path, message, hint string)
	users  map[qq.UserID]bool
	groups map[qq.GroupID]bool
}

// check reports what is wrong with the scene by path.
func (s *Scene) check(add func(path, message, hint string)) {
	c := &sceneCheck{Scene: s, add: add, users: map[qq.UserID]bool{}, groups: map[qq.GroupID]bool{}}
	if s.Clock != nil {
		if err := checkSpeed(s.Clock.Speed); err != nil {
			add("clock.speed", err.Error(), "")
		}
	}
	c.people()
	for i, g := range s.Groups {
		c.group(at("groups", i), g)
	}
	c.friendships()
	for i, u := range s.Accounts {
		c.user(at("accounts", i), u)
	}
	c.messages()
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// user wants somebody who is in the scene.
func (c *sceneCheck) user(path string, u qq.UserID) {
	if !c.users[u] {
		c.add(path, fmt.Sprintf("there is no user %d", u), "everybody stands in users")
	}
}

func (c *sceneCheck) people() {
	for i, u := range c.Users {
		path := at("users", i)
		switch {
		case !u.ID.Valid():
			c.add(path+".id", fmt.Sprintf("%d is no QQ number", u.ID), "a number is 10001 to 4294967295")
		case c.users[u.ID]:
			c.add(path+".id", fmt.Sprintf("user %d is there twice", u.ID), "")
		}
		c.users[u.ID] = true
	}
}

func (c *sceneCheck) group(path string, g SceneGroup) {
	switch {
	case g.ID < 1 || g.ID > qq.MaxUin:
		c.add(path+".id", fmt.Sprintf("%d is no group's number", g.ID), "")
	case c.groups[g.ID]:
		c.add(path+".id", fmt.Sprintf("group %d is there twice", g.ID), "")
	case g.MaxMembers < 0 || g.MaxMembers > 0 && g.MaxMembers < len(g.Members):
		c.add(path+".max_members", fmt.Sprintf("%d members do not go into %d places", len(g.Members), g.MaxMembers), "")
	}
	c.groups[g.ID] = true
	owners, seen := 0, make(map[qq.UserID]bool, len(g.Members))
	for i, m := range g.Members {
		if seen[m.User] {
			c.add(at(path+".members", i), fmt.Sprintf("user %d is there twice", m.User), "")
		}
		seen[m.User] = true
		if !c.users[m.User] {
			c.user(at(path+".members", i), m.User)
		}
		if qq.Role(m.Role) == qq.RoleOwner {
			owners++
		}
	}
	if owners != 1 {
		c.add(path+".members", fmt.Sprintf("group %d has %d owners", g.ID, owners), "exactly one member has role: owner")
	}
	for i, u := range g.Blocked {
		if seen[u] {
			c.add(at(path+".blocked", i), fmt.Sprintf("user %d is a member", u), "")
		}
	}
}

func (c *sceneCheck) friendships() {
	seen := map[chatKey]bool{}
	for i, f := range c.Friends {
		path := at("friends", i)
		c.user(path+".a", f.A)
		c.user(path+".b", f.B)
		if k := pairKey(f.A, f.B); f.A == f.B || seen[k] {
			c.add(path, fmt.Sprintf("users %d and %d cannot become friends, or are already", f.A, f.B), "")
		} else {
			seen[k] = true
		}
	}
}

func (c *sceneCheck) messages() {
	last := map[chatKey]int64{}
	for i, m := range c.Messages {
		path := at("messages", i)
		c.user(path+".from", m.From)
		switch {
		case (m.Group == 0) == (m.To == 0):
			c.add(path, "a message needs either group or to", "")
		case m.Group != 0 && !c.groups[m.Group]:
			c.add(path+".group", fmt.Sprintf("there is no group %d", m.Group), "")
		case m.To != 0 && m.To == m.From:
			c.add(path+".to", "nobody writes to himself", "")
		case m.To != 0:
			c.user(path+".to", m.To)
		}
		k := m.chat()
		if m.Seq == 0 {
			m.Seq = last[k] + 1
		}
		if m.Seq <= last[k] {
			c.add(path+".seq", fmt.Sprintf("%d does not follow %d", m.Seq, last[k]), "seq rises in each chat")
		}
		last[k] = m.Seq
		if _, err := m.content(); err != nil {
			c.add(path+".segments", err.Error(), "")
		}
		if (m.Text != "") == (m.Segments != nil) && !m.Recalled {
			c.add(path, "a message needs either text or segments", "")
		}
	}
}

func (m *SceneMessage) chat() chatKey {
	if m.Group != 0 {
		return groupKey(m.Group)
	}
	return pairKey(m.From, m.To)
}

func (m *SceneMessage) content() (qq.Segments, error) {
	switch {
	case m.Segments != nil:
		var content qq.Segments
		err := json.Unmarshal(m.Segments, &content)
		return content, err
	case m.Text != "":
		return qq.NewText(m.Text), nil
	}
	return nil, nil
}
