package satori

import "llbot/protocols/wire"

// The resources of the protocol as they stand on the wire. Ids are strings,
// times milliseconds; what a call does not know is absent.

// User is a person.
type User struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Nick   string `json:"nick,omitempty"` // the remark
	Avatar string `json:"avatar,omitempty"`
	IsBot  bool   `json:"is_bot,omitempty"`
}

// Guild is a group.
type Guild struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Avatar string `json:"avatar,omitempty"`
}

// Member is somebody's membership of a group.
type Member struct {
	User     *User  `json:"user,omitempty"`
	Nick     string `json:"nick,omitempty"` // card, or else the nickname
	Avatar   string `json:"avatar,omitempty"`
	Title    string `json:"title,omitempty"`
	JoinedAt int64  `json:"joined_at,omitempty"`
	Roles    []Role `json:"roles,omitempty"`
}

// Role is one of the fixed roles of groups.
type Role struct {
	ID   string `json:"id"` // 1 owner, 2 admin, 0 member
	Name string `json:"name"`
}

// The types of channels.
const (
	ChannelText   = 0 // a group's
	ChannelDirect = 1 // with a friend or a stranger
)

// Channel is a place to speak at.
type Channel struct {
	ID   string `json:"id"`
	Type int    `json:"type"`
	Name string `json:"name,omitempty"`
}

// Friend is an entry of the friend list.
type Friend struct {
	User User   `json:"user"`
	Nick string `json:"nick,omitempty"` // the remark
}

// The states of a login.
const (
	StatusOffline = 0
	StatusOnline  = 1
	StatusConnect = 2 // logging in
)

// Login is an account as the protocol presents it. Features is absent in
// events, which do not know what the driver lacks.
type Login struct {
	SN       int64    `json:"sn"`
	Platform string   `json:"platform"`
	User     User     `json:"user"`
	Status   int      `json:"status"`
	Adapter  string   `json:"adapter"`
	Features []string `json:"features,omitempty"`
}

// Message is a message. In events only id, content and created_at are set: the
// other resources stand beside it.
type Message struct {
	ID        string   `json:"id"`
	Content   *string  `json:"content,omitempty"` // element text
	Channel   *Channel `json:"channel,omitempty"`
	Guild     *Guild   `json:"guild,omitempty"`
	Member    *Member  `json:"member,omitempty"`
	User      *User    `json:"user,omitempty"`
	CreatedAt int64    `json:"created_at,omitempty"`
}

// Event is the body of an EVENT frame and of a webhook.
type Event struct {
	SN        uint64   `json:"sn"`
	ID        uint64   `json:"id"` // the old name of sn
	Type      string   `json:"type"`
	Timestamp int64    `json:"timestamp"`
	SelfID    string   `json:"self_id"`
	Platform  string   `json:"platform"`
	Login     any      `json:"login"` // LoginRef, or Login in login events
	Channel   *Channel `json:"channel,omitempty"`
	Guild     *Guild   `json:"guild,omitempty"`
	Member    *Member  `json:"member,omitempty"`
	Message   *Message `json:"message,omitempty"`
	Operator  *User    `json:"operator,omitempty"`
	User      *User    `json:"user,omitempty"`
	Friend    *Friend  `json:"friend,omitempty"`
	Emoji     *Emoji   `json:"emoji,omitempty"`
	Button    *Button  `json:"button,omitempty"`
	// Referrer is for message.create to carry back.
	Referrer *Referrer `json:"referrer,omitempty"`
	Native   string    `json:"_type,omitempty"`
	Data     any       `json:"_data,omitempty"` // one of the types of events_native.go
}

// LoginRef names the login that an ordinary event belongs to.
type LoginRef struct {
	SN       int64  `json:"sn"`
	User     User   `json:"user"`
	Platform string `json:"platform"`
}

// Emoji is one of QQ's faces by its number, or a Unicode emoji by its code point
// in decimal.
type Emoji struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// Button is a pressed button. Data is what it carries, an addition of ours.
type Button struct {
	ID   string `json:"id"`
	Data string `json:"data,omitempty"`
}

// Referrer names the message that an event told of, and the group through which
// a stranger wrote, so that the answer finds its way back.
type Referrer struct {
	Message string `json:"message_id,omitempty"`
	Guild   string `json:"guild_id,omitempty"`
}

// GapData is the native data of the internal event about missing events: those
// behind After and before Next, or behind a number that is not of this server.
type GapData struct {
	After  uint64 `json:"after"`
	Next   uint64 `json:"next,omitempty"`
	Reason string `json:"reason"`
}

// List is a page. Only reaction.list and message.list have a second one.
type List[T any] struct {
	Data []T    `json:"data"`
	Next string `json:"next,omitempty"`
}

// BidiList is a page with tokens for the neighbouring ones.
type BidiList[T any] struct {
	Data []T    `json:"data"`
	Prev string `json:"prev,omitempty"`
	Next string `json:"next,omitempty"`
}

// Meta is what POST /v1/meta answers and READY carries.
type Meta struct {
	Logins    []Login  `json:"logins"`
	ProxyURLs []string `json:"proxy_urls"`
}

// The opcodes of frames.
const (
	opEvent    = 0
	opPing     = 1
	opIdentify = 3
	opReady    = 4
)

// frame is a message of the events socket, inbound.
type frame struct {
	Op   wire.Optional[wire.Int] `json:"op"`
	Body wire.Optional[wire.Raw] `json:"body"`
}

// identify is the body of IDENTIFY. sequence is the name of sn in version 1.0.
type identify struct {
	Token    wire.Optional[wire.Str] `json:"token"`
	SN       wire.Optional[wire.Raw] `json:"sn"`
	Sequence wire.Optional[wire.Raw] `json:"sequence"`
}

// list makes a page out of domain values.
func list[T, W any](items []T, encode func(T) W) List[W] {
	data := make([]W, len(items))
	for i, item := range items {
		data[i] = encode(item)
	}
	return List[W]{Data: data}
}
