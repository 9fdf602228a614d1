package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "friend" of the specification.
var friendActions = []action.Action{
	action.Bind("delete_friend", deleteFriend.op, nothingElse),
	action.Bind("get_friend_requests", getFriendRequests.op, encodeFriendRequests),
	action.Bind("accept_friend_request", acceptFriendRequest.op, nothingElse),
	action.Bind("reject_friend_request", rejectFriendRequest.op, nothingElse),
}

type deleteFriend struct {
	UserID uin `json:"user_id"`
}

func (p deleteFriend) op() (qq.DeleteFriend, error) {
	return qq.DeleteFriend{User: qq.UserID(p.UserID)}, nil
}

type getFriendRequests struct {
	Limit    wire.Optional[whole] `json:"limit"` // 0 counts as the default
	Filtered wire.Optional[bool]  `json:"is_filtered"`
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
	State        string    `json:"state"`
	Comment      string    `json:"comment"`
	Via          string    `json:"via"`
	Filtered     bool      `json:"is_filtered"`
}

type friendRequests struct {
	Requests []friendRequest `json:"requests"`
}

func encodeFriendRequests(list []*qq.FriendRequest) friendRequests {
	return friendRequests{encodeAll(list, encodeFriendRequest)}
}

func encodeFriendRequest(r *qq.FriendRequest) friendRequest {
	return friendRequest{
		r.Time.Unix(), r.Initiator, r.InitiatorUID, r.Target, r.TargetUID, r.State.String(), r.Comment, r.Via, r.Filtered,
	}
}

type acceptFriendRequest struct {
	InitiatorUID string              `json:"initiator_uid"`
	Filtered     wire.Optional[bool] `json:"is_filtered"`
}

func (p acceptFriendRequest) op() (qq.AnswerFriendRequest, error) {
	return qq.AnswerFriendRequest{InitiatorUID: p.InitiatorUID, Filtered: p.Filtered.Value, Approve: true}, nil
}

type rejectFriendRequest struct {
	InitiatorUID string                `json:"initiator_uid"`
	Filtered     wire.Optional[bool]   `json:"is_filtered"`
	Reason       wire.Optional[string] `json:"reason"`
}

func (p rejectFriendRequest) op() (qq.AnswerFriendRequest, error) {
	return qq.AnswerFriendRequest{InitiatorUID: p.InitiatorUID, Filtered: p.Filtered.Value, Reason: p.Reason.Value}, nil
}
