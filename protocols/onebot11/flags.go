package onebot11

import (
	"fmt"
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// filteredMark ends the flag of a friend request that QQ filtered.
const filteredMark = "|1"

// friendFlag names a friend request: the initiator's uid.
func friendFlag(r *qq.FriendRequest) string {
	if r.Filtered {
		return r.InitiatorUID + filteredMark
	}
	return r.InitiatorUID
}

func parseFriendFlag(flag string) (uid string, filtered bool) {
	return strings.CutSuffix(flag, filteredMark)
}

// groupFlag names a request of a group: "group|seq|type|doubt".
func groupFlag(r qq.GroupRequestRef) string {
	doubt := 0
	if r.Filtered {
		doubt = 1
	}
	return fmt.Sprintf("%d|%d|%d|%d", r.Group, r.Seq, r.Kind, doubt)
}

func parseGroupFlag(flag string) (r qq.GroupRequestRef, ok bool) {
	parts := strings.Split(flag, "|")
	if len(parts) != 4 {
		return r, false
	}
	var n [4]int64
	for i, part := range parts {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil || v < 0 {
			return r, false
		}
		n[i] = v
	}
	if n[2] < int64(qq.JoinRequest) || n[2] > int64(qq.Invitation) || n[3] > 1 {
		return r, false
	}
	return qq.GroupRequestRef{Group: qq.GroupID(n[0]), Seq: n[1], Kind: qq.GroupRequestKind(n[2]), Filtered: n[3] == 1}, true
}
