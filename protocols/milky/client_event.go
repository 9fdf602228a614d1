package milky

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Heard is an event as a client hears of it.
type Heard struct {
	Type    string
	Account qq.UserID
	Time    qq.Time // of pushing, in seconds
	Event   qq.Event
	// FileID names the file of a FileUploaded, whose message Milky does not
	// name: it is the one that shows that file.
	FileID qq.FileID
}

// heardEvent is an event as it comes.
type heardEvent struct {
	Type   string    `json:"event_type"`
	Time   int64     `json:"time"`
	SelfID qq.UserID `json:"self_id"`
	Data   wire.Raw  `json:"data"`
}

// ReadEvent reads one event. An event of a type that this version does not
// know, or that lacks what it must have, has a nil Event. The error tells that
// text is no event at all.
func ReadEvent(text []byte) (Heard, error) {
	var e heardEvent
	if err := readHeard(text, &e); err != nil {
		return Heard{}, err
	}
	if e.Type == "" {
		return Heard{}, qq.Errorf(qq.ErrUpstream, "an event without event_type")
	}
	h := Heard{Type: e.Type, Account: e.SelfID, Time: instantOf(e.Time)}
	h.Event = decodeEvent(&h, e.Data)
	return h, nil
}

// as reads an event's data and translates it; nil when it cannot be read.
func as[D any](data []byte, event func(D) qq.Event) qq.Event {
	var d D
	if readHeard(data, &d) != nil {
		return nil
	}
	return event(d)
}

func decodeEvent(h *Heard, data []byte) qq.Event {
	switch h.Type {
	case "bot_offline":
		return as(data, func(d offlineData) qq.Event { return &qq.StatusChanged{Reason: d.Reason} })
	case "message_receive":
		return as(data, func(d heardMessage) qq.Event {
			if m := decodeMessage(&d, h.Account); m != nil {
				return &qq.MessageReceived{Message: *m}
			}
			return nil
		})
	case "message_recall":
		return as(data, decodeRecall)
	case "peer_pin_change":
		return as(data, func(d pinData) qq.Event {
			scene, ok := qq.ParseScene(d.Scene)
			return known(ok, &qq.PinChanged{Chat: qq.Chat{Scene: scene, Peer: int64(d.PeerID)}, On: d.IsPinned})
		})
	case "friend_request":
		return as(data, func(d friendRequestData) qq.Event {
			return &qq.FriendRequested{FriendRequest: qq.FriendRequest{
				Time: h.Time, Initiator: d.Initiator, InitiatorUID: d.InitiatorUID, Target: h.Account, Comment: d.Comment, Via: d.Via,
			}}
		})
	case "friend_nudge":
		return as(data, func(d friendNudgeData) qq.Event { return friendNudged(h.Account, d) })
	case "friend_file_upload":
		return as(data, func(d friendFileData) qq.Event { return friendUploaded(h, d) })
	}
	return decodeGroupEvent(h, data)
}

// known is the event, or nil when something in it makes no sense.
func known(ok bool, e qq.Event) qq.Event {
	if !ok {
		return nil
	}
	return e
}

func decodeRecall(d recallData) qq.Event {
	scene, ok := qq.ParseScene(d.Scene)
	ref := qq.MessageRef{Chat: qq.Chat{Scene: scene, Peer: int64(d.PeerID)}, Seq: d.Seq}
	return known(ok, &qq.MessageRecalled{MessageRef: ref, Sender: d.Sender, Operator: d.Operator, Suffix: d.Suffix})
}

func friendNudged(account qq.UserID, d friendNudgeData) qq.Event {
	e := &qq.Nudged{Chat: qq.FriendChat(d.User), Sender: d.User, Receiver: d.User, Action: d.Action, Suffix: d.Suffix, Image: d.ActionImage}
	if d.IsSelfSend {
		e.Sender = account
	}
	if d.IsSelfReceive {
		e.Receiver = account
	}
	return e
}

func friendUploaded(h *Heard, d friendFileData) qq.Event {
	h.FileID = d.File
	e := &qq.FileUploaded{
		MessageRef: qq.MessageRef{Chat: qq.FriendChat(d.User)}, User: d.User, Self: d.IsSelf,
		File: qq.File{Media: qq.Media{Name: d.Name, Size: d.Size}, FileID: d.File, Hash: d.Hash},
	}
	if d.IsSelf {
		e.User = h.Account
	}
	return e
}
