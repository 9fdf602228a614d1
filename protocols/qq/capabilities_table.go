package qq

import "slices"

// areas is the table of all operations.
func areas() []area {
	return slices.Concat(peopleAreas(), chatAreas(), groupAreas(), fileAreas())
}

func peopleAreas() []area {
	return []area{
		{"account", []described{
			does(GetLogin{}, "Who the account is."),
			does(GetStatus{}, "How the account and its driver are doing."),
			does(GetBackend{}, "Which QQ the driver talks to."),
			does(GetLoginState{}, "Where the login stands, with its QR code."),
			does(LogIn{}, "Starts a login by QR code.", ErrConflict),
			does(LogOut{}, "Ends the login."),
			does(GetCredentials{}, "Cookies and token for QQ's web pages.", ErrForbidden),
			does(GetClientKey{}, "The secret that logs the account in to QQ's web pages."),
			does(GetMediaKeys{}, "Keys that stand behind the URLs of media."),
			does(ListDevices{}, "Where else the account is logged in."),
			does(ListModels{}, "Names under which a device may show itself."),
			does(SetModel{}, "Changes the device that the account shows.", ErrNotFound, ErrForbidden),
		}},
		{"profile", []described{
			does(GetUser{}, "Anybody's profile.", ErrNotFound),
			does(EditProfile{}, "Changes the account's nickname, bio or sex."),
			does(SetAvatar{}, "Changes the account's picture.", ErrMedia),
			does(GetPresence{}, "How somebody shows himself: online, away, busy.", ErrNotFound),
			does(SetPresence{}, "Changes how the account shows itself."),
			does(SendLike{}, "Likes somebody's profile.", ErrNotFound),
			does(ListLikes{}, "Who liked the account's profile, or whom it liked."),
		}},
		{"friends", []described{
			does(ListFriends{}, "The account's friends."),
			does(GetFriend{}, "One friend.", ErrNotFound),
			does(ListCategories{}, "The folders of the friend list."),
			does(DeleteFriend{}, "Ends a friendship.", ErrNotFound),
			does(SetFriendRemark{}, "Changes what the account calls a friend.", ErrNotFound),
			does(SetFriendCategory{}, "Moves a friend into another folder.", ErrNotFound),
			does(ListOneWayFriends{}, "Who has the account as a friend, but is none any more."),
			does(DeleteOneWayFriend{}, "Takes the account off such a person's list.", ErrNotFound),
			does(ListFriendRequests{}, "Requests to be a friend, the newest first."),
			does(AnswerFriendRequest{}, "Accepts or rejects such a request.", ErrNotFound, ErrConflict),
		}},
	}
}

func chatAreas() []area {
	return []area{
		{"messages", []described{
			does(SendMessage{}, "Speaks in a chat.", ErrNotFound, ErrForbidden, ErrMuted, ErrMedia),
			does(ForwardMessage{}, "Says a stored message once more elsewhere.", ErrNotFound, ErrForbidden, ErrMuted, ErrMedia),
			does(GetMessage{}, "One message.", ErrNotFound),
			does(GetHistory{}, "A page of a chat.", ErrNotFound),
			does(GetForward{}, "The messages of a forwarded set.", ErrNotFound),
			does(RecallMessage{}, "Takes a message back.", ErrNotFound, ErrForbidden, ErrConflict),
			does(MarkRead{}, "Marks a message and all before it as read.", ErrNotFound),
			does(MarkAllRead{}, "Marks every chat as read."),
			does(React{}, "Puts an emoji on a message or takes it off.", ErrNotFound, ErrConflict, ErrMuted),
			does(ListReactions{}, "Who put an emoji on a message.", ErrNotFound),
			does(ClickButton{}, "Presses a button under an official bot's message.", ErrNotFound, ErrForbidden),
		}},
		{"chats", []described{
			does(ListRecentChats{}, "The account's chats, the latest first."),
			does(ListPins{}, "The pinned chats."),
			does(SetPin{}, "Pins or unpins a chat.", ErrNotFound),
			does(Nudge{}, "Pokes somebody.", ErrNotFound, ErrMuted, ErrForbidden),
			does(SetTyping{}, "Tells a friend that the account is typing.", ErrNotFound),
		}},
		{"media", []described{
			does(RenewLink{}, "A fresh URL for a picture, voice or video.", ErrNotFound),
			does(KeepMedia{}, "Takes a blob into the server's store.", ErrMedia),
			does(FindMedia{}, "A picture, voice or video by its name.", ErrNotFound, ErrMedia),
			does(ReadText{}, "The text in a picture.", ErrMedia),
			does(TranscribeVoice{}, "The text of a voice message.", ErrNotFound, ErrMedia),
			does(ListCustomFaces{}, "The account's saved stickers."),
			does(RecommendFaces{}, "Stickers that go with a word."),
			does(ListVoices{}, "Artificial voices.", ErrNotFound),
			does(MakeSpeech{}, "Lets a voice read a text without sending it.", ErrNotFound),
			does(SendSpeech{}, "Lets a voice read a text in a group.", ErrNotFound, ErrForbidden, ErrMuted),
		}},
		{"tools", []described{
			does(GetShareCard{}, "A card that recommends a person or a group.", ErrNotFound),
			does(MakeMiniApp{}, "A signed card of a mini app."),
			does(Translate{}, "English words in Chinese."),
			does(CheckURL{}, "What QQ thinks of an address."),
		}},
	}
}

