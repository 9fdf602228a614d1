package onebot11

import (
	"reflect"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// table is what OneBot 11 carries, and why it does not carry the rest.
func (s *server) table() *upstream.Table {
	t := upstream.NewTable()
	s.servePeople(t)
	s.serveMessages(t)
	s.serveGroups(t)
	s.serveBoards(t)
	s.serveFiles(t)
	s.serveTools(t)
	s.need(qq.GetMediaKeys{}, "get_rkey")
	s.need(qq.ForwardMessage{}, onebot11.AskForwardMessage().Actions...)
	s.need(qq.SendSpeech{}, onebot11.AskSendSpeech().Actions...)
	s.need(qq.ListRecentChats{}, "get_recent_contact")
	s.need(qq.SetGroupOptions{}, "set_group_add_option", "set_group_robot_add_option", "set_group_search")
	s.need(qq.ListEssence{}, "get_essence_msg_list")
	s.need(qq.ListGroupNotices{}, "get_group_system_msg")
	s.need(qq.UploadFile{}, onebot11.AskUpload().Actions...)
	t.Short(s.short)
	t.Cannot("OneBot 11 has no logins: whoever runs the upstream logs in there", qq.GetLoginState{}, qq.LogIn{}, qq.LogOut{})
	t.Cannot("OneBot 11 has no pinned chats", qq.ListPins{}, qq.SetPin{})
	return t
}

func (s *server) servePeople(t *upstream.Table) {
	serve(s, t, onebot11.AskVersion())
	serve(s, t, onebot11.AskCredentials())
	serve(s, t, onebot11.AskClientKey())
	serve(s, t, onebot11.AskDevices())
	serve(s, t, onebot11.AskModels())
	serve(s, t, onebot11.AskSetModel())
	serve(s, t, onebot11.AskEditProfile())
	serve(s, t, onebot11.AskSetAvatar())
	serve(s, t, onebot11.AskSetPresence())
	serve(s, t, onebot11.AskPresence())
	serve(s, t, onebot11.AskLike())
	serve(s, t, onebot11.AskLikes())
	serve(s, t, onebot11.AskFolders())
	serve(s, t, onebot11.AskDeleteFriend())
	serve(s, t, onebot11.AskFriendRemark())
	serve(s, t, onebot11.AskFriendCategory())
	serve(s, t, onebot11.AskOneWayFriends())
	serve(s, t, onebot11.AskForget())
	serve(s, t, onebot11.AskFriendRequests())
	serve(s, t, onebot11.AskAnswerFriend())
	serve(s, t, onebot11.AskNudge())
	serve(s, t, onebot11.AskTyping())
	qq.Serve(&t.Handlers, s.user)
	qq.Serve(&t.Handlers, s.friends)
	qq.Serve(&t.Handlers, s.friend)
	qq.Serve(&t.Handlers, s.mediaKeys)
}

func (s *server) serveMessages(t *upstream.Table) {
	qq.Serve(&t.Handlers, s.send)
	qq.Serve(&t.Handlers, s.forward)
	qq.Serve(&t.Handlers, s.speak)
	qq.Serve(&t.Handlers, s.message)
	qq.Serve(&t.Handlers, s.history)
	qq.Serve(&t.Handlers, s.forwarded)
	qq.Serve(&t.Handlers, s.markRead)
	qq.Serve(&t.Handlers, s.recent)
	serve(s, t, onebot11.AskRecall())
	serve(s, t, onebot11.AskMarkAllRead())
	serve(s, t, onebot11.AskReact())
	serve(s, t, onebot11.AskReactions())
	serve(s, t, onebot11.AskClick())
	serve(s, t, onebot11.AskTranscribe())
}

func (s *server) serveGroups(t *upstream.Table) {
	qq.Serve(&t.Handlers, s.group)
	qq.Serve(&t.Handlers, s.groups)
	qq.Serve(&t.Handlers, s.member)
	qq.Serve(&t.Handlers, s.members)
	qq.Serve(&t.Handlers, s.groupOptions)
	qq.Serve(&t.Handlers, s.notices)
	qq.Serve(&t.Handlers, s.answerGroup)
	serve(s, t, onebot11.AskMuted())
	serve(s, t, onebot11.AskKick())
	serve(s, t, onebot11.AskMute())
	serve(s, t, onebot11.AskMuteGroup())
	serve(s, t, onebot11.AskSetCard())
	serve(s, t, onebot11.AskSetTitle())
	serve(s, t, onebot11.AskSetAdmin())
	serve(s, t, onebot11.AskGroupName())
	serve(s, t, onebot11.AskGroupAvatar())
	serve(s, t, onebot11.AskGroupRemark())
	serve(s, t, onebot11.AskGroupNotify())
	serve(s, t, onebot11.AskLeave())
	serve(s, t, onebot11.AskAtAll())
	serve(s, t, onebot11.AskClockIn())
	serve(s, t, onebot11.AskSignIns())
	serve(s, t, onebot11.AskHonors())
}

func (s *server) serveBoards(t *upstream.Table) {
	qq.Serve(&t.Handlers, s.essence)
	serve(s, t, onebot11.AskNotices())
	serve(s, t, onebot11.AskPostNotice())
	serve(s, t, onebot11.AskDeleteNotice())
	serve(s, t, onebot11.AskSetEssence())
	serve(s, t, onebot11.AskTodo())
}

func (s *server) serveFiles(t *upstream.Table) {
	qq.Serve(&t.Handlers, s.upload)
	serve(s, t, onebot11.AskFileLink())
	serve(s, t, onebot11.AskFiles())
	serve(s, t, onebot11.AskSpace())
	serve(s, t, onebot11.AskMoveFile())
	serve(s, t, onebot11.AskRenameFile())
	serve(s, t, onebot11.AskDeleteFile())
	serve(s, t, onebot11.AskPersistFile())
	serve(s, t, onebot11.AskCreateFolder())
	serve(s, t, onebot11.AskRenameFolder())
	serve(s, t, onebot11.AskDeleteFolder())
	serve(s, t, onebot11.AskFlash())
	serve(s, t, onebot11.AskUploadFlash())
	serve(s, t, onebot11.AskReshareFlash())
	serve(s, t, onebot11.AskDownloadFlash())
	serve(s, t, onebot11.AskAlbums())
	serve(s, t, onebot11.AskCreateAlbum())
	serve(s, t, onebot11.AskDeleteAlbum())
	serve(s, t, onebot11.AskAlbumMedia())
	serve(s, t, onebot11.AskAddAlbumMedia())
	serve(s, t, onebot11.AskDeleteAlbumMedia())
	serve(s, t, onebot11.AskLikeAlbumMedia())
	serve(s, t, onebot11.AskCommentAlbum())
}

func (s *server) serveTools(t *upstream.Table) {
	qq.Serve(&t.Handlers, s.findMedia)
	qq.Serve(&t.Handlers, s.renewLink)
	serve(s, t, onebot11.AskReadText())
	serve(s, t, onebot11.AskCustomFaces())
	serve(s, t, onebot11.AskRecommendFaces())
	serve(s, t, onebot11.AskVoices())
	serve(s, t, onebot11.AskSpeech())
	serve(s, t, onebot11.AskShareCard())
	serve(s, t, onebot11.AskMiniApp())
	serve(s, t, onebot11.AskTranslate())
	serve(s, t, onebot11.AskCheckURL())
}

// need notes the actions that an operation with a handler of its own takes, any
// of which will do.
func (s *server) need(op qq.Operation, actions ...string) { s.needs[reflect.TypeOf(op)] = actions }
