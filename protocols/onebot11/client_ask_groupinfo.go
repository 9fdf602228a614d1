package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
)

// GroupOptionCalls are the actions that change what the operation names: how
// one joins, robots, how the group is found.
func GroupOptionCalls(op qq.SetGroupOptions) []Call {
	type join struct {
		Group    qq.GroupID `json:"group_id"`
		Type     int        `json:"add_type"`
		Question *string    `json:"group_question,omitempty"`
		Answer   *string    `json:"group_answer,omitempty"`
	}
	type robots struct {
		Group   qq.GroupID `json:"group_id"`
		Switch  *int       `json:"robot_member_switch,omitempty"`
		Examine *int       `json:"robot_member_examine,omitempty"`
	}
	type search struct {
		Group    qq.GroupID `json:"group_id"`
		ByNumber *int       `json:"no_code_finger_open,omitempty"`
		ByText   *int       `json:"no_finger_open,omitempty"`
	}
	var calls []Call
	if op.Join != nil {
		calls = append(calls, Call{Action: "set_group_add_option", Params: join{op.Group, int(*op.Join), op.Question, op.Answer}})
	}
	if op.RobotInvites != nil || op.RobotApproval != nil {
		calls = append(calls, Call{Action: "set_group_robot_add_option", Params: robots{op.Group, bit(op.RobotInvites, true), bit(op.RobotApproval, true)}})
	}
	if op.FoundByNumber != nil || op.FoundByText != nil {
		calls = append(calls, Call{Action: "set_group_search", Params: search{op.Group, bit(op.FoundByNumber, false), bit(op.FoundByText, false)}})
	}
	return calls
}

// bit is 1 for the value that counts as one, nil for what is left out.
func bit(on *bool, one bool) *int {
	if on == nil {
		return nil
	}
	n := 0
	if *on == one {
		n = 1
	}
	return &n
}

// AskAtAll is go-cqhttp's.
func AskAtAll() Ask[qq.GetAtAllQuota, qq.AtAllQuota] {
	return ask("get_group_at_all_remain", func(op qq.GetAtAllQuota) any { return groupAsk{op.Group} }, func(_ qq.GetAtAllQuota, w atAllInfo) qq.AtAllQuota {
		return qq.AtAllQuota{Allowed: w.Allowed, Group: w.Group, Own: w.Own}
	})
}

// AskClockIn signs in.
func AskClockIn() Ask[qq.ClockIn, qq.None] {
	return askDone("send_group_sign", func(op qq.ClockIn) any { return groupAsk{op.Group} })
}

// AskSignIns is LLBot's.
func AskSignIns() Ask[qq.ListSignIns, []qq.SignIn] {
	return ask("get_group_signed_list", func(op qq.ListSignIns) any { return groupAsk{op.Group} }, func(_ qq.ListSignIns, w []signInfo) []qq.SignIn {
		return each(w, func(s signInfo) qq.SignIn {
			return qq.SignIn{User: s.User, Nickname: s.Nick, Time: seconds64(s.Time), Rank: s.Rank}
		})
	})
}

// AskHonors answers the holders, the day's talker among them as Current.
func AskHonors() Ask[qq.ListHonors, []qq.HonorHolder] {
	type params struct {
		Group qq.GroupID `json:"group_id"`
		Type  string     `json:"type"`
	}
	return ask("get_group_honor_info", func(op qq.ListHonors) any {
		return params{op.Group, choose(op.Only == 0, "all", op.Only.String())}
	}, func(_ qq.ListHonors, w honorInfo) []qq.HonorHolder {
		var out []qq.HonorHolder
		for h := qq.HonorTalkative; h <= qq.HonorEmotion; h++ {
			if list := *w.list(h); list != nil {
				for _, k := range *list {
					out = append(out, qq.HonorHolder{Honor: h, User: k.User, Nickname: k.Nickname, Avatar: k.Avatar, Description: k.Description})
				}
			}
		}
		return withToday(out, w.Current)
	})
}

// withToday marks the day's talker, who stands in the list or beside it.
func withToday(list []qq.HonorHolder, today *talkativeToday) []qq.HonorHolder {
	if today == nil || today.User == 0 {
		return list
	}
	for i, h := range list {
		if h.Honor == qq.HonorTalkative && h.User == today.User {
			list[i].Current, list[i].Days = true, today.Days
			return list
		}
	}
	return append([]qq.HonorHolder{{
		Honor: qq.HonorTalkative, User: today.User, Nickname: today.Nickname, Avatar: today.Avatar, Days: today.Days, Current: true,
	}}, list...)
}

// AskNotices answers a group's announcements.
func AskNotices() Ask[qq.ListAnnouncements, []*qq.Announcement] {
	return ask("_get_group_notice", func(op qq.ListAnnouncements) any { return groupAsk{op.Group} }, func(op qq.ListAnnouncements, w []noticeTold) []*qq.Announcement {
		return each(w, func(n noticeTold) *qq.Announcement {
			a := &qq.Announcement{
				ID: n.ID, Group: op.Group, Author: n.Sender, Time: seconds64(n.Time), Text: n.Message.Text, Pinned: n.Settings.Pinned,
				Confirm: n.Settings.Confirm, EditCard: n.Settings.EditCard, Popup: n.Settings.Window, Newcomers: n.Settings.Newcomers,
			}
			pictures := n.Message.Images
			if len(pictures) == 0 {
				pictures = n.Message.NapCat
			}
			if len(pictures) > 0 {
				height, _ := strconv.Atoi(pictures[0].Height)
				width, _ := strconv.Atoi(pictures[0].Width)
				a.Image = &qq.Media{ID: qq.ResourceID(pictures[0].ID), Height: height, Width: width}
			}
			return a
		})
	})
}

// noticeTold: NapCat says image for images.
type noticeTold struct {
	noticeInfo
	Message struct {
		noticeText
		NapCat []noticeImage `json:"image"`
	} `json:"message"`
}

// AskPostNotice puts an announcement up.
func AskPostNotice() Ask[qq.PostAnnouncement, qq.None] {
	type params struct {
		Group     qq.GroupID `json:"group_id"`
		Content   string     `json:"content"`
		Image     string     `json:"image,omitempty"`
		Pinned    bool       `json:"pinned"`
		Confirm   bool       `json:"confirm_required"`
		EditCard  bool       `json:"is_show_edit_card"`
		Window    bool       `json:"tip_window"`
		Newcomers bool       `json:"send_new_member"`
	}
	return askDone("_send_group_notice", func(op qq.PostAnnouncement) any {
		p := params{op.Group, op.Text, "", op.Pinned, op.Confirm, op.EditCard, op.Popup, op.Newcomers}
		if op.Image != nil {
			p.Image = sentSource(op.Image)
		}
		return p
	})
}

// AskDeleteNotice takes an announcement down.
func AskDeleteNotice() Ask[qq.DeleteAnnouncement, qq.None] {
	type params struct {
		Group qq.GroupID        `json:"group_id"`
		ID    qq.AnnouncementID `json:"notice_id"`
	}
	return askDone("_delete_group_notice", func(op qq.DeleteAnnouncement) any { return params{op.Group, op.ID} })
}
