package onebot11

import "llbot/protocols/qq"

// notify reads what OneBot puts under the notice "notify".
func (t *tell) notify() qq.Event {
	switch t.Sub {
	case "poke":
		return t.poke()
	case "poke_recall":
		n := t.poke()
		return &qq.NudgeRecalled{Chat: n.Chat, Sender: n.Sender, Receiver: n.Receiver}
	case "lucky_king":
		var e luckyEvent
		t.into(&e)
		return &qq.LuckyKing{Group: e.Group, Sender: e.User, Winner: e.Target}
	case "honor":
		return t.honor()
	case "title":
		var e titleEvent
		t.into(&e)
		return &qq.TitleChanged{Group: e.Group, User: e.User, New: e.Title}
	case "profile_like":
		var e profileLikeEvent
		t.into(&e)
		return &qq.ProfileLiked{User: e.Operator, Nickname: e.Nick, Times: e.Times}
	case "input_status":
		var e typingEvent
		t.into(&e)
		return &qq.TypingChanged{User: e.User, Kind: e.Kind, Text: e.Text}
	case "group_name":
		var e renameEvent
		t.into(&e)
		return &qq.GroupRenamed{Group: e.Group, Operator: e.User, New: e.Name}
	case "gray_tip":
		return t.grayTip()
	}
	return nil
}

// pokeTold takes what all implementations write: sender_id is go-cqhttp's and
// NapCat's, the last three SnowLuma's.
type pokeTold struct {
	pokeEvent
	Sender qq.UserID `json:"sender_id"`
	Action string    `json:"action"`
	Suffix string    `json:"suffix"`
	Image  string    `json:"action_img_url"`
}

func (t *tell) poke() *qq.Nudged {
	var e pokeTold
	t.into(&e)
	n := &qq.Nudged{Sender: e.User, Receiver: e.Target, Action: e.Action, Suffix: e.Suffix, Image: e.Image}
	if e.Group == 0 && e.Sender != 0 {
		n.Sender = e.Sender
	}
	switch {
	case e.Group != 0:
		n.Chat = qq.GroupChat(e.Group)
	case n.Sender != t.Self:
		n.Chat = qq.FriendChat(n.Sender)
	case e.User != t.Self:
		n.Chat = qq.FriendChat(e.User)
	default:
		n.Chat = qq.FriendChat(e.Target)
	}
	readPoke(n, e.Info)
	return n
}

// readPoke takes the verb, what stands behind the receiver, and the picture out
// of the line that QQ shows: the reverse of pokeOf.
func readPoke(n *qq.Nudged, parts []pokePart) {
	people := 0
	for _, p := range parts {
		switch {
		case p.Type == "qq":
			people++
		case p.Type == "img":
			n.Image = p.Src
		case p.Type == "nor" && people < 2:
			n.Action = p.Text
		case p.Type == "nor":
			n.Suffix = p.Text
		}
	}
}

func (t *tell) honor() qq.Event {
	var e honorEvent
	t.into(&e)
	for h := qq.HonorTalkative; h <= qq.HonorEmotion; h++ {
		if h.String() == e.Honor {
			return &qq.HonorGained{Group: e.Group, User: e.User, Honor: h}
		}
	}
	return nil
}

func (t *tell) grayTip() qq.Event {
	var e struct {
		tipEvent
		Number int64 `json:"message_id"`
	}
	t.into(&e)
	return &qq.GrayTip{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(e.Group), ID: narrow(e.Number)}, User: e.User, Business: e.Business,
		Text: e.Content, Raw: e.Info,
	}
}

// request reads a request and what its answer must name.
func (t *tell) request() (qq.Event, string) {
	var e struct {
		joinRequestEvent
		Via    string     `json:"via"`
		Source qq.GroupID `json:"source_group_id"`
	}
	t.into(&e)
	switch {
	case t.Request == "friend":
		uid, filtered := parseFriendFlag(e.Flag)
		return &qq.FriendRequested{FriendRequest: qq.FriendRequest{
			Time: seconds64(e.Time), Initiator: e.User, InitiatorUID: uid, Target: t.Self, Comment: e.Comment, Via: e.Via, Filtered: filtered,
		}}, e.Flag
	case t.Request != "group":
		return nil, ""
	}
	r := qq.GroupRequest{Time: seconds64(e.Time), Initiator: e.User, Comment: e.Comment, SourceGroup: e.Source}
	kind := qq.JoinRequest
	switch {
	case t.Sub == "invite":
		kind = qq.Invitation
	case e.Inviter != 0:
		kind = qq.InvitedJoinRequest
		r.Initiator, r.Target = e.Inviter, e.User
	}
	r.GroupRequestRef = GroupRequestOf(e.Flag, e.Group, kind)
	return &qq.GroupRequested{GroupRequest: r}, e.Flag
}