func groupAreas() []area {
	return []area{
		{"groups", []described{
			does(ListGroups{}, "The account's groups."),
			does(GetGroup{}, "One group.", ErrNotFound),
			does(SetGroupName{}, "Renames a group.", ErrNotFound, ErrForbidden),
			does(SetGroupAvatar{}, "Changes a group's picture.", ErrNotFound, ErrForbidden, ErrMedia),
			does(SetGroupRemark{}, "Changes what the account calls a group.", ErrNotFound),
			does(SetGroupNotify{}, "Changes how a group's messages reach the account.", ErrNotFound),
			does(SetGroupOptions{}, "Changes how a group is found and joined.", ErrNotFound, ErrForbidden),
			does(LeaveGroup{}, "Leaves a group.", ErrNotFound, ErrForbidden),
			does(GetAtAllQuota{}, "How often everybody may still be mentioned today.", ErrNotFound),
			does(ClockIn{}, "Signs in for today.", ErrNotFound, ErrConflict),
			does(ListSignIns{}, "Who signed in today.", ErrNotFound),
			does(ListHonors{}, "Who holds the group's honours.", ErrNotFound),
			does(ListGroupNotices{}, "Requests and changes of the account's groups, the newest first."),
			does(AnswerGroupRequest{}, "Accepts or rejects a request or an invitation.", ErrNotFound, ErrForbidden, ErrConflict),
		}},
		{"members", []described{
			does(ListMembers{}, "A group's members.", ErrNotFound),
			does(GetMember{}, "One member.", ErrNotFound),
			does(ListMuted{}, "The members who are muted.", ErrNotFound),
			does(KickMember{}, "Removes a member.", ErrNotFound, ErrForbidden),
			does(MuteMember{}, "Silences a member.", ErrNotFound, ErrForbidden),
			does(MuteGroup{}, "Silences everybody.", ErrNotFound, ErrForbidden),
			does(SetCard{}, "Changes a member's card.", ErrNotFound, ErrForbidden),
			does(SetTitle{}, "Gives a member a special title.", ErrNotFound, ErrForbidden),
			does(SetAdmin{}, "Makes a member admin or takes that away.", ErrNotFound, ErrForbidden),
		}},
		{"notice board", []described{
			does(ListAnnouncements{}, "A group's announcements.", ErrNotFound),
			does(PostAnnouncement{}, "Puts an announcement up.", ErrNotFound, ErrForbidden, ErrMedia),
			does(DeleteAnnouncement{}, "Takes an announcement down.", ErrNotFound, ErrForbidden),
			does(ListEssence{}, "The messages that a group keeps as its best.", ErrNotFound),
			does(SetEssence{}, "Keeps a message as essence or lets go of it.", ErrNotFound, ErrForbidden, ErrConflict),
			does(SetTodo{}, "Makes a message a to-do, takes it back, or does it.", ErrNotFound, ErrForbidden, ErrConflict),
		}},
	}
}

func fileAreas() []area {
	return []area{
		{"files", []described{
			does(UploadFile{}, "Puts a file into a chat.", ErrNotFound, ErrForbidden, ErrMuted, ErrMedia),
			does(GetFileLink{}, "A URL for a file.", ErrNotFound),
			does(ListFiles{}, "What a folder of a group holds.", ErrNotFound),
			does(GetFileSpace{}, "How much room a group's files have.", ErrNotFound),
			does(MoveFile{}, "Puts a file into another folder.", ErrNotFound, ErrForbidden, ErrConflict),
			does(RenameFile{}, "Renames a file.", ErrNotFound, ErrForbidden, ErrConflict),
			does(DeleteFile{}, "Deletes a file.", ErrNotFound, ErrForbidden),
			does(PersistFile{}, "Makes a temporary file permanent.", ErrNotFound, ErrForbidden, ErrConflict),
			does(CreateFolder{}, "Makes a folder.", ErrNotFound, ErrForbidden, ErrConflict),
			does(RenameFolder{}, "Renames a folder.", ErrNotFound, ErrForbidden, ErrConflict),
			does(DeleteFolder{}, "Deletes a folder with all it holds.", ErrNotFound, ErrForbidden),
		}},
		{"flash transfer", []described{
			does(GetFlash{}, "A flash transfer with its files.", ErrNotFound),
			does(UploadFlash{}, "Makes a flash transfer.", ErrMedia),
			does(ReshareFlash{}, "Gives a flash transfer a new link.", ErrNotFound),
			does(DownloadFlash{}, "Fetches a flash transfer.", ErrNotFound),
		}},
		{"albums", []described{
			does(ListAlbums{}, "A group's albums.", ErrNotFound),
			does(CreateAlbum{}, "Makes an album.", ErrNotFound),
			does(DeleteAlbum{}, "Deletes an album.", ErrNotFound, ErrForbidden),
			does(ListAlbumMedia{}, "What an album holds.", ErrNotFound),
			does(AddAlbumMedia{}, "Puts pictures and videos into an album.", ErrNotFound, ErrMedia),
			does(DeleteAlbumMedia{}, "Takes something out of an album.", ErrNotFound, ErrForbidden),
			does(LikeAlbumMedia{}, "Likes something in an album.", ErrNotFound, ErrConflict),
			does(CommentAlbumMedia{}, "Comments on something in an album.", ErrNotFound),
		}},
	}
}
