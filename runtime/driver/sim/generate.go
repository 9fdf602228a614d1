package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"llbot/protocols/qq"
)

// Generation says how big a world is to be made. The same values give the same
// scene, whenever and wherever.
type Generation struct {
	Groups   int
	Members  int         // of each group; the sizes of groups spread around it
	Users    int         // in all; 0 is enough for the groups to overlap
	Friends  int         // of each account
	Messages int         // already said in each group
	Accounts []qq.UserID // of this server, in every group; none is SeedAccount
	Seed     uint64
}

// What the generator makes at most.
const (
	MaxGeneratedGroups  = 100_000
	MaxGeneratedMembers = qq.MaxJoinedPerGroup
	MaxGenerated        = 5_000_000 // memberships, or messages
)

// The numbers of those who are generated rise from these.
const (
	firstGenerated      qq.UserID  = 100_001
	firstGeneratedGroup qq.GroupID = 700_001
)

func (o Generation) check() error {
	invalid := func(format string, args ...any) error { return qq.Errorf(qq.ErrInvalid, format, args...) }
	switch {
	case o.Groups < 0 || o.Groups > MaxGeneratedGroups:
		return invalid("%d groups; 0 to %d can be made", o.Groups, MaxGeneratedGroups)
	case o.Members < 1 || o.Members > MaxGeneratedMembers:
		return invalid("%d members; a group can have 1 to %d", o.Members, MaxGeneratedMembers)
	case o.Groups*o.Members > MaxGenerated:
		return invalid("%d memberships are more than %d", o.Groups*o.Members, MaxGenerated)
	case o.Messages < 0 || o.Messages > historyLimit || o.Groups*o.Messages > MaxGenerated:
		return invalid("%d messages in each group; 0 to %d, and %d in all can be", o.Messages, historyLimit, MaxGenerated)
	case o.Users < 0 || o.Users > MaxGenerated || o.Friends < 0 || o.Friends > o.pool():
		return invalid("%d users and %d friends cannot be", o.Users, o.Friends)
	case o.Users > 0 && o.Users < 2*o.Members:
		return invalid("%d users are too few for groups of %d; take %d", o.Users, o.Members, 2*o.Members)
	}
	for _, a := range o.Accounts {
		if !a.Valid() || a >= firstGenerated && a < firstGenerated+qq.UserID(o.pool()) {
			return invalid("account %d is no QQ number, or one of those that are generated", a)
		}
	}
	return nil
}

// pool is how many people there are beside the accounts.
func (o Generation) pool() int {
	if o.Users > 0 {
		return o.Users
	}
	return max(2*o.Members, o.Groups*o.Members/10)
}

// Generate makes a scene. ErrInvalid when it would be too big.
func Generate(o Generation) (*Scene, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if len(o.Accounts) == 0 {
		o.Accounts = []qq.UserID{SeedAccount}
	}
	m := &maker{Generation: o, dice: rand.New(rand.NewPCG(o.Seed, 0x11b07))}
	s := &Scene{Seed: max(o.Seed, 1), Accounts: o.Accounts}
	for i, a := range o.Accounts {
		s.Users = append(s.Users, SceneUser{ID: a, Nickname: fmt.Sprintf("Bot %d", i+1), Level: 16})
	}
	for i := range o.pool() {
		s.Users = append(s.Users, m.person(firstGenerated+qq.UserID(i)))
	}
	for _, a := range o.Accounts {
		for _, i := range m.some(o.Friends) {
			s.Friends = append(s.Friends, SceneFriends{A: a, B: firstGenerated + qq.UserID(i)})
		}
	}
	for i := range o.Groups {
		g := m.group(firstGeneratedGroup + qq.GroupID(i))
		s.Groups = append(s.Groups, g)
		s.Messages = append(s.Messages, m.chat(g)...)
	}
	return s, nil
}

// maker makes the parts of a scene, one after another from one run of chance.
type maker struct {
	Generation
	dice *rand.Rand
}

// generated is when generated worlds were: all their times lie before it.
func generated() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

func (m *maker) before(most time.Duration) time.Time {
	return generated().Add(-time.Duration(m.dice.Int64N(int64(most/time.Second))) * time.Second)
}

func pick[T any](dice *rand.Rand, list []T) T { return list[dice.IntN(len(list))] }

func (m *maker) person(id qq.UserID) SceneUser {
	u := SceneUser{ID: id, Nickname: nicknameBy(m.dice), Sex: SceneSex(m.dice.IntN(3)), Level: 1 + m.dice.IntN(64)}
	if m.dice.IntN(3) == 0 {
		u.Age, u.City, u.Country = 14+m.dice.IntN(50), pick(m.dice, cities()), "中国"
	}
	return u
}

// some is that many different places in the pool, rising.
func (m *maker) some(count int) []int {
	taken := make(map[int]bool, count)
	for len(taken) < count {
		taken[m.dice.IntN(m.pool())] = true
	}
	list := make([]int, 0, count)
	for i := range taken {
		list = append(list, i)
	}
	slices.Sort(list)
	return list
}

const year = 365 * 24 * time.Hour

func (m *maker) group(id qq.GroupID) SceneGroup {
	size := max(1, min(m.Members/2+m.dice.IntN(m.Members+1), MaxGeneratedMembers-len(m.Accounts)))
	g := SceneGroup{ID: id, Name: groupNameBy(m.dice), Created: m.before(5 * year), MaxMembers: 500}
	if size+len(m.Accounts) > 450 {
		g.MaxMembers = MaxGeneratedMembers
	}
	people := m.some(size)
	owner, admins := m.dice.IntN(size), 1+size/50
	for i, p := range people {
		one := SceneMember{User: firstGenerated + qq.UserID(p)}
		switch {
		case i == owner:
			one.Role = SceneRole(qq.RoleOwner)
		case m.dice.IntN(size) < min(admins, qq.MaxAdmins):
			one.Role = SceneRole(qq.RoleAdmin)
		}
		if m.dice.IntN(8) == 0 {
			one.Card, one.Level = nicknameBy(m.dice), 1+m.dice.IntN(100)
		}
		if m.dice.IntN(50) == 0 {
			one.Title = pick(m.dice, titles())
		}
		g.Members = append(g.Members, one)
	}
	for _, a := range m.Accounts {
		g.Members = append(g.Members, SceneMember{User: a, Role: SceneRole(m.dice.IntN(2))})
	}
	return g
}

// chat is what was said in a group lately.
func (m *maker) chat(g SceneGroup) []SceneMessage {
	var list []SceneMessage
	when := generated().Add(-time.Duration(m.Messages) * time.Minute)
	for range m.Messages {
		when = when.Add(time.Duration(m.dice.IntN(60)) * time.Second)
		list = append(list, SceneMessage{Group: g.ID, From: pick(m.dice, g.Members).User, At: when, Text: sentenceBy(m.dice)})
	}
	return list
}
