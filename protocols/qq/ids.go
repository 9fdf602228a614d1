package qq

import (
	"fmt"
	"strconv"
	"time"
)

// UserID is a QQ number ("uin") of a person or of an account of ours.
type UserID int64

// GroupID is the number of a group.
type GroupID int64

// SN is the server-wide number of an event-log entry: strictly rising for
// ever, below 2^53 so that every JSON reader keeps it exact.
type SN uint64

// MessageID is OneBot's 32-bit name of a message: non-negative, stable over
// restarts, made by the account. 0 means "not stamped".
type MessageID int32

// ResourceID names a blob (picture, voice, file) of a driver; opaque outside it.
type ResourceID string

// Limits of QQ numbers as every spec table states them.
const (
	MinUin = 10001
	MaxUin = 4294967295
)

// Valid tells whether u lies in the range of QQ numbers.
func (u UserID) Valid() bool { return u >= MinUin && u <= MaxUin }

// String is the number in decimal.
func (u UserID) String() string { return strconv.FormatInt(int64(u), 10) }

// String is the number in decimal.
func (g GroupID) String() string { return strconv.FormatInt(int64(g), 10) }

// Time is an instant in Unix milliseconds; 0 means unknown or never.
type Time int64

// TimeOf converts a standard time; the zero time becomes 0.
func TimeOf(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMilli())
}

// Unix is the instant in whole seconds.
func (t Time) Unix() int64 { return int64(t) / 1000 }

// Std converts to a standard time in UTC.
func (t Time) Std() time.Time { return time.UnixMilli(int64(t)).UTC() }

// Scene tells which kind of conversation a message belongs to.
type Scene uint8

// The scenes. SceneTemp is a chat with somebody who is no friend, reached
// through a shared group.
const (
	SceneNone Scene = iota
	SceneFriend
	SceneGroup
	SceneTemp
)

// String is the name that Milky uses: friend, group, temp.
func (s Scene) String() string {
	switch s {
	case SceneFriend:
		return "friend"
	case SceneGroup:
		return "group"
	case SceneTemp:
		return "temp"
	}
	return "none"
}

// ParseScene reads a name written by Scene.String.
func ParseScene(name string) (Scene, bool) {
	for _, s := range []Scene{SceneFriend, SceneGroup, SceneTemp} {
		if s.String() == name {
			return s, true
		}
	}
	return SceneNone, false
}

// Chat is one conversation as one account sees it: Peer is the other user's
// number (also for own messages), or the group's number.
type Chat struct {
	Scene Scene `json:"scene"`
	Peer  int64 `json:"peer"`
}

// GroupChat names the conversation of a group.
func GroupChat(g GroupID) Chat { return Chat{SceneGroup, int64(g)} }

// FriendChat names the conversation with a friend.
func FriendChat(u UserID) Chat { return Chat{SceneFriend, int64(u)} }

// TempChat names the conversation with somebody met in a group.
func TempChat(u UserID) Chat { return Chat{SceneTemp, int64(u)} }

// Group is the peer as a group number; meaningful for SceneGroup only.
func (c Chat) Group() GroupID { return GroupID(c.Peer) }

// User is the peer as a QQ number; meaningful outside SceneGroup.
func (c Chat) User() UserID { return UserID(c.Peer) }

// MessageRef names a message: by Chat and Seq (QQ's own identity), by the
// 32-bit ID alone (OneBot), or by both. Whoever has only the ID lets the
// account resolve it; drivers always see Chat and Seq.
type MessageRef struct {
	Chat
	Seq int64     `json:"seq"`
	ID  MessageID `json:"id,omitempty"`
}

// Resolved tells whether Chat and Seq are known.
func (r MessageRef) Resolved() bool { return r.Scene != SceneNone && r.Seq != 0 }

// String is for errors and logs: "group 123456 seq 7".
func (r MessageRef) String() string {
	if !r.Resolved() {
		return fmt.Sprintf("message %d", r.ID)
	}
	return fmt.Sprintf("%s %d seq %d", r.Scene, r.Peer, r.Seq)
}
