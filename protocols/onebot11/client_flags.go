package onebot11

import (
	"hash/fnv"
	"strconv"

	"llbot/protocols/qq"
)

// GroupRequestOf names a group's request by the flag that a server gave it:
// LLBot's "group|seq|type|doubt" says all; of others a number is the Seq, and
// anything else counts as its hash, so that the same flag has the same name for
// ever. GroupFlag gives LLBot's flag back; who serves others must remember the
// flag itself.
func GroupRequestOf(flag string, group qq.GroupID, kind qq.GroupRequestKind) qq.GroupRequestRef {
	if ref, ok := parseGroupFlag(flag); ok {
		return ref
	}
	ref := qq.GroupRequestRef{Group: group, Kind: kind}
	if n, err := strconv.ParseInt(flag, 10, 64); err == nil && n > 0 && n <= maxExact {
		ref.Seq = n
		return ref
	}
	h := fnv.New64a()
	h.Write([]byte(flag))
	ref.Seq = int64(h.Sum64()&maxExact) | 1
	return ref
}

// maxExact is the greatest whole number that every JSON reader keeps.
const maxExact = 1<<53 - 1

// GroupFlag is LLBot's flag of a group's request.
func GroupFlag(r qq.GroupRequestRef) string { return groupFlag(r) }

// FriendFlag is LLBot's flag of a friend request, and that of others whose
// requests are not filtered: what the request named as InitiatorUID.
func FriendFlag(uid string, filtered bool) string {
	return friendFlag(&qq.FriendRequest{InitiatorUID: uid, Filtered: filtered})
}
