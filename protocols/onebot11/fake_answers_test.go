package onebot11

import "llbot/protocols/qq"

var (
	fakeFile   = &qq.GroupFile{ID: "/f1", Group: club, Folder: "/d1", Name: "a.pdf", Size: 12, Uploaded: noon, Modified: noon, Expires: noon, Uploader: bob, UploadedBy: "Bob", Downloads: 2}
	fakeFolder = &qq.GroupFolder{ID: "/d1", Group: club, Parent: "/", Name: "docs", Created: noon, Modified: noon, Creator: bob, CreatedBy: "Bob", Modifier: alice, ModifiedBy: "Alice", Files: 3}
	fakeMedia  = &qq.Media{ID: "r1", Name: "a.png", URL: "http://media/r1", Size: 12, Width: 3, Height: 4}
	fakeAlbum  = &qq.Album{ID: "al1", Group: club, Name: "Trip", Description: "D", Owner: bob, OwnerName: "Bob", Created: noon, Modified: noon, Count: 1, Cover: fakeMedia}
	fakeShot   = &qq.AlbumMedia{ID: "ll1", Batch: "b1", Media: *fakeMedia, Uploader: bob, Uploaded: noon, Likes: 2, Liked: true, Comments: 1}
	fakeFlash  = &qq.FlashSet{ID: "s1", Title: "Set", Link: "https://qfile.qq.com/q/x", Expires: noon, Files: []qq.FlashPart{{Name: "a", Size: 4, URL: "http://h/a", Expires: noon}}}
	fakeSent   = &qq.Sent{MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 43, ID: 654321}, Time: noon, Forward: "res1"}
	aliceUser  = &qq.User{ID: alice, UID: "u_alice", Nickname: "Alice", Avatar: "http://h/alice", Likes: 12}
)

// fakeAnswer is what the fake caller says about the later operations.
func fakeAnswer(op qq.Operation) any {
	switch op := op.(type) {
	case qq.ListCategories:
		return []*qq.Category{{ID: 0, Name: "Friends", Friends: 1, Online: 1}, {ID: 1, Name: "Empty", Sort: 1}}
	case qq.ListOneWayFriends:
		return []*qq.OneWayFriend{{User: *aliceUser, Source: "group"}}
	case qq.ListLikes:
		return &qq.Likes{Likes: []*qq.Like{{User: aliceUser, Friend: true, Times: 5, Today: 1, Last: noon}}, Total: 1, Next: -1}
	case qq.ListFriendRequests:
		return []*qq.FriendRequest{{Time: noon, Initiator: bob, InitiatorUID: "u_bob", Comment: "hi", Via: "search", Filtered: true, Nickname: "Bob", Group: club}}
	case qq.GetPresence:
		return qq.Presence{Status: 10, Extended: 1028}
	case qq.ListDevices:
		return []qq.Device{{App: 5, Name: "PC", Kind: "windows"}}
	case qq.ListModels:
		return []qq.Model{{Show: "Phone X", Paid: true}}
	case qq.GetCredentials:
		return qq.Credentials{Cookies: "uin=o1; skey=s", CSRF: 5381}
	case qq.GetClientKey:
		return "KEY"
	case qq.GetMediaKeys:
		return []qq.MediaKey{{Scene: qq.SceneFriend, Key: "&rkey=p", Made: noon, Expires: noon + 3600_000}, {Scene: qq.SceneGroup, Key: "&rkey=g", Made: noon, Expires: noon + 3600_000}}
	case qq.ListMuted:
		return []*qq.Member{bobMember}
	case qq.GetAtAllQuota:
		return qq.AtAllQuota{Allowed: true, Group: 20, Own: 10}
	case qq.ListSignIns:
		return []qq.SignIn{{User: bob, Nickname: "Bob", Time: noon, Rank: 1}}
	case qq.ListHonors:
		return []qq.HonorHolder{
			{Honor: qq.HonorTalkative, User: bob, Nickname: "Bob", Avatar: "http://h/b", Description: "D", Days: 3, Current: true},
			{Honor: qq.HonorNewbie, User: alice, Nickname: "Alice"},
		}
	case qq.ListAnnouncements:
		return []*qq.Announcement{{ID: "n1", Group: club, Author: alice, Time: noon, Text: "hear", Image: fakeMedia, Pinned: true, Confirm: true}}
	case qq.ListEssence:
		e := &qq.Essence{MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 42, ID: 123456}, Time: noon, Sender: bob, SenderName: "Bob", Operator: alice, OperatorName: "Alice", Added: noon}
		return &qq.Essences{Messages: []*qq.Essence{e}, Last: op.Page == 1}
	case qq.GetForward:
		return &qq.Forwarded{ID: op.ID, Nodes: []*qq.ForwardNode{{Sender: bob, Name: "Bob", Time: noon, Seq: 7, Segments: qq.NewText("a & b")}}}
	case qq.ListRecentChats:
		last := groupMessage(&qq.Text{Text: "last"})
		return &qq.RecentChats{Chats: []*qq.RecentChat{{Chat: last.Chat, Name: "Club", Remark: "C", Time: noon, Last: last}, {Chat: qq.FriendChat(alice), Name: "Alice"}}}
	case qq.ListReactions:
		return &qq.Reactions{Users: []*qq.User{aliceUser}, Total: 1, Next: "c2"}
	case qq.ClickButton:
		return &qq.ClickResult{Prompt: "done"}
	case qq.ForwardMessage, qq.SendSpeech:
		return fakeSent
	}
	return fakeThings(op)
}

