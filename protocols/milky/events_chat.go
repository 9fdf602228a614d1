package milky

import "llbot/protocols/qq"

// nudged tells of nudges in groups and between friends; Milky has no others.
func nudged(account qq.UserID, e *qq.Nudged) (string, any) {
	switch e.Scene {
	case qq.SceneGroup:
		return "group_nudge", when(inGroup(e.Chat.Group(), e.Sender, e.Receiver),
			groupNudgeData{e.Chat.Group(), e.Sender, e.Receiver, e.Action, e.Suffix, e.Image})
	case qq.SceneFriend:
		return "friend_nudge", when(e.Chat.User().Valid(),
			friendNudgeData{e.Chat.User(), e.Sender == account, e.Receiver == account, e.Action, e.Suffix, e.Image})
	}
	return "", nil
}

// uploadedFile tells of files in groups and private chats, temporary ones too.
func uploadedFile(e *qq.FileUploaded) (string, any) {
	switch e.Scene {
	case qq.SceneGroup:
		return "group_file_upload", when(inGroup(e.Chat.Group(), e.User),
			groupFileData{e.Chat.Group(), e.User, e.File.FileID, e.File.Name, e.File.Size})
	case qq.SceneFriend, qq.SceneTemp:
		return "friend_file_upload", when(e.Chat.User().Valid(),
			friendFileData{e.Chat.User(), e.File.FileID, e.File.Name, e.File.Size, e.File.Hash, e.Self})
	}
	return "", nil
}
