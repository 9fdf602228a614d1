package satori

// What people are told of paths, events and elements. Tests hold these lists
// against what the face really writes and reads.

func routesTold() []Told {
	return []Told{
		{"POST meta", "The logins of the endpoint and the beginnings of the URLs that proxy fetches; no login headers."},
		{"POST internal/{protocol}.{action}", "An action of another protocol, e.g. internal/onebot11.get_group_honor_info or internal/milky.get_group_info, with its parameters as a JSON object; the answer is that protocol's. A slash may stand for the dot; a bare name is one of OneBot's. GET takes the parameters from the query."},
		{"POST internal/{platform}/{user}/{action}", "The same with the login in the path."},
		{"POST internal/{platform}/{user}/_api/{action}", "The same as the JavaScript library calls it: a list of one object."},
		{"GET internal/{platform}/{user}/_tmp/{id}", "An uploaded file."},
		{"GET proxy/{url}", "Fetches a URL that begins with one of proxy_urls, a file of this server by its media link, or an uploaded file by its internal: link; neither token nor login. Redirects are followed to such URLs alone, and never to private addresses."},
		{"ANY admin/{path}", "The old name of meta: leads there."},
		{"GET events", "The events socket."},
	}
}

func eventsTold() []Told {
	return []Told{
		{"message-created", "Somebody said something; with referrer, which message.create takes."},
		{"message-deleted", "A message was taken back."},
		{"message-pinned", "A message became essence (not in the specification)."},
		{"message-unpinned", "A message is essence no longer (not in the specification)."},
		{"reaction-added", "Somebody put an emoji on a message of a group."},
		{"reaction-removed", "Somebody took an emoji off a message of a group."},
		{"interaction/button", "Somebody pressed a button under a message."},
		{"guild-added", "The account came into a group."},
		{"guild-updated", "A group was renamed."},
		{"guild-removed", "The account is out of a group; _type group_disband when the owner dissolved it."},
		{"guild-request", "Somebody invites the account into a group; message.id is for guild.approve."},
		{"guild-file-added", "Somebody put a file into a group (not in the specification); _data as group_file_upload."},
		{"guild-member-added", "Somebody joined a group."},
		{"guild-member-updated", "Card, admin rights or title of a member changed; _type title for the latter."},
		{"guild-member-removed", "Somebody left a group, or was kicked when operator is there."},
		{"guild-member-request", "Somebody wants to join a group; message.id is for guild.member.approve."},
		{"friend-request", "Somebody wants to be a friend; message.id is for friend.approve."},
		{"friend-added", "There is a new friend (not in the specification)."},
		{"friend-updated", "Something about a friend changed (not in the specification)."},
		{"friend-deleted", "A friendship ended (not in the specification)."},
		{"login-added", "An account came under this server."},
		{"login-updated", "An account went on- or offline, is logging in, or changed its profile; _type bot_offline with a reason."},
		{"login-removed", "An account left this server for good."},
		{"internal", "What has no event of its own; see below."},
	}
}

func internalTold() []Told {
	return []Told{
		{"gap", "Events are missing: those behind after and before next."},
		{"group_mute", "Milky: a member was silenced, or may speak again."},
		{"group_whole_mute", "Milky: a group was silenced, or may speak again."},
		{"group_nudge", "Milky: a member of a group poked another."},
		{"friend_nudge", "Milky: a friend poked the account, or the other way round."},
		{"peer_pin_change", "Milky: a chat was pinned or unpinned."},
		{"group_disband", "Milky; with guild-removed."},
		{"group_file_upload", "Milky; with guild-file-added."},
		{"friend_file_upload", "Milky: a file came in a private chat."},
		{"bot_offline", "Milky; with login-updated."},
		{"group_admin_change", "Milky; with guild-member-updated."},
		{"group_card", "OneBot; with guild-member-updated."},
		{"title", "OneBot; with guild-member-updated."},
		{"poke_recall", "OneBot: a nudge was taken back."},
		{"input_status", "OneBot: the peer of a private chat is typing."},
		{"gray_tip", "OneBot: a line between messages that no other event stands for."},
		{"honor", "OneBot: a member won an honour."},
		{"lucky_king", "OneBot: who drew the most from a red packet."},
		{"profile_like", "OneBot: somebody liked the profile."},
		{"flash_file", "OneBot: how far a flash transfer has come."},
		{"client_status", "OneBot: another device of the account came or went."},
	}
}

func elementsTold() []Told {
	return []Told{
		{"text", "Characters; newlines beside tags are written as br."},
		{"at", "id, or type=all; role and here become text."},
		{"sharp", "Becomes text."},
		{"emoji", "A face when id is a number; else its children or name."},
		{"a", "Its text and the address in brackets."},
		{"img, image", "src; title, sub-type (1 = sticker), summary, width, height."},
		{"audio", "src; title, duration. A message of its own."},
		{"video", "src; title, poster, width, height, duration. A message of its own."},
		{"file", "src; title is the name, folder one of the group's. A message of its own. Received also file-id, size, hash."},
		{"b, strong, i, em, u, ins, s, del, spl, code, sup, sub, template", "Their children: QQ has no styles."},
		{"br", "A newline."},
		{"p", "A paragraph: lines of its own."},
		{"message", "What stands before goes out first, then the children as one message."},
		{"message forward", "A record of the messages inside, each with its author; a message with an id alone is a stored one. With the id of a message: that one once more. With another id: a record that was received."},
		{"quote", "id. Received with author, the same as user for the JavaScript library, and what is quoted; quotes inside are left out."},
		{"author", "id, name of a message in a record; without id the account itself."},
		{"button", "Its children, and href in brackets: only official bots have buttons. Received: id, type, href or text, theme."},
		{"face", "id; type 3 is the large form. Received also with name."},
		{"llonebot:market-face", "emoji-package-id, emoji-id, key, summary; received with its picture."},
		{"llonebot:ark", "data, the card as JSON. Also taken as ark and json."},
		{"llbot:dice, llbot:rps", "result, 0 lets QQ throw."},
		{"llbot:shake", "Shakes the peer's window; private chats."},
		{"llbot:poke", "type, id; received with name."},
		{"llbot:speech", "text that QQ reads aloud."},
		{"llbot:share", "url, title, content, image."},
		{"llbot:music", "platform and id, or url, title, audio, singer, content, image."},
		{"llbot:contact", "type group or user, id."},
		{"llbot:location", "lat, lon, title, content."},
		{"llbot:xml", "data, service."},
		{"llbot:markdown, llbot:red-packet, llbot:flash-file, llbot:raw", "Received only."},
	}
}
