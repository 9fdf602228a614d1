package onebot11

import (
	"context"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// kickList is LLBot's way to remove several members, kickMembers NapCat's.
type kickList struct {
	Group wire.Int                 `json:"group_id"`
	Users []wire.Int               `json:"user_ids"`
	Block wire.Optional[wire.Bool] `json:"reject_add_request" default:"false"`
}

type kickMembers struct {
	Group   wire.Int                  `json:"group_id"`
	Users   wire.Optional[[]wire.Int] `json:"user_id" doc:"needed, or user_ids"`
	UserIDs wire.Optional[[]wire.Int] `json:"user_ids" doc:"another name of user_id"`
	Block   wire.Optional[wire.Bool]  `json:"reject_add_request" default:"false"`
}

func kickSeveral(ctx context.Context, c qq.Caller, p kickMembers) (*noData, error) {
	users, err := anyOf("user_id", p.Users, p.UserIDs)
	if err != nil {
		return nil, err
	}
	return kickAll(ctx, c, kickList{p.Group, users, p.Block})
}

// kickAll tries them all; the answer tells every failure.
func kickAll(ctx context.Context, c qq.Caller, p kickList) (*noData, error) {
	ops := each(p.Users, func(u wire.Int) qq.Operation {
		return qq.KickMember{Group: qq.GroupID(p.Group), Member: qq.UserID(u), Block: bool(p.Block.Value)}
	})
	return nil, do(ctx, c, ops)
}

type setTitle struct {
	Group wire.Int                `json:"group_id"`
	User  wire.Int                `json:"user_id"`
	Title wire.Optional[wire.Str] `json:"special_title" default:"\"\""`
}

func (p setTitle) op() (qq.SetTitle, error) {
	return qq.SetTitle{Group: qq.GroupID(p.Group), Member: qq.UserID(p.User), Title: string(p.Title.Value)}, nil
}

type setGroupName struct {
	Group wire.Int `json:"group_id"`
	Name  wire.Str `json:"group_name"`
}

func (p setGroupName) op() (qq.SetGroupName, error) {
	return qq.SetGroupName{Group: qq.GroupID(p.Group), Name: string(p.Name)}, nil
}

func (p groupParam) muted() (qq.ListMuted, error) { return qq.ListMuted{Group: p.group()}, nil }

// mutedInfo is camelCase, as QQ's own client writes it.
type mutedInfo struct {
	UID       string `json:"uid"`
	User      string `json:"uin"`
	Nickname  string `json:"nick"`
	Card      string `json:"cardName"`
	Role      int    `json:"role"` // 2 member, 3 admin, 4 owner
	Until     int64  `json:"shutUpTime"`
	Level     int    `json:"memberRealLevel"`
	Title     string `json:"memberSpecialTitle"`
	Joined    int64  `json:"joinTime"`
	LastSpoke int64  `json:"lastSpeakTime"`
}

func encodeMuted(members []*qq.Member) []mutedInfo {
	const lowest = 2 // QQ counts the roles from here
	return each(members, func(m *qq.Member) mutedInfo {
		return mutedInfo{
			m.UID, m.User.String(), m.Nickname, m.Card, lowest + int(m.Role), m.MutedUntil.Unix(), m.Level, m.Title,
			m.Joined.Unix(), m.LastSpoke.Unix(),
		}
	})
}
