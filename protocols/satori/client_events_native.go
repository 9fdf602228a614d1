package satori

import (
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// nativeKind is what a native type says behind the name of the implementation.
func (h *heard) nativeKind() string {
	_, kind, _ := strings.Cut(h.Native, "/")
	return kind
}

// dataOf reads native data; nil when it is not of that form.
func dataOf[D any](h *heard) *D {
	data := new(D)
	if len(h.Data) == 0 || wire.Unmarshal(h.Data, data) != nil {
		return nil
	}
	return data
}

// fromData makes an event of native data, nil when there is none of its form.
func fromData[D any](h *heard, event func(*D) qq.Event) qq.Event {
	if data := dataOf[D](h); data != nil {
		return event(data)
	}
	return nil
}

// nativeHeard reads what the standard has no event for; nil for other kinds.
func (c *Client) nativeHeard(h *heard) qq.Event {
	chat, placed := chatOf(h.Channel, h.Guild)
	switch h.nativeKind() {
	case "group_mute":
		return fromData(h, func(d *MuteData) qq.Event {
			return &qq.MemberMuted{Group: d.Group, User: d.User, Operator: d.Operator, Seconds: d.Duration, Member: h.member()}
		})
	case "group_whole_mute":
		return fromData(h, func(d *WholeMuteData) qq.Event {
			return &qq.GroupMuted{Group: d.Group, Operator: d.Operator, On: d.IsMute}
		})
	case "group_nudge":
		return fromData(h, func(d *GroupNudgeData) qq.Event {
			return &qq.Nudged{Chat: qq.GroupChat(d.Group), Sender: d.Sender, Receiver: d.Receiver, Action: d.Action, Suffix: d.Suffix, Image: d.Image}
		})
	case "friend_nudge":
		return fromData(h, c.friendNudged)
	case "poke_recall":
		return fromData(h, func(d *NudgeRecallData) qq.Event {
			if !placed {
				return nil
			}
			return &qq.NudgeRecalled{Chat: chat, Sender: d.User, Receiver: d.Target}
		})
	case "peer_pin_change":
		return fromData(h, func(d *PinData) qq.Event {
			scene, ok := qq.ParseScene(d.Scene)
			if !ok {
				return nil
			}
			return &qq.PinChanged{Chat: qq.Chat{Scene: scene, Peer: d.Peer}, On: d.Pinned}
		})
	case "group_file_upload", "friend_file_upload":
		return c.uploadHeard(h)
	case "gray_tip":
		return fromData(h, func(d *TipData) qq.Event {
			ref := c.Names.Ref(chat, d.Message, qq.Time(h.Timestamp))
			if !placed || !ref.Resolved() {
				return nil
			}
			return &qq.GrayTip{MessageRef: ref, User: d.User, Business: d.Business, Text: d.Text, Raw: d.Raw}
		})
	}
	return c.nativeOfAccount(h)
}

func (c *Client) friendNudged(d *FriendNudgeData) qq.Event {
	n := &qq.Nudged{Chat: qq.FriendChat(d.User), Sender: d.User, Receiver: d.User, Action: d.Action, Suffix: d.Suffix, Image: d.Image}
	if d.SelfSend {
		n.Sender = c.Account
	}
	if d.SelfReceive {
		n.Receiver = c.Account
	}
	return n
}

// uploadHeard reads a file that somebody put into a chat.
func (c *Client) uploadHeard(h *heard) qq.Event {
	ref, ok := c.ref(h)
	if !ok {
		return nil
	}
	return fromData(h, func(d *FriendFileData) qq.Event { // the group's data is a part of it
		user := h.whom()
		file := qq.File{Media: qq.Media{Name: d.Name, Size: d.Size}, FileID: qq.FileID(d.ID), Hash: d.Hash}
		return &qq.FileUploaded{MessageRef: ref, User: user, File: file, Self: user == c.Account}
	})
}

// nativeOfAccount reads native events that are not about a chat.
func (c *Client) nativeOfAccount(h *heard) qq.Event {
	switch h.nativeKind() {
	case "honor":
		return fromData(h, func(d *HonorData) qq.Event {
			return &qq.HonorGained{Group: d.Group, User: d.User, Honor: honorNamed(d.Honor), Member: h.member()}
		})
	case "lucky_king":
		return fromData(h, func(d *LuckyData) qq.Event {
			return &qq.LuckyKing{Group: d.Group, Sender: d.User, Winner: d.Target}
		})
	case "profile_like":
		return fromData(h, func(d *LikeData) qq.Event {
			return &qq.ProfileLiked{User: d.Operator, Nickname: d.Nick, Times: d.Times}
		})
	case "input_status":
		return fromData(h, func(d *TypingData) qq.Event {
			return &qq.TypingChanged{User: d.User, Kind: d.Kind, Text: d.Text}
		})
	case "client_status":
		return fromData(h, func(d *ClientData) qq.Event {
			return &qq.DeviceChanged{Device: qq.Device{App: d.Client.App, Name: d.Client.Name, Kind: d.Client.Kind}, Online: d.Online}
		})
	case "flash_file":
		return fromData(h, flashed)
	case "gap":
		return fromData(h, func(d *GapData) qq.Event {
			return &qq.EventsLost{After: qq.SN(d.After), Next: qq.SN(d.Next), Reason: d.Reason}
		})
	}
	return nil
}

// flashed reads how far a flash transfer came. Its size stands for its files,
// which are not told.
func flashed(d *FlashData) qq.Event {
	p := &qq.FlashProgressed{
		Set:  qq.FlashSet{ID: d.Set, Title: d.Title, Link: d.Link},
		Done: d.Done, Speed: d.Speed, Remaining: d.Remaining,
	}
	if d.Total > 0 {
		p.Set.Files = []qq.FlashPart{{Size: d.Total}}
	}
	for _, step := range []qq.FlashStep{qq.FlashUploading, qq.FlashUploaded, qq.FlashDownloading, qq.FlashDownloaded} {
		if step.String() == d.Step {
			p.Step = step
		}
	}
	return p
}

func honorNamed(name string) qq.Honor {
	for _, h := range []qq.Honor{qq.HonorTalkative, qq.HonorPerformer, qq.HonorLegend, qq.HonorNewbie, qq.HonorEmotion} {
		if h.String() == name {
			return h
		}
	}
	return 0
}

// loginHeard reads what happens to the account itself; false for other types.
// That a login came online and that its profile changed look the same: whoever
// knows the state before tells them apart.
func (c *Client) loginHeard(h *heard) (qq.Event, bool) {
	switch h.Type {
	case "login-added", "login-removed", "login-updated":
	default:
		return nil, false
	}
	if h.Login == nil {
		return nil, true
	}
	login, err := ReadLogin(*h.Login)
	if err != nil {
		return nil, true
	}
	login.Online = login.Online && h.Type != "login-removed"
	status := &qq.StatusChanged{Online: login.Online, Login: login}
	switch data := dataOf[OfflineData](h); {
	case login.Online:
	case data != nil && data.Reason != "":
		status.Reason = data.Reason
	case h.Type == "login-removed":
		status.Reason = "the login was taken from the server"
	}
	return status, true
}
