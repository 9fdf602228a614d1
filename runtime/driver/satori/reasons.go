package satori

import (
	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/driver/upstream"
)

// Variants tells what each known server cannot do; the last stands for any
// other. What a server does not list among its features it does not serve either.
func Variants() []upstream.Variant {
	var list []upstream.Variant
	for _, d := range satori.Dialects() {
		p := &protocol{}
		p.current.Store(&session{client: &satori.Client{Dialect: d}})
		list = append(list, upstream.Variant{Name: d.Name, Lacks: p.operations().Unserved()})
	}
	return list
}

// reasons are why Satori does not carry an operation.
func reasons() map[string][]qq.Operation {
	return map[string][]qq.Operation{
		"Satori has no methods for logging in and out: that is done at the server": {
			qq.GetLoginState{}, qq.LogIn{}, qq.LogOut{},
		},
		"Satori gives out no keys of the login": {qq.GetCredentials{}, qq.GetClientKey{}, qq.GetMediaKeys{}},
		"Satori knows of no devices":            {qq.ListDevices{}, qq.ListModels{}, qq.SetModel{}},
		"Satori cannot change a profile":        {qq.EditProfile{}, qq.SetAvatar{}},
		"Satori knows of no presence":           {qq.GetPresence{}, qq.SetPresence{}, qq.SetTyping{}},
		"Satori has no likes":                   {qq.SendLike{}, qq.ListLikes{}},
		"Satori has a plain list of friends": {
			qq.ListCategories{}, qq.SetFriendRemark{}, qq.SetFriendCategory{}, qq.ListOneWayFriends{}, qq.DeleteOneWayFriend{},
		},
		"Satori tells of requests as they come and keeps no list of them": {qq.ListFriendRequests{}, qq.ListGroupNotices{}},
		"Satori knows neither what was read nor a list of chats": {
			qq.MarkRead{}, qq.MarkAllRead{}, qq.ListRecentChats{}, qq.ListPins{}, qq.SetPin{},
		},
		"Satori presses no buttons":                           {qq.ClickButton{}},
		"Satori has no nudges":                                {qq.Nudge{}},
		"Satori reads no text in pictures and hears no words": {qq.ReadText{}, qq.TranscribeVoice{}},
		"Satori keeps no stickers":                            {qq.ListCustomFaces{}, qq.RecommendFaces{}},
		"Satori has no artificial voices":                     {qq.ListVoices{}, qq.MakeSpeech{}, qq.SendSpeech{}},
		"Satori makes no cards and has no tools":              {qq.GetShareCard{}, qq.MakeMiniApp{}, qq.Translate{}, qq.CheckURL{}},
		"Satori can change the name of a group alone": {
			qq.SetGroupAvatar{}, qq.SetGroupRemark{}, qq.SetGroupNotify{}, qq.SetGroupOptions{},
		},
		"Satori does not tell how often all were called": {qq.GetAtAllQuota{}},
		"Satori has no sign-ins, honours and to-dos":     {qq.ClockIn{}, qq.ListSignIns{}, qq.ListHonors{}, qq.SetTodo{}},
		"Satori does not tell who is muted":              {qq.ListMuted{}},
		"Satori sets neither cards nor titles":           {qq.SetCard{}, qq.SetTitle{}},
		"Satori has no announcements":                    {qq.ListAnnouncements{}, qq.PostAnnouncement{}, qq.DeleteAnnouncement{}},
		"Satori has no essence":                          {qq.ListEssence{}, qq.SetEssence{}},
		"Satori brings files as messages and has no folders to look into": {
			qq.GetFileLink{}, qq.ListFiles{}, qq.GetFileSpace{}, qq.MoveFile{}, qq.RenameFile{}, qq.DeleteFile{}, qq.PersistFile{},
			qq.CreateFolder{}, qq.RenameFolder{}, qq.DeleteFolder{},
		},
		"Satori has no flash transfers": {qq.GetFlash{}, qq.UploadFlash{}, qq.ReshareFlash{}, qq.DownloadFlash{}},
		"Satori has no albums": {
			qq.ListAlbums{}, qq.CreateAlbum{}, qq.DeleteAlbum{}, qq.ListAlbumMedia{}, qq.AddAlbumMedia{}, qq.DeleteAlbumMedia{},
			qq.LikeAlbumMedia{}, qq.CommentAlbumMedia{},
		},
	}
}
