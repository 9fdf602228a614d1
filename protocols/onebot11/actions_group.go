package onebot11

import (
	"time"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func groupActions() []action.Action {
	return []action.Action{
		action.Bind("get_group_list", listGroups.op, encodeGroups).Says("The account's groups."),
		action.Bind("get_group_info", getGroup.op, encodeGroup).Says("One group."),
		action.Bind("get_group_member_list", listMembers.op, encodeMembers).Says("The members of a group."),
		action.Bind("get_group_member_info", getMember.op, encodeMember).Says("One member of a group."),
		action.Bind("set_group_kick", kickMember.op, null).Says("Removes a member; reject_add_request also refuses later requests to join."),
		action.Bind("set_group_ban", muteMember.op, null).Says("Mutes a member for a number of seconds; 0 lifts the mute."),
		action.Bind("set_group_whole_ban", muteGroup.op, null).Says("Mutes everybody but owner and admins, or lifts that."),
		action.Bind("set_group_card", setCard.op, null).Says("Changes a member's card; an empty one clears it."),
		action.Bind("set_group_admin", setAdmin.op, null).Says("Makes a member admin, or takes that away."),
		action.Handle("batch_delete_group_member", kickAll).Acts(qq.ClassModerate).Says("Removes several members."),
		action.Handle("set_group_kick_members", kickSeveral).Acts(qq.ClassModerate).Says("Removes several members."),
		action.Bind("set_group_special_title", setTitle.op, null).Says("Gives a member a title; an empty one takes it away."),
		action.Bind("set_group_name", setGroupName.op, null).Says("Renames a group."),
		action.Bind("get_group_shut_list", groupParam.muted, encodeMuted).Says("The members who are muted now."),
		action.Bind("set_group_leave", leaveGroup.op, null).Says("Leaves a group; an owner disbands it with is_dismiss."),
	}
}

type listGroups struct {
	NoCache wire.Optional[wire.Bool] `json:"no_cache" default:"false"`
}

func (p listGroups) op() (qq.ListGroups, error) {
	return qq.ListGroups{NoCache: bool(p.NoCache.Value)}, nil
}

// getGroup asks QQ unless told otherwise, as LLBot does.
type getGroup struct {
	Group   wire.Int                 `json:"group_id"`
	NoCache wire.Optional[wire.Bool] `json:"no_cache" default:"true"`
}

func (p getGroup) op() (qq.GetGroup, error) {
	return qq.GetGroup{Group: qq.GroupID(p.Group), NoCache: bool(p.NoCache.Or(true))}, nil
}

type listMembers struct {
	Group   wire.Int                 `json:"group_id"`
	NoCache wire.Optional[wire.Bool] `json:"no_cache" default:"false"`
}

func (p listMembers) op() (qq.ListMembers, error) {
	return qq.ListMembers{Group: qq.GroupID(p.Group), NoCache: bool(p.NoCache.Value)}, nil
}

type getMember struct {
	Group   wire.Int                 `json:"group_id"`
	User    wire.Int                 `json:"user_id"`
	NoCache wire.Optional[wire.Bool] `json:"no_cache" default:"false"`
}

func (p getMember) op() (qq.GetMember, error) {
	return qq.GetMember{Group: qq.GroupID(p.Group), User: qq.UserID(p.User), NoCache: bool(p.NoCache.Value)}, nil
}

type kickMember struct {
	Group wire.Int                 `json:"group_id"`
	User  wire.Int                 `json:"user_id"`
	Block wire.Optional[wire.Bool] `json:"reject_add_request" default:"false"`
}

func (p kickMember) op() (qq.KickMember, error) {
	return qq.KickMember{Group: qq.GroupID(p.Group), Member: qq.UserID(p.User), Block: bool(p.Block.Value)}, nil
}

// defaultMute is how long a mute lasts that names no duration, in seconds.
const defaultMute = 1800

type muteMember struct {
	Group    wire.Int                `json:"group_id"`
	User     wire.Int                `json:"user_id"`
	Duration wire.Optional[wire.Int] `json:"duration" default:"1800" doc:"seconds"`
}

func (p muteMember) op() (qq.MuteMember, error) {
	d, err := seconds("duration", p.Duration.Or(defaultMute))
	return qq.MuteMember{Group: qq.GroupID(p.Group), Member: qq.UserID(p.User), For: d}, err
}

// seconds refuses what no clock can mean; QQ's own limit is the driver's.
func seconds(path string, n wire.Int) (time.Duration, error) {
	const century = 100 * 366 * 24 * 3600
	if n < 0 || n > century {
		return 0, fault(path, "must be a number of seconds, 0 to lift the mute")
	}
	return time.Duration(n) * time.Second, nil
}

type muteGroup struct {
	Group  wire.Int                 `json:"group_id"`
	Enable wire.Optional[wire.Bool] `json:"enable" default:"true"`
}

func (p muteGroup) op() (qq.MuteGroup, error) {
	return qq.MuteGroup{Group: qq.GroupID(p.Group), On: bool(p.Enable.Or(true))}, nil
}

type setCard struct {
	Group wire.Int                `json:"group_id"`
	User  wire.Int                `json:"user_id"`
	Card  wire.Optional[wire.Str] `json:"card" default:"\"\""`
}

func (p setCard) op() (qq.SetCard, error) {
	return qq.SetCard{Group: qq.GroupID(p.Group), Member: qq.UserID(p.User), Card: string(p.Card.Value)}, nil
}

type setAdmin struct {
	Group  wire.Int                 `json:"group_id"`
	User   wire.Int                 `json:"user_id"`
	Enable wire.Optional[wire.Bool] `json:"enable" default:"true"`
}

func (p setAdmin) op() (qq.SetAdmin, error) {
	return qq.SetAdmin{Group: qq.GroupID(p.Group), Member: qq.UserID(p.User), On: bool(p.Enable.Or(true))}, nil
}

type leaveGroup struct {
	Group   wire.Int                 `json:"group_id"`
	Dismiss wire.Optional[wire.Bool] `json:"is_dismiss" default:"false"`
}

func (p leaveGroup) op() (qq.LeaveGroup, error) {
	return qq.LeaveGroup{Group: qq.GroupID(p.Group), Disband: bool(p.Dismiss.Value)}, nil
}
