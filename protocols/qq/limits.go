package qq

import "time"

// QQ's limits, which the simulated QQ enforces and faces may explain. Text is
// counted in characters (Unicode code points) unless a name says bytes. QQ
// publishes none of them: the source stands behind each, "client" meaning what
// QQ's own programs are said to allow (nobody could measure it here).
const (
	MaxMessageText     = 4500 // client
	MaxMessageSegments = 100  // ours: QQ counts bytes of its own form
	MaxForwardNodes    = 100  // client: as many can be chosen at once
	MaxForwardDepth    = 3    // client: deeper ones show as text
	MinForwardPreview  = 1    // milky-segments outgoing forward
	MaxForwardPreview  = 4    // milky-segments outgoing forward

	MaxNickname   = 36  // client
	MaxBio        = 80  // client
	MaxRemark     = 32  // client
	MaxComment    = 100 // words that go with a request or a refusal; client
	MaxGroupName  = 30  // client
	MaxCardBytes  = 60  // client
	MaxTitleBytes = 18  // client: six Chinese characters
	MaxAnswer     = 60  // answer to a group's question; client

	MaxMute          = 30 * 24 * time.Hour // onebot11 set_group_ban; client
	DefaultMute      = 30 * time.Minute    // onebot11 set_group_ban, duration=1800
	RecallWindow     = 2 * time.Minute     // of one's own messages; client
	MaxAtAllPerAdmin = 10                  // a day; client
	MaxAtAllPerGroup = 20                  // a day; client

	MaxHistoryPage = 30 // milky get_history_messages
	HistoryPage    = 20 // milky and onebot11, when no count is given

	MaxLikesOnce      = 10 // of one profile in a call; client
	MaxLikesPerFriend = 10 // a day, 20 with QQ's paid services; client
	MaxLikesPerOther  = 50 // a day, of somebody who is no friend; client

	MaxAnnouncement    = 600 // client
	MaxEssencePerGroup = 500 // client
	MaxReactionKinds   = 20  // different emoji under one message; client

	MaxGroupFiles     = 10000              // client: limit_count of group file systems
	GroupFileSpace    = 10 << 30           // bytes; client
	MaxFolders        = 100                // in a group; client
	MaxFileName       = 250                // bytes; client
	MaxFolderName     = 48                 // bytes; client
	TemporaryFileLife = 7 * 24 * time.Hour // of a group's file that is not permanent; client
	FlashLife         = 7 * 24 * time.Hour // of a flash transfer; client
	MaxAlbumName      = 30                 // client
	MaxAlbumText      = 200                // of a description or comment; client
	LoginCodeLife     = 2 * time.Minute    // of a QR code; client
	MaxSpeech         = 200                // characters read by an artificial voice; client

	MaxJoinedPerGroup = 2000 // members of an ordinary group; client
	MaxAdmins         = 15   // of a group with 500 members or more; client
)

// UinRange is a range of QQ numbers, both ends included.
type UinRange struct{ From, To UserID }

// RobotRanges are the QQ numbers of official bots. OneBot get_robot_uin_range;
// Satori User.is_bot.
func RobotRanges() []UinRange {
	return []UinRange{
		{66600000, 66600000}, {2854196301, 2854216399}, {3328144510, 3328144510},
		{3889000000, 3889999999}, {4010000000, 4019999999},
	}
}

// Robot tells whether u is the number of an official bot.
func (u UserID) Robot() bool {
	for _, r := range RobotRanges() {
		if u >= r.From && u <= r.To {
			return true
		}
	}
	return false
}
