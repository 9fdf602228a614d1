package milky

// The kinds of object that are not the parameters or the result of an API, each
// with a sentence on it.

var eventShapes = []kind{
	of[offlineData]("bot_offline", "The account was logged out; connections stay open."),
	of[message]("message_receive", "Somebody said something; the account itself only with report_self. friend comes with the scene friend, group and group_member with group, group with temp if it is known."),
	of[recallData]("message_recall", "A message was taken back; operator_id is not sender_id when an admin did it."),
	of[pinData]("peer_pin_change", "A chat was put on top of the list, or taken from there."),
	of[friendRequestData]("friend_request", "Somebody asks to be a friend; answered by initiator_uid."),
	of[joinRequestData]("group_join_request", "Somebody asks to join; answered with the type join_request."),
	of[invitedJoinData]("group_invited_join_request", "A member has invited target_user_id and an admin must agree; answered with the type invited_join_request."),
	of[invitationData]("group_invitation", "The account itself was invited into a group."),
	of[friendNudgeData]("friend_nudge", "A poke in the chat with a friend; user_id is the friend, whoever poked."),
	of[friendFileData]("friend_file_upload", "A file came in a private chat, told beside its message; one of the account itself only with report_self."),
	of[adminChangeData]("group_admin_change", "A member became admin, or is none any more."),
	of[essenceData]("group_essence_message_change", "A message became essence, or is none any more."),
	of[memberIncreaseData]("group_member_increase", "Somebody joined; operator_id let him in, invitor_id invited him, either may be absent."),
	of[memberDecreaseData]("group_member_decrease", "Somebody left, the account perhaps; operator_id is there if he was kicked."),
	of[disbandData]("group_disband", "The owner disbanded the group."),
	of[renameData]("group_name_change", "The group was renamed."),
	of[reactionData]("group_message_reaction", "An emoji was put on a message, or taken off; face_id is the number of a face, or the decimal code point of an emoji."),
	of[muteData]("group_mute", "A member was silenced for duration seconds; 0 lifts it."),
	of[wholeMuteData]("group_whole_mute", "Everybody but owner and admins was silenced, or that was lifted."),
	of[groupNudgeData]("group_nudge", "One member poked another."),
	of[groupFileData]("group_file_upload", "A file came into the group, told beside its message; one of the account itself only with report_self."),
}

var receivedShapes = []kind{
	of[textData]("text", "Words."),
	of[mentionData]("mention", "Somebody named; name is without the @."),
	of[empty]("mention_all", "Everybody named."),
	of[faceData]("face", "One of QQ's faces, by its number as text."),
	of[replyData]("reply", "What is answered, quoted; segments are empty when the quoted message is not there any more."),
	of[imageData]("image", "A picture; temp_url expires, resource_id gives a fresh one."),
	of[recordData]("record", "Spoken words; duration in seconds."),
	of[videoData]("video", "A video; duration in seconds."),
	of[fileData]("file", "A file; file_hash in private chats only."),
	of[forwardData]("forward", "Messages forwarded as one; get_forwarded_messages reads them."),
	of[marketFaceData]("market_face", "A sticker of QQ's shop."),
	of[lightAppData]("light_app", "A card; json_payload is JSON as text."),
	of[xmlData]("xml", "A card of the older kind."),
	of[markdownData]("markdown", "An official bot's words in Markdown."),
}

var sentShapes = []kind{
	of[textData]("text", "Words."),
	of[outgoingMention]("mention", "Names somebody."),
	of[empty]("mention_all", "Names everybody; in groups only."),
	of[outgoingFace]("face", "One of QQ's faces, by its number as text."),
	of[outgoingReply]("reply", "Quotes a message of the same chat."),
	of[outgoingImage]("image", "A picture."),
	of[outgoingRecord]("record", "Spoken words."),
	of[outgoingVideo]("video", "A video; without thumb_uri it has no picture of its own."),
	of[outgoingForward]("forward", "Messages as one; forwards may stand inside."),
	of[outgoingLightAppData]("light_app", "A card; json_payload is JSON as text."),
}

var noticeShapes = []kind{
	of[joinNotice]("join_request", "Somebody asks to join."),
	of[adminNotice]("admin_change", "A member became admin, or is none any more."),
	of[kickNotice]("kick", "A member was removed."),
	of[quitNotice]("quit", "A member left."),
	of[invitedNotice]("invited_join_request", "A member has invited somebody and an admin must agree."),
}

var entityShapes = []kind{
	of[friendEntity]("FriendEntity", "A friend."),
	of[categoryEntity]("FriendCategoryEntity", "A folder of the friend list."),
	of[groupEntity]("GroupEntity", "A group."),
	of[memberEntity]("GroupMemberEntity", "A member of a group; shut_up_end_time while he is muted."),
	of[announcementEntity]("GroupAnnouncementEntity", "An announcement."),
	of[fileEntity]("GroupFileEntity", "A group's file; a permanent one has no expire_time."),
	of[folderEntity]("GroupFolderEntity", "A folder of a group's files."),
	of[friendRequest]("FriendRequest", "A request to be friends."),
	of[message]("IncomingMessage", "A message; friend, group and group_member as its scene wants them."),
	of[forwardedMessage]("IncomingForwardedMessage", "A message inside a forward."),
	of[essenceMessage]("GroupEssenceMessage", "An essence message."),
	of[outgoingNode]("OutgoingForwardedMessage", "A message inside a forward that is sent."),
}
