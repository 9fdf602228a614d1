package satori

import (
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

const directPrefix = "private:"

// ChannelID names a chat: the group's number, or private:<number> for friends
// and strangers alike.
func ChannelID(c qq.Chat) string {
	id := strconv.FormatInt(c.Peer, 10)
	if c.Scene == qq.SceneGroup {
		return id
	}
	return directPrefix + id
}

// ParseChannelID reads what ChannelID wrote; a direct channel is a friend's
// chat, since the id does not tell strangers apart.
func ParseChannelID(id string) (qq.Chat, bool) {
	number, direct := strings.CutPrefix(id, directPrefix)
	n, ok := positive(number)
	if direct {
		return qq.FriendChat(qq.UserID(n)), ok
	}
	return qq.GroupChat(qq.GroupID(n)), ok
}

// The chat types inside message ids are QQ's own, as LLBot shows them.
func chatType(s qq.Scene) string {
	switch s {
	case qq.SceneGroup:
		return "2"
	case qq.SceneTemp:
		return "100"
	}
	return "1"
}

// MessageID writes a reference as "<chat type>|<peer>|<seq>" with the types
// 1 friend, 2 group, 100 temporary.
func MessageID(r qq.MessageRef) string {
	return chatType(r.Scene) + "|" + strconv.FormatInt(r.Peer, 10) + "|" + strconv.FormatInt(r.Seq, 10)
}

// ParseMessageID reads what MessageID wrote.
func ParseMessageID(id string) (qq.MessageRef, bool) {
	parts := strings.Split(id, "|")
	if len(parts) != 3 {
		return qq.MessageRef{}, false
	}
	var scene qq.Scene
	for _, s := range []qq.Scene{qq.SceneFriend, qq.SceneGroup, qq.SceneTemp} {
		if chatType(s) == parts[0] {
			scene = s
		}
	}
	peer, peerOK := positive(parts[1])
	seq, seqOK := positive(parts[2])
	ref := qq.MessageRef{Chat: qq.Chat{Scene: scene, Peer: peer}, Seq: seq}
	return ref, scene != qq.SceneNone && peerOK && seqOK
}

// friendRequestID is the asker's uid, with |1 behind it when QQ filtered it.
func friendRequestID(uid string, filtered bool) string {
	if filtered {
		return uid + "|1"
	}
	return uid
}

func parseFriendRequestID(id string) (friendRequest, bool) {
	uid, filtered := strings.CutSuffix(id, "|1")
	return friendRequest{uid, filtered}, uid != "" && !strings.Contains(uid, "|")
}

// The request types are QQ's numbers of group notifications.
func requestType(k qq.GroupRequestKind) string {
	switch k {
	case qq.Invitation:
		return "2"
	case qq.InvitedJoinRequest:
		return "22"
	}
	return "1"
}

// groupRequestID writes "group|seq|type|filtered" with the types 1 join,
// 2 invitation, 22 invited join.
func groupRequestID(r qq.GroupRequestRef) string {
	filtered := "0"
	if r.Filtered {
		filtered = "1"
	}
	return r.Group.String() + "|" + strconv.FormatInt(r.Seq, 10) + "|" + requestType(r.Kind) + "|" + filtered
}

func parseGroupRequestID(id string) (qq.GroupRequestRef, bool) {
	parts := strings.Split(id, "|")
	if len(parts) != 4 || parts[3] != "0" && parts[3] != "1" {
		return qq.GroupRequestRef{}, false
	}
	var kind qq.GroupRequestKind
	for _, k := range []qq.GroupRequestKind{qq.JoinRequest, qq.Invitation, qq.InvitedJoinRequest} {
		if requestType(k) == parts[2] {
			kind = k
		}
	}
	group, groupOK := positive(parts[0])
	seq, seqOK := positive(parts[1])
	ref := qq.GroupRequestRef{Group: qq.GroupID(group), Seq: seq, Kind: kind, Filtered: parts[3] == "1"}
	return ref, kind != 0 && groupOK && seqOK
}

// positive reads a decimal number above 0 in its only spelling.
func positive(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != text {
		return 0, false
	}
	return n, true
}
