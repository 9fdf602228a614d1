package satori

import "llbot/protocols/qq"

// internalKinds are the kinds of event that Satori has no event for; uploads in
// private chats are such.
var internalKinds = []string{
	"MemberMuted", "GroupMuted", "Nudged", "NudgeRecalled", "PinChanged", "TypingChanged", "GrayTip", "HonorGained",
	"LuckyKing", "ProfileLiked", "FlashProgressed", "DeviceChanged", "FileUploaded",
}

func inGroup(seq int64) qq.MessageRef { return qq.MessageRef{Chat: qq.GroupChat(group), Seq: seq} }

// moreHappenings are the events of the whole domain.
var moreHappenings = []qq.Event{
	&qq.Nudged{Chat: qq.GroupChat(group), Sender: 10001, Receiver: self, Action: "戳了戳", Suffix: "的头", Image: "http://x/i.png"},
	&qq.Nudged{Chat: qq.FriendChat(10001), Sender: self, Receiver: 10001},
	&qq.NudgeRecalled{Chat: qq.GroupChat(group), Sender: 10001, Receiver: self},
	&qq.NudgeRecalled{Chat: qq.FriendChat(10001), Sender: 10001, Receiver: self},
	&qq.PinChanged{Chat: qq.FriendChat(10001), On: true},
	&qq.ReactionChanged{MessageRef: inGroup(7), User: 10001, Sender: self, Emoji: qq.Emoji{Kind: qq.EmojiFace, ID: "66"}, Count: 1, On: true, Member: owner},
	&qq.ReactionChanged{MessageRef: inGroup(7), User: 10006, Emoji: qq.Emoji{Kind: qq.EmojiUnicode, ID: "128512"}},
	&qq.EssenceChanged{MessageRef: inGroup(7), Sender: 10001, Operator: self, On: true},
	&qq.EssenceChanged{MessageRef: inGroup(7), Sender: 10001, Operator: self},
	&qq.FileUploaded{MessageRef: inGroup(9), User: 10001, File: qq.File{Media: qq.Media{Name: "a.txt", Size: 3}, FileID: "/f1"}},
	&qq.FileUploaded{MessageRef: qq.MessageRef{Chat: qq.FriendChat(10001), Seq: 4}, User: 10001, File: qq.File{Media: qq.Media{Name: "a.txt", Size: 3}, FileID: "f2", Hash: "ab"}},
	&qq.TypingChanged{User: 10001, Kind: 1, Text: "typing"},
	&qq.GrayTip{MessageRef: inGroup(11), User: 10001, Business: "1061", Text: "a tip"},
	&qq.ButtonPressed{MessageRef: inGroup(12), User: 10001, Button: "ok", Data: "d", Member: owner},
	&qq.ButtonPressed{MessageRef: qq.MessageRef{Chat: qq.FriendChat(10001), Seq: 5}, User: 10001, Button: "ok"},
	&qq.FlashProgressed{Set: qq.FlashSet{ID: "s", Title: "t", Link: "http://x/s", Files: []qq.FlashPart{{Name: "a", Size: 9}}}, Step: qq.FlashUploading, Done: 3, Speed: 1, Remaining: 6},
	&qq.GroupRenamed{Group: group, Operator: 10001, Old: "Tea", New: "Coffee"},
	&qq.TitleChanged{Group: group, User: 10001, Operator: 10001, New: "T2", Member: owner},
	&qq.TitleChanged{Group: group, User: 10006, Old: "T"},
	&qq.HonorGained{Group: group, User: 10001, Honor: qq.HonorTalkative, Member: owner},
	&qq.LuckyKing{Group: group, Sender: 10001, Winner: 10006},
	&qq.FriendChanged{Friend: alice},
	&qq.ProfileLiked{User: 10001, Nickname: "Alice", Times: 10},
	&qq.ProfileChanged{Login: qq.Login{User: qq.User{ID: self, Nickname: "Bot 2"}, Online: true}},
	&qq.LoginProgressed{State: qq.LoginState{Step: qq.LoginScanned, Scanner: self}},
	&qq.LoginProgressed{State: qq.LoginState{Step: qq.LoginExpired}},
	&qq.DeviceChanged{Device: qq.Device{App: 1, Name: "phone", Kind: "android"}, Online: true},
	&qq.StatusChanged{Removed: true, Login: qq.Login{User: qq.User{ID: self, Nickname: "Bot"}}},
}
