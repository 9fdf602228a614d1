package sim

import (
	"slices"
	"strings"
)

// notBuilt names the operations that the simulated QQ does not serve yet,
// sorted. Whoever builds one deletes its name here.
func notBuilt() []string {
	names := strings.Fields(`
		GetLoginState LogIn LogOut GetCredentials GetClientKey GetMediaKeys ListDevices ListModels SetModel
		EditProfile SetAvatar GetPresence SetPresence SendLike ListLikes
		ListCategories SetFriendRemark SetFriendCategory ListOneWayFriends DeleteOneWayFriend
		ForwardMessage GetForward MarkRead MarkAllRead React ListReactions ClickButton
		ListRecentChats ListPins SetPin Nudge SetTyping
		KeepMedia FindMedia ReadText TranscribeVoice ListCustomFaces RecommendFaces ListVoices MakeSpeech SendSpeech
		GetShareCard MakeMiniApp Translate CheckURL
		SetGroupName SetGroupAvatar SetGroupRemark SetGroupNotify SetGroupOptions GetAtAllQuota ClockIn ListSignIns ListHonors
		ListMuted SetTitle
		ListAnnouncements PostAnnouncement DeleteAnnouncement ListEssence SetEssence SetTodo
		UploadFile GetFileLink ListFiles GetFileSpace MoveFile RenameFile DeleteFile PersistFile CreateFolder RenameFolder DeleteFolder
		GetFlash UploadFlash ReshareFlash DownloadFlash
		ListAlbums CreateAlbum DeleteAlbum ListAlbumMedia AddAlbumMedia DeleteAlbumMedia LikeAlbumMedia CommentAlbumMedia
	`)
	slices.Sort(names)
	return names
}
