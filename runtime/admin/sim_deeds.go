package admin

import (
	"time"

	"llbot/protocols/qq"
)

// Deeds are what people of a simulated QQ, their phones and QQ itself can do
// that no account can be asked for. They are done like operations.
func Deeds() []qq.Operation {
	var list []qq.Operation
	for _, d := range deedTable() {
		list = append(list, d.deed)
	}
	return list
}

// described is a deed with what a person is told of it.
type described struct {
	deed     qq.Operation
	sentence string
}

func deedTable() []described {
	return []described{
		{AddUser{}, "Brings a new person into the world."},
		{AddGroup{}, "Founds a group that belongs to who does it."},
		{Befriend{}, "Makes two people friends at once."},
		{AskFriend{}, "Asks somebody to be a friend."},
		{AnswerFriend{}, "Answers somebody's request to be a friend."},
		{DropFriend{}, "Ends a friendship on one side: the other still has who does it on the list."},
		{SetCategory{}, "Makes or renames a folder of the friend list; no name takes it away."},
		{AskJoin{}, "Asks to be let into a group."},
		{InviteMember{}, "Invites somebody into a group."},
		{AnswerJoin{}, "Answers a group's pending request or invitation."},
		{Unblock{}, "Lets somebody ask again who was kicked or refused for good."},
		{GiveTitle{}, "Gives a member a special title for a time."},
		{RankMember{}, "Sets one's own level in a group."},
		{GrantHonor{}, "Gains an honour of a group."},
		{DrawLucky{}, "Wins the most of somebody's red packet."},
		{ShowTip{}, "Causes a grey line between a group's messages."},
		{TuneGroup{}, "Changes a group's capacity or description."},
		{Confirm{}, "Confirms that an announcement was read."},
		{RecallNudge{}, "Takes the last nudge back."},
		{RefuseNudges{}, "Says whether nudges are wanted."},
		{ShareFlash{}, "Says the card of a flash transfer."},
		{SaveSticker{}, "Saves a picture among the stickers."},
		{TellText{}, "Makes a text what is read in a picture or heard in a voice."},
		{MoveDevice{}, "Logs in on another device, or off it."},
		{MoveLogin{}, "Brings a login a step further, or throws an account out."},
	}
}

// AddUser brings a new person into the world. Whoever does it does not matter.
type AddUser struct {
	qq.Changes[qq.None]
	User     qq.UserID
	Nickname string
	Sex      qq.Sex
	Age      int
	Level    int
	QID      string
	Bio      string
	City     string
}

// AddGroup founds a group; who does it is its owner.
type AddGroup struct {
	qq.Changes[qq.None]
	Group      qq.GroupID
	Name       string
	Admins     []qq.UserID
	Members    []qq.UserID // plain ones
	MaxMembers int
}

// Befriend makes two people friends at once.
type Befriend struct {
	qq.Changes[qq.None]
	User qq.UserID
}

// AskFriend asks somebody to be a friend.
type AskFriend struct {
	qq.Changes[qq.None]
	User     qq.UserID
	Comment  string
	Via      string     // where they met
	Group    qq.GroupID // through which
	Filtered bool       // QQ finds it doubtful
}

// AnswerFriend answers User's pending request to be a friend.
type AnswerFriend struct {
	qq.Changes[qq.None]
	User    qq.UserID
	Approve bool
	Remark  string
	Reason  string
}

// DropFriend ends a friendship on one's own side alone.
type DropFriend struct {
	qq.Changes[qq.None]
	User   qq.UserID
	Source string
}

// SetCategory makes (ID 0) or renames a folder of the friend list.
type SetCategory struct {
	qq.Changes[qq.None]
	ID   int
	Name string
}

// AskJoin asks to be let into a group.
type AskJoin struct {
	qq.Changes[qq.None]
	Group    qq.GroupID
	Comment  string // or the answer to the group's question
	Filtered bool   // QQ finds it doubtful
}

// InviteMember invites somebody into a group.
type InviteMember struct {
	qq.Changes[qq.None]
	Group qq.GroupID
	User  qq.UserID
}

// AnswerJoin answers the newest pending request or invitation of a group, or
// that of User, who wants in or is wanted in. ForGood refuses later ones too.
type AnswerJoin struct {
	qq.Changes[qq.None]
	Group   qq.GroupID
	User    qq.UserID
	Approve bool
	Reason  string
	ForGood bool
}

// Unblock lets somebody ask to join again.
type Unblock struct {
	qq.Changes[qq.None]
	Group qq.GroupID
	User  qq.UserID
}

// GiveTitle is qq.SetTitle for a time.
type GiveTitle struct {
	qq.Changes[qq.None]
	Group  qq.GroupID
	Member qq.UserID
	Title  string
	For    time.Duration // 0 is for good
}

// RankMember sets one's own level in a group.
type RankMember struct {
	qq.Changes[qq.None]
	Group qq.GroupID
	Level int
}

// GrantHonor gives who does it an honour of a group.
type GrantHonor struct {
	qq.Changes[qq.None]
	Group qq.GroupID
	Honor qq.Honor
}

// DrawLucky lets who does it win the most of Sender's red packet.
type DrawLucky struct {
	qq.Changes[qq.None]
	Group  qq.GroupID
	Sender qq.UserID
}

// ShowTip shows a grey line, whose cause is who does it, under a message of a
// group; Business is QQ's number of its kind, "" for a plain one.
type ShowTip struct {
	qq.Changes[qq.None]
	Group               qq.GroupID
	Seq                 int64
	Text, Business, Raw string
}

// TuneGroup changes a group's capacity or description; nil stays.
type TuneGroup struct {
	qq.Changes[qq.None]
	Group       qq.GroupID
	MaxMembers  *int
	Description *string
}

// Confirm confirms that an announcement was read.
type Confirm struct {
	qq.Changes[qq.None]
	Group        qq.GroupID
	Announcement qq.AnnouncementID
}

// RecallNudge takes one's last nudge back.
type RecallNudge struct{ qq.Changes[qq.None] }

// RefuseNudges says whether nudges are refused.
type RefuseNudges struct {
	qq.Changes[qq.None]
	On bool
}

// ShareFlash says the card of a flash transfer in a chat.
type ShareFlash struct {
	qq.Changes[qq.None]
	Chat  qq.Chat
	Flash string
}

// SaveSticker saves a picture in the store among the stickers.
type SaveSticker struct {
	qq.Changes[qq.None]
	Resource qq.ResourceID
	Words    string
}

// TellText makes a text what is read in a picture or heard in a voice.
type TellText struct {
	qq.Changes[qq.None]
	Resource qq.ResourceID
	Text     string
}

// MoveDevice logs in on another device, or off it.
type MoveDevice struct {
	qq.Changes[qq.None]
	Device qq.Device
	On     bool
}

// MoveLogin brings the login of who does it a step further, as the phone or QQ
// does: scanned, confirmed, online, kicked, idle or expired.
type MoveLogin struct {
	qq.Changes[qq.None]
	Step    qq.LoginStep
	Scanner qq.UserID
	Reason  string
}
