package satori

import (
	"strconv"
	"time"
	"unicode/utf8"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// The parameter types below are ids, which Satori writes as strings; numbers
// are taken too, as all servers do.

type userID qq.UserID

// DecodeWire reads a QQ number.
func (u *userID) DecodeWire(c wire.Cursor) {
	n, ok := idText(c, positive, "must be a QQ number")
	if ok {
		*u = userID(n)
	}
}

type guildID qq.GroupID

// DecodeWire reads a group number.
func (g *guildID) DecodeWire(c wire.Cursor) {
	n, ok := idText(c, positive, "must be a group number")
	if ok {
		*g = guildID(n)
	}
}

type channelID qq.Chat

// DecodeWire reads a channel id.
func (ch *channelID) DecodeWire(c wire.Cursor) {
	chat, ok := idText(c, ParseChannelID, `must be a group number or "private:" and a QQ number`)
	if ok {
		*ch = channelID(chat)
	}
}

func (ch channelID) chat() qq.Chat { return qq.Chat(ch) }

// group is the channel's group; an error for a direct channel.
func (ch channelID) group() (qq.GroupID, error) {
	if ch.Scene != qq.SceneGroup {
		return 0, qq.Errorf(qq.ErrInvalid, "channel_id: must be the channel of a group")
	}
	return ch.chat().Group(), nil
}

type messageID qq.MessageRef

// DecodeWire reads a message id.
func (m *messageID) DecodeWire(c wire.Cursor) {
	ref, ok := idText(c, ParseMessageID, "must be a message id of this server, as in 2|123456|7")
	if ok {
		*m = messageID(ref)
	}
}

type groupRequest qq.GroupRequestRef

// DecodeWire reads the message.id of a guild-request or guild-member-request.
func (g *groupRequest) DecodeWire(c wire.Cursor) {
	ref, ok := idText(c, parseGroupRequestID, "must be the message id of a request event")
	if ok {
		*g = groupRequest(ref)
	}
}

// friendRequest is the message.id of a friend-request.
type friendRequest struct {
	uid      string
	filtered bool
}

// DecodeWire reads the id.
func (f *friendRequest) DecodeWire(c wire.Cursor) {
	request, ok := idText(c, parseFriendRequestID, "must be the message id of a friend-request event")
	if ok {
		*f = request
	}
}

// idText reads an id given as a string or a number through parse.
func idText[T any](c wire.Cursor, parse func(string) (T, bool), wanted string) (T, bool) {
	var zero T
	if kind := c.Kind(); kind != "a string" && kind != "a number" {
		c.Fault("must be a string, not " + kind)
		return zero, false
	}
	var text wire.Str
	c.Into(&text)
	v, ok := parse(string(text))
	if !ok {
		c.Fault(wanted)
	}
	return v, ok
}

// milliseconds is a span of time on the wire. QQ counts whole seconds: a part
// of one is a whole one, so that a short mute is not taken for none.
type milliseconds time.Duration

// DecodeWire takes a number of milliseconds from 0 to ten years.
func (m *milliseconds) DecodeWire(c wire.Cursor) {
	const longest = 10 * 365 * 24 * 3600 * 1000
	var ms float64
	if c.Kind() == "a string" {
		var whole wire.Int
		c.Into(&whole)
		ms = float64(whole)
	} else {
		c.Into(&ms)
	}
	if ms < 0 || ms > longest {
		c.Fault("must be from 0 to ten years, in milliseconds")
		return
	}
	seconds := time.Duration((ms + 999) / 1000)
	*m = milliseconds(seconds * time.Second)
}

// referrer is what an event told; anything that is not ours is let pass.
type referrer struct{ via qq.GroupID }

// DecodeWire looks for the group.
func (r *referrer) DecodeWire(c wire.Cursor) {
	var text string
	if guild := c.Key("guild_id"); guild.Kind() == "a string" && wire.Unmarshal(guild.Raw, &text) == nil {
		n, _ := positive(text)
		r.via = qq.GroupID(n)
	}
}

// emojiID names a reaction: QQ's number of a face, the code point of an emoji in
// decimal, or the emoji itself.
type emojiID qq.Emoji

// DecodeWire reads the id.
func (e *emojiID) DecodeWire(c wire.Cursor) {
	emoji, ok := idText(c, parseEmoji, "must be the number of a face, or an emoji or its code point in decimal")
	if ok {
		*e = emojiID(emoji)
	}
}

func parseEmoji(text string) (qq.Emoji, bool) {
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return qq.EmojiOf(strconv.FormatUint(n, 10)), true
	}
	r, _ := utf8.DecodeRuneInString(text)
	if r == utf8.RuneError || r < 0x200 || len(text) > 40 {
		return qq.Emoji{}, false
	}
	return qq.Emoji{Kind: qq.EmojiUnicode, ID: strconv.Itoa(int(r))}, true
}

// page is the parameter of lists that fit into one page.
type page struct {
	Next wire.Optional[wire.Str] `json:"next"`
}

// empty is the answer of methods without a result.
type empty struct{}

func none(qq.None) empty { return empty{} }
