package milky

// The kinds of object that are not the parameters or the result of an API.

var eventShapes = []kind{
	of[offlineData]("bot_offline"),
	of[message]("message_receive"),
	of[recallData]("message_recall"),
	of[pinData]("peer_pin_change"),
	of[friendRequestData]("friend_request"),
	of[joinRequestData]("group_join_request"),
	of[invitedJoinData]("group_invited_join_request"),
	of[invitationData]("group_invitation"),
	of[friendNudgeData]("friend_nudge"),
	of[friendFileData]("friend_file_upload"),
	of[adminChangeData]("group_admin_change"),
	of[essenceData]("group_essence_message_change"),
	of[memberIncreaseData]("group_member_increase"),
	of[memberDecreaseData]("group_member_decrease"),
	of[disbandData]("group_disband"),
	of[renameData]("group_name_change"),
	of[reactionData]("group_message_reaction"),
	of[muteData]("group_mute"),
	of[wholeMuteData]("group_whole_mute"),
	of[groupNudgeData]("group_nudge"),
	of[groupFileData]("group_file_upload"),
}

var receivedShapes = []kind{
	of[textData]("text"),
	of[mentionData]("mention"),
	of[empty]("mention_all"),
	of[faceData]("face"),
	of[replyData]("reply"),
	of[imageData]("image"),
	of[recordData]("record"),
	of[videoData]("video"),
	of[fileData]("file"),
	of[forwardData]("forward"),
	of[marketFaceData]("market_face"),
	of[lightAppData]("light_app"),
	of[xmlData]("xml"),
	of[markdownData]("markdown"),
}

var sentShapes = []kind{
	of[textData]("text"),
	of[outgoingMention]("mention"),
	of[empty]("mention_all"),
	of[outgoingFace]("face"),
	of[outgoingReply]("reply"),
	of[outgoingImage]("image"),
	of[outgoingRecord]("record"),
	of[outgoingVideo]("video"),
	of[outgoingForward]("forward"),
	of[outgoingLightAppData]("light_app"),
}

var noticeShapes = []kind{
	of[joinNotice]("join_request"),
	of[adminNotice]("admin_change"),
	of[kickNotice]("kick"),
	of[quitNotice]("quit"),
	of[invitedNotice]("invited_join_request"),
}

var entityShapes = []kind{
	of[friendEntity]("FriendEntity"),
	of[categoryEntity]("FriendCategoryEntity"),
	of[groupEntity]("GroupEntity"),
	of[memberEntity]("GroupMemberEntity"),
	of[announcementEntity]("GroupAnnouncementEntity"),
	of[fileEntity]("GroupFileEntity"),
	of[folderEntity]("GroupFolderEntity"),
	of[friendRequest]("FriendRequest"),
	of[message]("IncomingMessage"),
	of[forwardedMessage]("IncomingForwardedMessage"),
	of[essenceMessage]("GroupEssenceMessage"),
	of[outgoingNode]("OutgoingForwardedMessage"),
}
