package milky

import "llbot/protocols/qq"

// The people and messages that the tests talk about.

func aliceFriend() *qq.Friend {
	return &qq.Friend{
		User: qq.User{
			ID: alice, UID: "u_alice", Nickname: "Alice <3", Remark: "from work", Sex: qq.SexFemale, Age: 30, Level: 64,
			QID: "alice", Bio: "hello", Country: "China", City: "Shanghai", School: "Fudan", Avatar: "https://a.example/1",
		},
		Category: qq.Category{ID: 2, Name: "Friends"},
	}
}

func clubGroup() *qq.Group {
	return &qq.Group{
		ID: club, Name: "Club", Remark: "the club", Owner: bob, Members: 3, MaxMembers: 200, Created: noon - 86_400_000,
		Description: "about", Question: "why?", Announcement: "welcome",
	}
}

func bobMember() *qq.Member {
	return &qq.Member{
		Group: club, User: bob, Nickname: "Bob", Card: "Boss", Title: "Founder", Sex: qq.SexMale, Level: 5, QQLevel: 99,
		Role: qq.RoleOwner, Joined: noon - 80_000_000, LastSpoke: noon - 1000, MutedUntil: noon + 60_000,
	}
}

func everySegment() qq.Segments {
	return qq.Segments{
		&qq.Reply{
			MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 40, ID: 4}, Sender: alice, Time: noon - 5000,
			Quoted: qq.Segments{
				&qq.Text{Text: "quoted"},
				&qq.Reply{MessageRef: qq.MessageRef{Seq: 39}, Sender: bob, Time: noon - 6000},
				&qq.Raw{Kind: "hologram", Data: []byte(`{}`)},
			},
		},
		&qq.Mention{User: bot, Name: "Bot"},
		&qq.Mention{Name: "Somebody"},
		&qq.MentionAll{},
		&qq.Text{Text: "hi <b>&\u2028 \"你好\""},
		&qq.Face{ID: "178", Large: true},
		&qq.Image{
			Media:   qq.Media{ID: "res1", URL: "https://pic.example/1?rkey=x&y", Width: 640, Height: 480, Name: "1.png", MIME: "image/png", Size: 9},
			Summary: "[image]",
		},
		&qq.Image{Media: qq.Media{ID: "res2"}, Sticker: true},
		&qq.Record{Media: qq.Media{ID: "res3", URL: "https://voice.example/1", Duration: 4}},
		&qq.Video{Media: qq.Media{ID: "res4", URL: "https://video.example/1", Width: 1280, Height: 720, Duration: 60}},
		&qq.File{Media: qq.Media{Name: "plan.pdf", Size: 1024}, FileID: "file1", Hash: "abcd"},
		&qq.File{Media: qq.Media{Name: "group.zip", Size: 4096}, FileID: "file2"},
		&qq.Forward{ID: "fwd1", Title: "Chat history", Preview: []string{"Alice: hi", "Bob: ho"}, Summary: "2 messages"},
		&qq.Forward{ID: "fwd2"},
		&qq.MarketFace{Package: 231, ID: "0123456789abcdef0123456789abcdef", Key: "k", Summary: "[hug]", URL: "https://m.example/1.gif"},
		&qq.LightApp{App: "com.tencent.map", Payload: `{"app":"com.tencent.map"}`},
		&qq.XML{Service: 60, Payload: "<msg/>"},
		&qq.Markdown{Content: "# Hello"},
		&qq.Dice{Result: 6},
		&qq.RPS{Result: 1},
		&qq.Share{URL: "https://a.example", Title: "A page"},
		&qq.Contact{Group: club},
		&qq.Contact{User: alice},
		&qq.Location{Latitude: 31.2, Longitude: 121.5, Title: "Shanghai", Content: "Bund"},
		&qq.Shake{},
		&qq.Poke{Kind: 1, ID: -1, Name: "poke"},
		&qq.RedPacket{Title: "luck"},
		&qq.FlashFile{Set: "s", Title: "photos"},
		&qq.Keyboard{},
		&qq.Raw{Kind: "hologram", Data: []byte(`{"key":1}`)},
	}
}

func groupMessage() *qq.Message {
	return &qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 42, ID: 5}, Time: noon, Sender: bob, Nickname: "Bob",
		Segments: everySegment(), Group: clubGroup(), Member: bobMember(),
	}
}

func friendMessage() *qq.Message {
	return &qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.FriendChat(alice), Seq: 7, ID: 6}, Time: noon, Sender: alice, Nickname: "Alice <3",
		Segments: qq.NewText("hello"), Friend: aliceFriend(),
	}
}

// ownMessage is what the bot itself said to a friend.
func ownMessage() *qq.Message {
	m := friendMessage()
	m.Sender, m.Nickname, m.Self, m.Seq = bot, "Bot", true, 8
	return m
}

func tempMessage() *qq.Message {
	return &qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.TempChat(bob), Seq: 3}, Time: noon, Sender: bob, Nickname: "Bob",
		Segments: qq.NewText("psst"), Group: clubGroup(),
	}
}

// bare takes the entities away, as when a lookup failed.
func bare(m *qq.Message) *qq.Message {
	m.Friend, m.Group, m.Member = nil, nil, nil
	return m
}

func joinRequest(kind qq.GroupRequestKind) *qq.GroupRequest {
	return &qq.GroupRequest{
		GroupRequestRef: qq.GroupRequestRef{Group: club, Seq: 900, Kind: kind, Filtered: true}, Time: noon, GroupName: "Club",
		Initiator: alice, Nickname: "Alice", Target: bob, Comment: "let me in", State: qq.RequestAccepted, Operator: bob,
	}
}

