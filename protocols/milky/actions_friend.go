package milky

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "friend" of the specification.
var friendActions = []action.Action{
	action.Handle("send_friend_nudge", sendFriendNudge).Acts(qq.ClassSend).Says("Pokes a friend, or with is_self oneself in the chat with that friend."),
	action.Bind("send_profile_like", sendProfileLike.op, nothingElse).Says("Likes somebody's profile."),
	action.Bind("delete_friend", deleteFriend.op, nothingElse).Says("Ends a friendship."),
	action.Bind("get_friend_requests", getFriendRequests.op, encodeFriendRequests).Says("The newest requests to be friends; a limit of 0 counts as the default."),
	action.Bind("accept_friend_request", acceptFriendRequest.op, nothingElse).Says("Accepts a request to be friends."),
	action.Bind("reject_friend_request", rejectFriendRequest.op, nothingElse).Says("Rejects a request to be friends."),
}

type friendNudge struct {
	UserID uin                 `json:"user_id"`
	IsSelf wire.Optional[bool] `json:"is_self" default:"false"`
}

func sendFriendNudge(ctx context.Context, c qq.Caller, p friendNudge) (empty, error) {
	friend := qq.UserID(p.UserID)
	poked := friend
	if p.IsSelf.Value {
		poked = c.Account()
	}
	_, err := qq.Do(ctx, c, qq.Nudge{Chat: qq.FriendChat(friend), User: poked})
	return empty{}, err
}

type sendProfileLike struct {
	UserID uin                  `json:"user_id"`
	Count  wire.Optional[whole] `json:"count" default:"1"`
}

func (p sendProfileLike) op() (qq.SendLike, error) {
	return qq.SendLike{User: qq.UserID(p.UserID), Times: p.Count.Or(1).count()}, nil
}

type deleteFriend struct {
	UserID uin `json:"user_id"`
}

func (p deleteFriend) op() (qq.DeleteFriend, error) {
	return qq.DeleteFriend{User: qq.UserID(p.UserID)}, nil
}

type getFriendRequests struct {
	Limit    wire.Optional[whole] `json:"limit" default:"20"` // 0 counts as the default
	Filtered wire.Optional[bool]  `json:"is_filtered" default:"false"`
}

func (p getFriendRequests) op() (qq.ListFriendRequests, error) {
	return qq.ListFriendRequests{Filtered: p.Filtered.Value, Limit: p.Limit.Or(20).count()}, nil
}

type friendRequest struct {
	Time         int64     `json:"time"`
	InitiatorID  qq.UserID `json:"initiator_id"`
	InitiatorUID string    `json:"initiator_uid"`
	TargetID     qq.UserID `json:"target_user_id"`
	TargetUID    string    `json:"target_user_uid"`
	State        string    `json:"state" one:"pending|accepted|rejected|ignored"`
	Comment      string    `json:"comment"`
	Via          string    `json:"via"`
	Filtered     bool      `json:"is_filtered"`
}

type friendRequests struct {
	Requests []*friendRequest `json:"requests"`
}

func encodeFriendRequests(list []*qq.FriendRequest) friendRequests {
	return friendRequests{encodeKnown(list, encodeFriendRequest)}
}

func encodeFriendRequest(r *qq.FriendRequest) *friendRequest {
	if !r.Initiator.Valid() || !r.Target.Valid() {
		return nil
	}
	return &friendRequest{
		r.Time.Unix(), r.Initiator, r.InitiatorUID, r.Target, r.TargetUID, r.State.String(), r.Comment, r.Via, r.Filtered,
	}
}

type acceptFriendRequest struct {
	InitiatorUID string              `json:"initiator_uid"`
	Filtered     wire.Optional[bool] `json:"is_filtered" default:"false"`
}

func (p acceptFriendRequest) op() (qq.AnswerFriendRequest, error) {
	return qq.AnswerFriendRequest{InitiatorUID: p.InitiatorUID, Filtered: p.Filtered.Value, Approve: true}, nil
}

type rejectFriendRequest struct {
	InitiatorUID string                `json:"initiator_uid"`
	Filtered     wire.Optional[bool]   `json:"is_filtered" default:"false"`
	Reason       wire.Optional[string] `json:"reason"`
}

func (p rejectFriendRequest) op() (qq.AnswerFriendRequest, error) {
	return qq.AnswerFriendRequest{InitiatorUID: p.InitiatorUID, Filtered: p.Filtered.Value, Reason: p.Reason.Value}, nil
}
