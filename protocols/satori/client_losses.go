package satori

// Loss is something of QQ that does not come through Satori, as our own server
// writes it and our client reads it.
type Loss struct {
	Of   string // kind of event, segment or resource
	What string
}

// Losses is the written list of what Satori cannot carry; tests hold it against
// what really comes through. What is missing is empty on the other side, save
// that messages and requests without a time have that of their event.
func Losses() []Loss {
	return []Loss{
		{"User", "sex, age, level, qid, bio, places, birthday, uid, VIP, likes, labels; an avatar that is QQ's usual address"},
		{"Friend", "folder, pinned, online"},
		{"Group", "owner, numbers of members, creation, description, question, announcement, remark, whole mute, pinned, notification and join mode"},
		{"Member", "levels, sex, age, last spoken, muted until, uid, end of the title, city; a card that is the nickname; who has neither nickname nor role is nil"},
		{"Login", "all that a User lacks"},
		{"Message", "32-bit id and random number; the friend is told for every friend's chat, without remark in own messages; a missing member is a stub; of a stranger's group the number alone"},
		{"Text", "control characters; neighbouring texts become one, and empty ones none"},
		{"Reply", "time; 32-bit id; quotes inside quotes"},
		{"Image", "type and size of the file, resource id, a source that is no link"},
		{"Record", "as Image, and the transcript"},
		{"Video", "as Image; of the still only the link"},
		{"File", "type of the file, resource id"},
		{"Forward", "time and number of its messages"},
		{"Keyboard", "rows, rights, hints, application id, data of buttons that call back, blanks around labels; neighbouring keyboards become one"},
		{"LightApp", "the app key beside the JSON"},
		{"FlashFile", "a negative kind of card"},
		{"MessageRecalled", "the text behind it, 32-bit id"},
		{"FriendRequested", "uid of the target, state, way and group through which the account was found, nickname"},
		{"GroupRequested", "state, who answered it, nickname of the target, group that an invitation came from"},
		{"MemberIncreased", "who invited, when somebody approved; else he stands as operator. The account's own membership"},
		{"MemberDecreased", "the account's own membership"},
		{"AdminChanged", "the member's role before"},
		{"CardChanged", "the member's card before, in the member"},
		{"TitleChanged", "the title before"},
		{"GroupRenamed", "the name before"},
		{"ReactionChanged", "author of the message, how many reacted, 32-bit id; the kind of emoji is told from its number"},
		{"EssenceChanged", "32-bit id"},
		{"ButtonPressed", "32-bit id"},
		{"GrayTip", "32-bit id"},
		{"FileUploaded", "folder, type and link of the file, hash in groups, 32-bit id"},
		{"FlashProgressed", "files of the transfer: one without a name stands for all; its end"},
		{"StatusChanged", "that it was the last one; online, the reason; the profile alone says whether the account came online or changed its profile"},
		{"ProfileChanged", "comes as StatusChanged"},
		{"LoginProgressed", "comes as StatusChanged, offline until the account is online"},
		{"UnknownEvent", "everything: our server is silent about it"},
	}
}
