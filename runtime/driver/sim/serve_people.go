package sim

import "llbot/protocols/qq"

// servePeople adds what concerns logins, profiles, friends and chats.
func servePeople(h *abilities) {
	qq.ServeShared(h, (*actor).getLoginState)
	qq.ServeShared(h, (*actor).logIn)
	qq.ServeShared(h, (*actor).logOut)
	qq.ServeShared(h, (*actor).getCredentials)
	qq.ServeShared(h, (*actor).getClientKey)
	qq.ServeShared(h, (*actor).getMediaKeys)
	qq.ServeShared(h, (*actor).listDevices)
	qq.ServeShared(h, (*actor).listModels)
	qq.ServeShared(h, (*actor).setModel)
	qq.ServeShared(h, (*actor).editProfile)
	qq.ServeShared(h, (*actor).setAvatar)
	qq.ServeShared(h, (*actor).getPresence)
	qq.ServeShared(h, (*actor).setPresence)
	qq.ServeShared(h, (*actor).sendLike)
	qq.ServeShared(h, (*actor).listLikes)
	qq.ServeShared(h, (*actor).listCategories)
	qq.ServeShared(h, (*actor).setFriendRemark)
	qq.ServeShared(h, (*actor).setFriendCategory)
	qq.ServeShared(h, (*actor).listOneWayFriends)
	qq.ServeShared(h, (*actor).deleteOneWayFriend)
	qq.ServeShared(h, (*actor).listRecentChats)
	qq.ServeShared(h, (*actor).listPins)
	qq.ServeShared(h, (*actor).setPin)
	qq.ServeShared(h, (*actor).nudge)
	qq.ServeShared(h, (*actor).setTyping)
	qq.ServeShared(h, (*actor).getShareCard)
	qq.ServeShared(h, (*actor).makeMiniApp)
	qq.ServeShared(h, (*actor).translate)
	qq.ServeShared(h, (*actor).checkURL)
}