// fakeThings is fakeAnswer for files, albums and media.
func fakeThings(op qq.Operation) any {
	switch op.(type) {
	case qq.UploadFile:
		return &qq.Upload{MessageRef: fakeSent.MessageRef, File: "/f1", Time: noon}
	case qq.GetFileLink, qq.RenewLink:
		return "http://media/f1"
	case qq.ListFiles:
		return &qq.FileList{Files: []*qq.GroupFile{fakeFile}, Folders: []*qq.GroupFolder{fakeFolder}}
	case qq.GetFileSpace:
		return qq.FileSpace{Files: 1, MaxFiles: 10000, Used: 12, Total: 10 << 30}
	case qq.CreateFolder:
		return fakeFolder
	case qq.CreateAlbum:
		return fakeAlbum
	case qq.ListAlbums:
		return &qq.Albums{Albums: []*qq.Album{fakeAlbum}}
	case qq.ListAlbumMedia:
		return &qq.AlbumPage{Album: fakeAlbum, Media: []*qq.AlbumMedia{fakeShot}, Next: "c2"}
	case qq.AddAlbumMedia:
		return &qq.AlbumUpload{Batch: "b1", Media: []*qq.AlbumMedia{fakeShot}}
	case qq.GetFlash, qq.UploadFlash, qq.ReshareFlash:
		return fakeFlash
	case qq.FindMedia, qq.KeepMedia, qq.MakeSpeech:
		return fakeMedia
	case qq.TranscribeVoice:
		return "hello"
	case qq.ReadText:
		return &qq.TextRead{Lines: []qq.TextLine{{Text: "hi", Confidence: 99, Corners: []qq.Point{{X: 1, Y: 2}}}}, Language: "en"}
	case qq.ListCustomFaces, qq.RecommendFaces:
		return []string{"http://h/face"}
	case qq.ListVoices:
		return []qq.VoiceGroup{{Name: "Calm", Voices: []qq.Voice{{ID: "v1", Name: "Ann", Preview: "http://h/ann"}}}}
	case qq.GetShareCard, qq.MakeMiniApp:
		return `{"app":"com.tencent.card"}`
	case qq.Translate:
		return []string{"你好"}
	case qq.CheckURL:
		return qq.URLSafe
	}
	return qq.None{}
}
