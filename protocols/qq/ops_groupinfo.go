package qq

// SetGroupName renames a group; owner and admins. Milky and OneBot
// set_group_name, Satori channel.update.
type SetGroupName struct {
	Moderates[None]
	Group GroupID
	Name  string
}

// SetGroupAvatar changes a group's picture; owner and admins. Milky
// set_group_avatar, OneBot set_group_portrait.
type SetGroupAvatar struct {
	Moderates[None]
	Group   GroupID
	Picture *Media
}

// Resolve gives the operation its own picture.
func (op SetGroupAvatar) Resolve(func(MessageRef) (MessageRef, error)) (Operation, error) {
	op.Picture = op.Picture.clone()
	return op, nil
}

// EachMedia visits the picture.
func (op SetGroupAvatar) EachMedia(visit func(*Media) error) error {
	return visitMedia(visit, op.Picture)
}

// SetGroupRemark changes what the account calls a group; "" clears it. OneBot
// set_group_remark.
type SetGroupRemark struct {
	Changes[None]
	Group  GroupID
	Remark string
}

// NotifyMode is how a group's messages reach the account, in OneBot's numbers.
type NotifyMode uint8

// The modes: with a sound; collected in the assistant; not at all; silently.
const (
	NotifyLoud NotifyMode = iota + 1
	NotifyCollected
	NotifyBlocked
	NotifySilent
)

// SetGroupNotify changes how a group's messages reach the account. OneBot
// set_group_msg_mask.
type SetGroupNotify struct {
	Changes[None]
	Group GroupID
	Mode  NotifyMode
}

// JoinMode is how one may join a group, in QQ's numbers.
type JoinMode uint8

// The modes. JoinAnswer lets in who knows the answer; JoinReview shows the
// answer to an admin, who decides.
const (
	JoinFree JoinMode = iota + 1
	JoinAsk
	JoinClosed
	JoinAnswer
	JoinReview
)

// SetGroupOptions changes how a group is found and joined; nil leaves an
// option as it is. Owner and admins. Question goes with JoinAnswer and
// JoinReview, Answer with JoinAnswer. OneBot set_group_add_option,
// set_group_robot_add_option and set_group_search.
type SetGroupOptions struct {
	Moderates[None]
	Group         GroupID
	Join          *JoinMode
	Question      *string
	Answer        *string
	RobotInvites  *bool // members may add robots
	RobotApproval *bool // an admin must agree to robots
	FoundByNumber *bool
	FoundByText   *bool
}

// AtAllQuota is how often everybody may still be mentioned today.
type AtAllQuota struct {
	Allowed bool // the account's role allows it
	Group   int  // left for all admins of the group together
	Own     int  // left for the account
}

// GetAtAllQuota answers it. OneBot get_group_at_all_remain.
type GetAtAllQuota struct {
	Reads[AtAllQuota]
	Group GroupID
}

// SignIn is one member's clocking in on a day.
type SignIn struct {
	User     UserID
	Nickname string
	Time     Time
	Rank     int // from 1
}

// ClockIn signs the account in for today; a second time is ErrConflict. OneBot
// send_group_sign.
type ClockIn struct {
	Changes[None]
	Group GroupID
}

// ListSignIns answers today's sign-ins by rank. OneBot get_group_signed_list.
type ListSignIns struct {
	Reads[[]SignIn]
	Group GroupID
}
