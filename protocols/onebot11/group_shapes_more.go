package onebot11

import (
	"context"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// detailInfo is a group as NapCat describes it: its own words first, then
// those of QQ's client.
type detailInfo struct {
	Group      qq.GroupID `json:"group_id"`
	Name       string     `json:"group_name"`
	Members    int        `json:"member_count"`
	MaxMembers int        `json:"max_member_count"`
	AllMuted   int        `json:"group_all_shut"` // -1 everybody is muted, 0 not
	Remark     string     `json:"group_remark"`
	kernelInfo
}

// kernelInfo is a group in the words of QQ's own client.
type kernelInfo struct {
	Code       string      `json:"groupCode"`
	KernelName string      `json:"groupName"`
	Owner      string      `json:"ownerUin"`
	Count      int         `json:"memberNum"`
	Max        int         `json:"maxMemberNum"`
	Created    int64       `json:"groupCreateTime"`
	Memo       string      `json:"groupMemo"`
	Own        string      `json:"remarkName"`
	Question   string      `json:"groupQuestion"`
	Join       qq.JoinMode `json:"groupOption"`
	Notify     int         `json:"cmdUinMsgMask"`
	Avatar     string      `json:"avatarUrl"`
	Top        bool        `json:"isTop"`
}

func encodeKernel(g *qq.Group) kernelInfo {
	return kernelInfo{
		g.ID.String(), g.Name, g.Owner.String(), g.Members, g.MaxMembers, g.Created.Unix(), g.Description, g.Remark,
		g.Question, g.Join, int(g.Notify), g.Avatar, g.Pinned,
	}
}

func encodeDetail(g *qq.Group) detailInfo {
	d := detailInfo{g.ID, g.Name, g.Members, g.MaxMembers, 0, g.Remark, encodeKernel(g)}
	if g.WholeMute {
		d.AllMuted = -1
	}
	return d
}

type honorParam struct {
	Group wire.Int                `json:"group_id"`
	Type  wire.Optional[wire.Str] `json:"type" default:"\"all\"" doc:"talkative, performer, legend, strong_newbie, emotion or all"`
}

func (p honorParam) op() (qq.ListHonors, error) {
	op := qq.ListHonors{Group: qq.GroupID(p.Group)}
	name := string(p.Type.Or("all"))
	if name == "all" {
		return op, nil
	}
	for h := qq.HonorTalkative; h <= qq.HonorEmotion; h++ {
		if h.String() == name {
			op.Only = h
			return op, nil
		}
	}
	return op, fault("type", "must be talkative, performer, legend, strong_newbie, emotion or all")
}

// honorInfo holds the lists that were asked for.
type honorInfo struct {
	Group     qq.GroupID      `json:"group_id"`
	Current   *talkativeToday `json:"current_talkative,omitempty"`
	Talkative *[]honorHolder  `json:"talkative_list,omitempty"`
	Performer *[]honorHolder  `json:"performer_list,omitempty"`
	Legend    *[]honorHolder  `json:"legend_list,omitempty"`
	Newbie    *[]honorHolder  `json:"strong_newbie_list,omitempty"`
	Emotion   *[]honorHolder  `json:"emotion_list,omitempty"`
}

type talkativeToday struct {
	User     qq.UserID `json:"user_id"`
	Nickname string    `json:"nickname"`
	Avatar   string    `json:"avatar"`
	Days     int       `json:"day_count"`
}

type honorHolder struct {
	User        qq.UserID `json:"user_id"`
	Nickname    string    `json:"nickname"`
	Avatar      string    `json:"avatar"`
	Description string    `json:"description"`
}

func getHonors(ctx context.Context, c qq.Caller, p honorParam) (honorInfo, error) {
	op, err := p.op()
	if err != nil {
		return honorInfo{}, err
	}
	holders, err := qq.Do(ctx, c, op)
	if err != nil {
		return honorInfo{}, err
	}
	info := honorInfo{Group: op.Group}
	for h := qq.HonorTalkative; h <= qq.HonorEmotion; h++ {
		if op.Only == 0 || op.Only == h {
			*info.list(h) = holdersOf(h, holders)
		}
	}
	for _, h := range holders {
		if h.Current {
			info.Current = &talkativeToday{h.User, h.Nickname, h.Avatar, h.Days}
		}
	}
	return info, nil
}

// list is the place of an honour's list.
func (i *honorInfo) list(h qq.Honor) **[]honorHolder {
	switch h {
	case qq.HonorTalkative:
		return &i.Talkative
	case qq.HonorPerformer:
		return &i.Performer
	case qq.HonorLegend:
		return &i.Legend
	case qq.HonorNewbie:
		return &i.Newbie
	}
	return &i.Emotion
}

func holdersOf(honor qq.Honor, holders []qq.HonorHolder) *[]honorHolder {
	out := []honorHolder{}
	for _, h := range holders {
		if h.Honor == honor {
			out = append(out, honorHolder{h.User, h.Nickname, h.Avatar, h.Description})
		}
	}
	return &out
}
