package milky

import "llbot/protocols/qq"

// The data of each event type. Optional ids are left out when unknown.

type offlineData struct {
	Reason string `json:"reason"`
}

type recallData struct {
	Scene    string    `json:"message_scene" one:"friend|group|temp"`
	PeerID   peer      `json:"peer_id"`
	Seq      int64     `json:"message_seq"`
	Sender   qq.UserID `json:"sender_id"`
	Operator qq.UserID `json:"operator_id"`
	Suffix   string    `json:"display_suffix"`
}

type friendRequestData struct {
	Initiator    qq.UserID `json:"initiator_id"`
	InitiatorUID string    `json:"initiator_uid"`
	Comment      string    `json:"comment"`
	Via          string    `json:"via"`
}

type joinRequestData struct {
	Group     qq.GroupID `json:"group_id"`
	Seq       int64      `json:"notification_seq"`
	Filtered  bool       `json:"is_filtered"`
	Initiator qq.UserID  `json:"initiator_id"`
	Comment   string     `json:"comment"`
}

type invitedJoinData struct {
	Group     qq.GroupID `json:"group_id"`
	Seq       int64      `json:"notification_seq"`
	Initiator qq.UserID  `json:"initiator_id"`
	Target    qq.UserID  `json:"target_user_id"`
}

type invitationData struct {
	Group     qq.GroupID `json:"group_id"`
	Seq       int64      `json:"invitation_seq"`
	Initiator qq.UserID  `json:"initiator_id"`
	Source    qq.GroupID `json:"source_group_id,omitempty"`
}

type adminChangeData struct {
	Group    qq.GroupID `json:"group_id"`
	User     qq.UserID  `json:"user_id"`
	Operator qq.UserID  `json:"operator_id"`
	IsSet    bool       `json:"is_set"`
}

type memberIncreaseData struct {
	Group    qq.GroupID `json:"group_id"`
	User     qq.UserID  `json:"user_id"`
	Operator qq.UserID  `json:"operator_id,omitempty"`
	Invitor  qq.UserID  `json:"invitor_id,omitempty"`
}

type memberDecreaseData struct {
	Group    qq.GroupID `json:"group_id"`
	User     qq.UserID  `json:"user_id"`
	Operator qq.UserID  `json:"operator_id,omitempty"`
}

type disbandData struct {
	Group    qq.GroupID `json:"group_id"`
	Operator qq.UserID  `json:"operator_id"`
}

type muteData struct {
	Group    qq.GroupID `json:"group_id"`
	User     qq.UserID  `json:"user_id"`
	Operator qq.UserID  `json:"operator_id"`
	Duration int64      `json:"duration"` // seconds, 0 = lifted
}

type wholeMuteData struct {
	Group    qq.GroupID `json:"group_id"`
	Operator qq.UserID  `json:"operator_id"`
	IsMute   bool       `json:"is_mute"`
}

type pinData struct {
	Scene    string `json:"message_scene" one:"friend|group|temp"`
	PeerID   peer   `json:"peer_id"`
	IsPinned bool   `json:"is_pinned"`
}

type friendNudgeData struct {
	User          qq.UserID `json:"user_id"` // the friend, whoever poked
	IsSelfSend    bool      `json:"is_self_send"`
	IsSelfReceive bool      `json:"is_self_receive"`
	Action        string    `json:"display_action"`
	Suffix        string    `json:"display_suffix"`
	ActionImage   string    `json:"display_action_img_url"`
}

type groupNudgeData struct {
	Group       qq.GroupID `json:"group_id"`
	Sender      qq.UserID  `json:"sender_id"`
	Receiver    qq.UserID  `json:"receiver_id"`
	Action      string     `json:"display_action"`
	Suffix      string     `json:"display_suffix"`
	ActionImage string     `json:"display_action_img_url"`
}

type friendFileData struct {
	User   qq.UserID `json:"user_id"` // the peer, whoever uploaded
	File   qq.FileID `json:"file_id"`
	Name   string    `json:"file_name"`
	Size   int64     `json:"file_size"`
	Hash   string    `json:"file_hash"`
	IsSelf bool      `json:"is_self"`
}

type groupFileData struct {
	Group qq.GroupID `json:"group_id"`
	User  qq.UserID  `json:"user_id"`
	File  qq.FileID  `json:"file_id"`
	Name  string     `json:"file_name"`
	Size  int64      `json:"file_size"`
}

type renameData struct {
	Group    qq.GroupID `json:"group_id"`
	Name     string     `json:"new_group_name"`
	Operator qq.UserID  `json:"operator_id"`
}

type reactionData struct {
	Group qq.GroupID `json:"group_id"`
	User  qq.UserID  `json:"user_id"`
	Seq   int64      `json:"message_seq"`
	Face  string     `json:"face_id"`
	Kind  string     `json:"reaction_type" one:"face|emoji"`
	IsAdd bool       `json:"is_add"`
}

type essenceData struct {
	Group    qq.GroupID `json:"group_id"`
	Seq      int64      `json:"message_seq"`
	Operator qq.UserID  `json:"operator_id"`
	IsSet    bool       `json:"is_set"`
}
