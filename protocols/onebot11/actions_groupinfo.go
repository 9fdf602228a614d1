package onebot11

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func groupInfoActions() []action.Action {
	return []action.Action{
		action.Bind("set_group_portrait", setGroupAvatar.op, null).Says("Changes a group's picture."),
		action.Bind("set_group_remark", setGroupRemark.op, null).Says("Changes what the account calls a group."),
		action.Bind("set_group_msg_mask", setNotify.op, null).
			Says("How a group's messages reach the account: 1 loud, 2 collected, 3 not at all, 4 silent."),
		action.Bind("set_group_add_option", setJoin.op, null).
			Says("How one may join: 1 freely, 2 by an admin's consent, 3 not at all, 4 with the right answer, 5 with an answer that an admin likes."),
		action.Bind("set_group_robot_add_option", setRobots.op, null).Says("Whether members may add robots, and whether an admin must agree."),
		action.Bind("set_group_search", setSearch.op, null).Says("Whether a group can be found by its number and by words; 0 means yes."),
		action.Bind("get_group_detail_info", getGroup.op, encodeDetail).Says("One group, in NapCat's form."),
		action.Bind("get_group_info_ex", getGroup.op, encodeKernel).Says("One group, in the words of QQ's own client."),
		action.Bind("get_group_at_all_remain", groupParam.atAll, encodeAtAll).Says("How often everybody may still be called today."),
		action.Bind("send_group_sign", groupParam.clockIn, null).Says("Clocks the account in for today."),
		action.Bind("get_group_signed_list", groupParam.signIns, encodeSignIns).Says("Who clocked in today."),
		action.Handle("get_group_honor_info", getHonors).Acts(qq.ClassRead).Says("Who holds a group's honours."),
	}
}

type setGroupAvatar struct {
	Group wire.Int `json:"group_id"`
	File  source   `json:"file"`
}

func (p setGroupAvatar) op() (qq.SetGroupAvatar, error) {
	return qq.SetGroupAvatar{Group: qq.GroupID(p.Group), Picture: p.File.media("")}, nil
}

type setGroupRemark struct {
	Group  wire.Int                `json:"group_id"`
	Remark wire.Optional[wire.Str] `json:"remark" default:"\"\""`
}

func (p setGroupRemark) op() (qq.SetGroupRemark, error) {
	return qq.SetGroupRemark{Group: qq.GroupID(p.Group), Remark: string(p.Remark.Value)}, nil
}

type setNotify struct {
	Group wire.Int `json:"group_id"`
	Mask  wire.Int `json:"mask" doc:"1 to 4"`
}

func (p setNotify) op() (qq.SetGroupNotify, error) {
	mode, err := within("mask", p.Mask, int64(qq.NotifyLoud), int64(qq.NotifySilent))
	return qq.SetGroupNotify{Group: qq.GroupID(p.Group), Mode: qq.NotifyMode(mode)}, err
}

// setJoin: some clients say add_option or option.
type setJoin struct {
	Group     wire.Int                `json:"group_id"`
	Type      wire.Optional[wire.Int] `json:"add_type" doc:"needed, 1 to 5"`
	AddOption wire.Optional[wire.Int] `json:"add_option" doc:"another name of add_type"`
	Option    wire.Optional[wire.Int] `json:"option" doc:"another name of add_type"`
	Question  wire.Optional[wire.Str] `json:"group_question"`
	Answer    wire.Optional[wire.Str] `json:"group_answer"`
}

func (p setJoin) op() (qq.SetGroupOptions, error) {
	number, err := anyOf("add_type", p.Type, p.AddOption, p.Option)
	if err != nil {
		return qq.SetGroupOptions{}, err
	}
	n, err := within("add_type", number, int64(qq.JoinFree), int64(qq.JoinReview))
	mode := qq.JoinMode(n)
	return qq.SetGroupOptions{
		Group: qq.GroupID(p.Group), Join: &mode, Question: pointer(p.Question, plain[wire.Str]), Answer: pointer(p.Answer, plain[wire.Str]),
	}, err
}

type setRobots struct {
	Group   wire.Int                `json:"group_id"`
	Switch  wire.Optional[wire.Int] `json:"robot_member_switch"`
	Examine wire.Optional[wire.Int] `json:"robot_member_examine"`
}

func (p setRobots) op() (qq.SetGroupOptions, error) {
	isOn := func(n wire.Int) bool { return n != 0 }
	return qq.SetGroupOptions{
		Group: qq.GroupID(p.Group), RobotInvites: pointer(p.Switch, isOn), RobotApproval: pointer(p.Examine, isOn),
	}, nil
}

// setSearch: the names say "no", so 0 opens a group.
type setSearch struct {
	Group    wire.Int                `json:"group_id"`
	ByNumber wire.Optional[wire.Int] `json:"no_code_finger_open"`
	ByText   wire.Optional[wire.Int] `json:"no_finger_open"`
}

func (p setSearch) op() (qq.SetGroupOptions, error) {
	isOpen := func(n wire.Int) bool { return n == 0 }
	return qq.SetGroupOptions{
		Group: qq.GroupID(p.Group), FoundByNumber: pointer(p.ByNumber, isOpen), FoundByText: pointer(p.ByText, isOpen),
	}, nil
}

func (p groupParam) atAll() (qq.GetAtAllQuota, error) { return qq.GetAtAllQuota{Group: p.group()}, nil }

type atAllInfo struct {
	Allowed bool `json:"can_at_all"`
	Group   int  `json:"remain_at_all_count_for_group"`
	Own     int  `json:"remain_at_all_count_for_uin"`
}

func encodeAtAll(q qq.AtAllQuota) atAllInfo { return atAllInfo{q.Allowed, q.Group, q.Own} }

func (p groupParam) clockIn() (qq.ClockIn, error)     { return qq.ClockIn{Group: p.group()}, nil }
func (p groupParam) signIns() (qq.ListSignIns, error) { return qq.ListSignIns{Group: p.group()}, nil }

type signInfo struct {
	User qq.UserID `json:"user_id"`
	Nick string    `json:"nick"`
	Time int64     `json:"time"`
	Rank int       `json:"rank"`
}

func encodeSignIns(signs []qq.SignIn) []signInfo {
	return each(signs, func(s qq.SignIn) signInfo { return signInfo{s.User, s.Nickname, s.Time.Unix(), s.Rank} })
}