// everyAnswer has an answer for each operation that the APIs use.
func everyAnswer() map[string]any {
	return map[string]any{
		"GetLogin":           qq.Login{User: qq.User{ID: bot, Nickname: "Bot"}, Online: true},
		"GetBackend":         qq.Backend{Name: "simulated QQ", ProtocolVersion: "9.9.20", ProtocolType: "windows"},
		"GetUser":            &aliceFriend().User,
		"ListFriends":        []*qq.Friend{aliceFriend(), {User: qq.User{ID: bob, Nickname: "Bob"}}},
		"GetFriend":          aliceFriend(),
		"ListGroups":         []*qq.Group{clubGroup()},
		"GetGroup":           clubGroup(),
		"ListMembers":        []*qq.Member{bobMember(), qq.StubMember(club, alice, "Alice")},
		"GetMember":          bobMember(),
		"SendMessage":        &qq.Sent{MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 43, ID: 7}, Time: noon},
		"GetMessage":         groupMessage(),
		"GetHistory":         &qq.History{Messages: []*qq.Message{friendMessage(), ownMessage()}, Older: 6},
		"ListPins":           &qq.Pins{Friends: []*qq.Friend{aliceFriend()}, Groups: []*qq.Group{clubGroup()}},
		"ListCustomFaces":    []string{"https://face.example/1"},
		"GetCredentials":     qq.Credentials{Cookies: "uin=o10001000; skey=@abc", CSRF: 1234567890},
		"GetForward":         &qq.Forwarded{ID: "fwd1", Nodes: forwardedNodes()},
		"ListAnnouncements":  everyAnnouncement(),
		"ListEssence":        &qq.Essences{Messages: everyEssence(), Last: true},
		"UploadFile":         &qq.Upload{MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 44}, File: "file3", Time: noon},
		"GetFileLink":        "https://file.example/1?key=x",
		"ListFiles":          everyFile(),
		"CreateFolder":       &qq.GroupFolder{ID: "/folder2", Group: club, Name: "Photos"},
		"RenewLink":          "https://pic.example/1?rkey=new",
		"ListFriendRequests": []*qq.FriendRequest{{Time: noon, Initiator: alice, InitiatorUID: "u_alice", Target: bot, TargetUID: "u_bot", State: qq.RequestIgnored, Comment: "hi", Via: "search", Filtered: true}},
		"ListGroupNotices":   &qq.GroupNotices{Notices: everyNotice(), Next: 880},
	}
}

func forwardedNodes() []*qq.ForwardNode {
	return []*qq.ForwardNode{
		{Seq: 40, Sender: alice, Name: "Alice", Avatar: "https://a.example/1", Time: noon, Segments: qq.NewText("hi")},
		{Name: "Bob", Segments: qq.Segments{&qq.Forward{ID: "fwd2", Title: "Inside", Preview: []string{"x"}, Summary: "1 message"}}},
	}
}

func everyAnnouncement() []*qq.Announcement {
	return []*qq.Announcement{
		{ID: "n1", Group: club, Author: bob, Time: noon, Text: "Be kind", Image: &qq.Media{URL: "https://pic.example/n1"}, Pinned: true},
		{ID: "n2", Group: club, Author: bob, Time: noon - 5000, Text: "Welcome"},
		{ID: "n3", Group: club, Text: "by nobody known"},
	}
}

func everyEssence() []*qq.Essence {
	kept := &qq.Essence{
		MessageRef: groupMessage().MessageRef, Time: noon - 9000, Sender: alice, SenderName: "Alice", Operator: bob,
		OperatorName: "Boss", Added: noon, Segments: qq.NewText("wise words"),
	}
	unknown := *kept
	unknown.Sender = 0
	return []*qq.Essence{kept, &unknown}
}

func everyFile() *qq.FileList {
	return &qq.FileList{
		Files: []*qq.GroupFile{
			{ID: "file1", Group: club, Folder: "/", Name: "plan.pdf", Size: 1024, Uploaded: noon, Uploader: alice, Downloads: 3},
			{ID: "file2", Group: club, Name: "old.zip", Size: 0, Uploaded: noon, Expires: noon + 604_800_000, Uploader: bob},
			{ID: "file3", Group: club, Name: "by nobody known"},
		},
		Folders: []*qq.GroupFolder{
			{ID: "/folder1", Group: club, Name: "Docs", Created: noon - 9000, Modified: noon, Creator: bob, Files: 2},
			{ID: "/folder2", Group: club, Name: "by nobody known"},
		},
	}
}

func everyNotice() []*qq.GroupNotice {
	pending := joinRequest(qq.JoinRequest)
	pending.State, pending.Operator, pending.Filtered = qq.RequestPending, 0, false
	return []*qq.GroupNotice{
		{Kind: qq.NoticeRequest, Seq: 900, Group: club, Request: joinRequest(qq.JoinRequest)},
		{Kind: qq.NoticeRequest, Seq: 899, Group: club, Request: pending},
		{Kind: qq.NoticeRequest, Seq: 898, Group: club, Request: joinRequest(qq.InvitedJoinRequest)},
		{Kind: qq.NoticeRequest, Seq: 897, Group: club, Request: joinRequest(qq.Invitation)},
		{Kind: qq.NoticeRequest, Seq: 896, Group: club},
		{Kind: qq.NoticeAdminSet, Seq: 895, Group: club, Target: alice, Operator: bob},
		{Kind: qq.NoticeAdminUnset, Seq: 894, Group: club, Target: alice, Operator: bob},
		{Kind: qq.NoticeKick, Seq: 893, Group: club, Target: alice, Operator: bob},
		{Kind: qq.NoticeQuit, Seq: 892, Group: club, Target: alice},
		{Kind: qq.NoticeKick, Seq: 892, Group: club, Target: alice},
		{Kind: 99, Seq: 891, Group: club},
	}
}
