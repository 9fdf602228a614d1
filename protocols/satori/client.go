package satori

import (
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// Client is the protocol seen from the other side: it reads what a server
// tells an account of ours, and writes what the account asks of the server. It
// is pure; the fields do not change once it is in use.
type Client struct {
	Account qq.UserID
	Dialect Dialect
	Names   Names
	// Link turns a src of the server into a URL that others can fetch; nil leaves
	// all as they are. It is asked about internal: links.
	Link func(src string) string
}

// Names tells which message an id of the server means, and the reverse. Ids are
// strings of the server's own making, while a reference holds numbers.
type Names interface {
	// Ref is the message that the server calls id, as it stands in a chat; the id
	// may know better which scene it is. at is when it was said, 0 when that is not
	// known. The reference is not resolved when the id is "" or cannot be read.
	Ref(chat qq.Chat, id string, at qq.Time) qq.MessageRef
	// Name is the id of a message; false when the server has not told it.
	Name(ref qq.MessageRef) (id string, ok bool)
}

// PlainNames are the ids that this server makes: they hold the reference itself.
type PlainNames struct{}

// Ref reads the id.
func (PlainNames) Ref(chat qq.Chat, id string, _ qq.Time) qq.MessageRef {
	if ref, ok := ParseMessageID(id); ok {
		return ref
	}
	return qq.MessageRef{Chat: chat}
}

// Name writes the id.
func (PlainNames) Name(ref qq.MessageRef) (string, bool) { return MessageID(ref), true }

// QQNumber reads an id as a number of QQ; false for ids of other platforms.
func QQNumber(id string) (int64, bool) { return positive(id) }

// userOf reads a user's id, 0 when it is none of QQ.
func userOf(id string) qq.UserID {
	n, _ := positive(id)
	return qq.UserID(n)
}

func userOfPtr(u *User) qq.UserID {
	if u == nil {
		return 0
	}
	return userOf(u.ID)
}

const temporaryPrefix = "temporary:"

// chatOf is the chat of a channel: the id tells in the ways that servers for QQ
// have, and the type where the id does not. guild is the fallback.
func chatOf(channel *Channel, guild *Guild) (qq.Chat, bool) {
	if channel == nil || channel.ID == "" {
		if guild == nil {
			return qq.Chat{}, false
		}
		n, ok := positive(guild.ID)
		return qq.GroupChat(qq.GroupID(n)), ok
	}
	if number, ok := strings.CutPrefix(channel.ID, temporaryPrefix); ok {
		n, ok := positive(number)
		return qq.TempChat(qq.UserID(n)), ok
	}
	chat, ok := ParseChannelID(channel.ID)
	if ok && chat.Scene == qq.SceneGroup && channel.Type == ChannelDirect {
		chat = qq.FriendChat(qq.UserID(chat.Peer))
	}
	return chat, ok
}

// channelOf is the id of a chat's channel at the server.
func (c *Client) channelOf(chat qq.Chat) string {
	if chat.Scene == qq.SceneTemp && c.Dialect.Temporary {
		return temporaryPrefix + strconv.FormatInt(chat.Peer, 10)
	}
	return ChannelID(chat)
}

// nameOf is the server's id of a message.
func (c *Client) nameOf(ref qq.MessageRef) (string, error) {
	id, ok := c.Names.Name(ref)
	if !ok {
		return "", qq.Errorf(qq.ErrNotFound, "the server never told its id of %s", ref)
	}
	return id, nil
}
