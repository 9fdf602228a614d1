package milky

import (
	"math"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Milky's scalars are strict: an integer is a JSON number, never a string.

// uin is a QQ or group number.
type uin int64

// DecodeWire takes 10001..4294967295.
func (u *uin) DecodeWire(c wire.Cursor) { *u = uin(integer(c, qq.MinUin, qq.MaxUin)) }

// peer is the number of a user or of a group in what is told.
type peer int64

// whole is any other integer.
type whole int64

// maxWhole is the greatest integer that every JSON reader keeps exact.
const maxWhole = 1<<53 - 1

// DecodeWire takes 0..2^53-1.
func (w *whole) DecodeWire(c wire.Cursor) { *w = whole(integer(c, 0, maxWhole)) }

// count is the number as an int, also where that has 32 bits.
func (w whole) count() int { return int(min(w, math.MaxInt32)) }

// seconds is the number as a duration, the longest there is if it is too great.
func (w whole) seconds() time.Duration {
	return time.Duration(min(int64(w), math.MaxInt64/int64(time.Second))) * time.Second
}

// instant is the number of seconds as an instant.
func (w whole) instant() qq.Time { return qq.Time(w) * 1000 }

// integer reads a JSON number between least and most.
func integer(c wire.Cursor, least, most int64) int64 {
	if kind := c.Kind(); kind != "a number" {
		c.Fault("must be an integer written as a JSON number, not " + kind)
		return 0
	}
	// Into reports what is no whole number or far too great, and leaves n.
	n := least
	c.Into(&n)
	if n < least || n > most {
		c.Fault("must lie between " + strconv.FormatInt(least, 10) + " and " + strconv.FormatInt(most, 10))
	}
	return n
}

// pageSize is the limit of get_history_messages.
type pageSize int64

// DecodeWire takes 1..30.
func (p *pageSize) DecodeWire(c wire.Cursor) { *p = pageSize(integer(c, 1, 30)) }

// scene is a message_scene.
type scene qq.Scene

// DecodeWire takes friend, group or temp.
func (s *scene) DecodeWire(c wire.Cursor) {
	parsed, _ := qq.ParseScene(choice(c, "friend", "group", "temp"))
	*s = scene(parsed)
}

// requestKind is a notification_type that can be answered.
type requestKind qq.GroupRequestKind

// DecodeWire takes join_request or invited_join_request.
func (k *requestKind) DecodeWire(c wire.Cursor) {
	switch choice(c, "join_request", "invited_join_request") {
	case "join_request":
		*k = requestKind(qq.JoinRequest)
	case "invited_join_request":
		*k = requestKind(qq.InvitedJoinRequest)
	}
}

// reactionKind tells the two kinds of reaction apart.
type reactionKind qq.EmojiKind

// DecodeWire takes face or emoji.
func (k *reactionKind) DecodeWire(c wire.Cursor) {
	*k = reactionKind(qq.EmojiFace)
	if choice(c, "face", "emoji") == "emoji" {
		*k = reactionKind(qq.EmojiUnicode)
	}
}

// choice reads a string that must be one of names; "" when it is none.
func choice(c wire.Cursor, names ...string) string {
	var text string
	if c.Kind() != "a string" {
		c.Fault("must be " + strings.Join(names, " or ") + ", not " + c.Kind())
		return ""
	}
	c.Into(&text)
	for _, name := range names {
		if text == name {
			return name
		}
	}
	c.Fault("must be " + strings.Join(names, " or "))
	return ""
}
