package admin

import (
	"context"

	"llbot/protocols/qq"
)

// Speaker plays people in the simulated QQ. Errors are told to the caller as
// they are; those of package qq decide the answer's status. Safe for
// concurrent use.
type Speaker interface {
	// Say speaks Count times and answers when all accounts took note. With an
	// error, Accepted tells how many messages came before it.
	Say(ctx context.Context, s Say) (Said, error)
	// RequestFriend asks an account to be a friend.
	RequestFriend(ctx context.Context, r FriendRequest) error
	// RequestJoin asks to be let into a group.
	RequestJoin(ctx context.Context, r JoinRequest) error
	// Invite asks somebody into a group.
	Invite(ctx context.Context, i Invitation) error
}

// Say is something that a person says, in a group or to one account.
type Say struct {
	User    qq.UserID   // who speaks
	Group   qq.GroupID  // where; 0 for a private message
	To      qq.UserID   // private: to which account; 0 = the first configured one
	Message qq.Segments // media is ingested
	Count   int         // how often, at least 1
	Rate    float64     // at most so many a second; 0 = as fast as they are taken
	From    int         // what {{seq}} in the text becomes in the first of several
}

// Said tells what became of a Say.
type Said struct {
	Accepted int     `json:"accepted"` // messages that the world took
	Accounts []Heard `json:"accounts"` // who heard them
}

// Heard is the run of log numbers that one account's events were given, 0 when
// none was.
type Heard struct {
	Account qq.UserID `json:"account"`
	FirstSN qq.SN     `json:"first_sn"`
	LastSN  qq.SN     `json:"last_sn"`
	// Events is how many there are, Numbered how many of them have a number by
	// now: the account has yet to take the others.
	Events   int `json:"events"`
	Numbered int `json:"numbered"`
}

// FriendRequest is a person's wish to be an account's friend.
type FriendRequest struct {
	From, To qq.UserID // To 0 = the first configured account
	Comment  string
}

// JoinRequest is a person's wish to join a group.
type JoinRequest struct {
	Group   qq.GroupID
	User    qq.UserID
	Comment string
}

// Invitation is a member's wish to have somebody in a group.
type Invitation struct {
	Group           qq.GroupID
	Inviter, Target qq.UserID // Target 0 = the first configured account
}
