package sim

import (
	"context"

	"llbot/protocols/qq"
)

// The people and groups of a new world.
const (
	SeedAccount  qq.UserID  = 1234567890
	SeedAlice    qq.UserID  = 10001
	SeedBob      qq.UserID  = 10002
	SeedCarol    qq.UserID  = 10003
	SeedDave     qq.UserID  = 10101
	SeedErin     qq.UserID  = 10102
	SeedGroup    qq.GroupID = 123456
	SeedSecond   qq.GroupID = 654321
	seedCapacity            = 500
)

// seed is the history of a new world: one account, five people, two groups.
// Alice and Bob are the account's friends. Dave and Erin know nobody: they are
// there to ask for something. The account is admin of the first group and owns
// the second, so that every right can be tried.
func seed() []change {
	list := []change{}
	for _, u := range []qq.User{
		{ID: SeedAccount, Nickname: "LLBot", Level: 16, Age: 1, Bio: "a bot in a simulated QQ"},
		{ID: SeedAlice, Nickname: "Alice", Sex: qq.SexFemale, Age: 24, Level: 64, QID: "alice", Bio: "hello", Country: "中国", City: "上海"},
		{ID: SeedBob, Nickname: "Bob", Sex: qq.SexMale, Age: 30, Level: 32, Country: "中国", City: "北京"},
		{ID: SeedCarol, Nickname: "Carol", Sex: qq.SexFemale, Age: 19, Level: 5},
		{ID: SeedDave, Nickname: "Dave", Sex: qq.SexMale, Age: 41, Level: 12},
		{ID: SeedErin, Nickname: "Erin", Sex: qq.SexFemale, Age: 22, Level: 8},
	} {
		list = append(list, &profileSet{User: complete(u)})
	}
	return append(list,
		&groupCreated{ID: SeedGroup, Name: "llbot 测试群", Owner: SeedAlice, MaxMembers: seedCapacity,
			Admins: []qq.UserID{SeedAccount}, Members: []qq.UserID{SeedBob, SeedCarol}},
		&groupCreated{ID: SeedSecond, Name: "llbot second group", Owner: SeedAccount, MaxMembers: seedCapacity,
			Members: []qq.UserID{SeedAlice, SeedBob}},
		&accountAdded{User: SeedAccount},
		&befriended{A: SeedAccount, B: SeedAlice, RemarkA: "爱丽丝"},
		&befriended{A: SeedAccount, B: SeedBob},
	)
}

// complete fills in what follows from the number.
func complete(u qq.User) qq.User {
	u.UID, u.Remark = uidOf(u.ID), ""
	if u.Nickname == "" {
		u.Nickname = "user " + u.ID.String()
	}
	return u
}

// EnsureAccount makes a user an account of ours, and a new user when the
// number is free. Nickname replaces the present one unless it is "". An account
// that is new joins group SeedGroup as a plain member if it can, and has no
// friends; an account that is known stays as it is.
func (w *World) EnsureAccount(ctx context.Context, uin qq.UserID, nickname string) error {
	if err := w.ensureNickname(ctx, uin, nickname); err != nil {
		return err
	}
	_, err := w.commit(ctx, func(st *state, _ qq.Time) (change, error) {
		if st.Accounts[uin] {
			return nil, nil
		}
		c := &accountAdded{User: uin}
		if g := st.Groups[SeedGroup]; g != nil && g.mayJoin(uin) == nil {
			c.Group = SeedGroup
		}
		return c, nil
	})
	return err
}

func (w *World) ensureNickname(ctx context.Context, uin qq.UserID, nickname string) error {
	if !uin.Valid() {
		return qq.Errorf(qq.ErrInvalid, "%d is no QQ number", uin)
	}
	_, err := w.commit(ctx, func(st *state, _ qq.Time) (change, error) {
		old := st.Users[uin]
		if old == nil {
			return &profileSet{User: complete(qq.User{ID: uin, Nickname: clean(nickname)})}, nil
		}
		if nickname == "" || old.Nickname == nickname {
			return nil, nil
		}
		u := *old
		u.Nickname = clean(nickname)
		return &profileChanged{User: u}, nil
	})
	return err
}
