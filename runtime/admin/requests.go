package admin

import (
	"context"

	"llbot/protocols/wire"
)

// nothing is the answer of calls that have nothing to tell: {}.
type nothing struct{}

// friendRequestBody is the body of POST /api/sim/friend_requests.
type friendRequestBody struct {
	From    wire.Int                `json:"from"`
	To      wire.Optional[wire.Int] `json:"to"`
	Comment wire.Optional[wire.Str] `json:"comment"`
}

func (s *Server) requestFriend(ctx context.Context, body []byte) (any, error) {
	b, err := decode[friendRequestBody](body)
	if err != nil {
		return nil, err
	}
	var faults faultList
	r := FriendRequest{From: faults.user("from", b.From), To: faults.userOr("to", b.To), Comment: string(b.Comment.Value)}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return nothing{}, s.Speaker.RequestFriend(ctx, r)
}

// joinRequestBody is the body of POST /api/sim/group_requests.
type joinRequestBody struct {
	Group   wire.Int                `json:"group_id"`
	User    wire.Int                `json:"user_id"`
	Comment wire.Optional[wire.Str] `json:"comment"`
}

func (s *Server) requestJoin(ctx context.Context, body []byte) (any, error) {
	b, err := decode[joinRequestBody](body)
	if err != nil {
		return nil, err
	}
	var faults faultList
	r := JoinRequest{Group: faults.group("group_id", b.Group), User: faults.user("user_id", b.User), Comment: string(b.Comment.Value)}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return nothing{}, s.Speaker.RequestJoin(ctx, r)
}

// invitationBody is the body of POST /api/sim/invitations.
type invitationBody struct {
	Group   wire.Int                `json:"group_id"`
	Inviter wire.Int                `json:"inviter"`
	Target  wire.Optional[wire.Int] `json:"target"`
}

func (s *Server) invite(ctx context.Context, body []byte) (any, error) {
	b, err := decode[invitationBody](body)
	if err != nil {
		return nil, err
	}
	var faults faultList
	i := Invitation{Group: faults.group("group_id", b.Group), Inviter: faults.user("inviter", b.Inviter), Target: faults.userOr("target", b.Target)}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return nothing{}, s.Speaker.Invite(ctx, i)
}
