package sim

import "llbot/protocols/qq"

// servePeople adds what concerns logins, profiles, friends and chats.
func (a *actor) servePeople(h *qq.Handlers) {
	qq.Serve(h, a.getLoginState)
	qq.Serve(h, a.logIn)
	qq.Serve(h, a.logOut)
	qq.Serve(h, a.getCredentials)
	qq.Serve(h, a.getClientKey)
	qq.Serve(h, a.getMediaKeys)
	qq.Serve(h, a.listDevices)
	qq.Serve(h, a.listModels)
	qq.Serve(h, a.setModel)
	qq.Serve(h, a.editProfile)
	qq.Serve(h, a.setAvatar)
	qq.Serve(h, a.getPresence)
	qq.Serve(h, a.setPresence)
	qq.Serve(h, a.sendLike)
	qq.Serve(h, a.listLikes)
	qq.Serve(h, a.listCategories)
	qq.Serve(h, a.setFriendRemark)
	qq.Serve(h, a.setFriendCategory)
	qq.Serve(h, a.listOneWayFriends)
	qq.Serve(h, a.deleteOneWayFriend)
	qq.Serve(h, a.listRecentChats)
	qq.Serve(h, a.listPins)
	qq.Serve(h, a.setPin)
	qq.Serve(h, a.nudge)
	qq.Serve(h, a.setTyping)
	qq.Serve(h, a.getShareCard)
	qq.Serve(h, a.makeMiniApp)
	qq.Serve(h, a.translate)
	qq.Serve(h, a.checkURL)
}
