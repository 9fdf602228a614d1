package sim

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// What a world keeps at most.
const (
	historyLimit = 10_000 // messages of a chat
	requestLimit = 10_000 // friend requests, and group notices
)

// state is everything there is in the world. Only apply changes it. The values
// behind pointers of package qq are handed out and therefore replaced, never
// changed. Its JSON is the snapshot.
type state struct {
	Record         uint64 // number of the last record applied
	Clean          bool   // the last record is that of an orderly close
	Floor          int64  // where the seq of a chat that is yet to come begins
	Users          map[qq.UserID]*qq.User
	Accounts       map[qq.UserID]bool
	Friends        map[qq.UserID]map[qq.UserID]*qq.Friend
	Groups         map[qq.GroupID]*group
	Chats          map[chatKey]*chat
	FriendRequests []*qq.FriendRequest // oldest first
	Notices        []*qq.GroupNotice   // rising by Seq; Target is set for invitations too
	NoticeSeq      int64
	Deeds          []*deed   `json:",omitempty"` // oldest first
	Seed           uint64    `json:",omitempty"` // what chance depends on
	Birth          uint64    `json:",omitempty"` // number of the first record
	Clock          *clockSet `json:",omitempty"` // nil: the machine's clock
	Scene          string    `json:",omitempty"` // digest of the scene that the world began with
	Flashes        []*flash  `json:",omitempty"` // oldest first

	Persons map[qq.UserID]*person `json:",omitempty"` // what people have beside their profile

	Forwards *forwardShelf                   `json:",omitempty"`
	Read     map[qq.UserID]map[chatKey]int64 `json:",omitempty"` // seq up to which somebody read
	Blobs    blobBook                        `json:",omitzero"`

	byNonce map[string]*deed // see deeds; nil until it is asked for
}

type group struct {
	Info    *qq.Group
	Members map[qq.UserID]*qq.Member
	Blocked map[qq.UserID]bool  `json:",omitempty"`
	AtAll   map[qq.UserID]quota `json:",omitempty"`
	Files   *fileStore          `json:",omitempty"`
	Albums  []*album            `json:",omitempty"` // oldest first

	AllAtAll quota                   `json:",omitzero"`  // of all together
	Picture  qq.ResourceID           `json:",omitempty"` // the avatar; Info has no URL of it
	Options  groupOptions            `json:",omitzero"`
	Sides    map[qq.UserID]groupSide `json:",omitempty"` // only of those who made something of it
	Board    *board                  `json:",omitempty"`
	Days     *days                   `json:",omitempty"`
}

// quota counts what somebody used up on one day.
type quota struct {
	Day   int64
	Count int
}

type chat struct {
	Seq      int64
	Messages []*message // rising by Seq
}

type message struct {
	Seq      int64       `json:"seq"`
	Time     qq.Time     `json:"time"`
	Sender   qq.UserID   `json:"sender"`
	Temp     bool        `json:"temp,omitempty"`
	Via      qq.GroupID  `json:"via,omitempty"`
	Segments qq.Segments `json:"segments,omitempty"`
	Recalled bool        `json:"recalled,omitempty"`

	Reactions *reactions `json:"reactions,omitempty"`
}

func newState() *state {
	return &state{
		Users:    map[qq.UserID]*qq.User{},
		Accounts: map[qq.UserID]bool{},
		Friends:  map[qq.UserID]map[qq.UserID]*qq.Friend{},
		Groups:   map[qq.GroupID]*group{},
		Chats:    map[chatKey]*chat{},
	}
}

// chatKey names a chat from nobody's side: a group, or two users in order.
type chatKey struct {
	group     qq.GroupID
	low, high qq.UserID
}

func groupKey(g qq.GroupID) chatKey { return chatKey{group: g} }

func pairKey(a, b qq.UserID) chatKey { return chatKey{low: min(a, b), high: max(a, b)} }

// keyOf is the chat that viewer calls c.
func keyOf(viewer qq.UserID, c qq.Chat) chatKey {
	if c.Scene == qq.SceneGroup {
		return groupKey(c.Group())
	}
	return pairKey(viewer, c.User())
}

// other is the one of the pair that viewer talks to.
func (k chatKey) other(viewer qq.UserID) qq.UserID {
	if k.low == viewer {
		return k.high
	}
	return k.low
}

// MarshalText writes "g123456" or "p10001-10002".
func (k chatKey) MarshalText() ([]byte, error) { return k.append(nil), nil }

func (k chatKey) append(b []byte) []byte {
	if k.group != 0 {
		return strconv.AppendInt(append(b, 'g'), int64(k.group), 10)
	}
	b = strconv.AppendInt(append(b, 'p'), int64(k.low), 10)
	return strconv.AppendInt(append(b, '-'), int64(k.high), 10)
}

// UnmarshalText reads what MarshalText wrote.
func (k *chatKey) UnmarshalText(text []byte) error {
	var err error
	if s := string(text); strings.HasPrefix(s, "g") {
		_, err = fmt.Sscanf(s, "g%d", &k.group)
	} else {
		_, err = fmt.Sscanf(s, "p%d-%d", &k.low, &k.high)
	}
	if written := string(k.append(nil)); err != nil || written != string(text) {
		return fmt.Errorf("chat %q: neither a group nor a pair", text)
	}
	return nil
}

// nextSeq is the number that the chat's next message gets.
func (st *state) nextSeq(k chatKey) int64 {
	if c := st.Chats[k]; c != nil {
		return c.Seq + 1
	}
	return st.Floor + 1
}

// find gives a message of a chat, nil when it is not held.
func (st *state) find(k chatKey, seq int64) *message {
	c := st.Chats[k]
	if c == nil {
		return nil
	}
	if i, ok := c.index(seq); ok {
		return c.Messages[i]
	}
	return nil
}

// index is where the message with seq is, or would be.
func (c *chat) index(seq int64) (int, bool) {
	return slices.BinarySearchFunc(c.Messages, seq, func(m *message, seq int64) int {
		return int(min(max(m.Seq-seq, -1), 1))
	})
}

func (c *chat) add(m *message) {
	c.Seq = m.Seq
	c.Messages = append(c.Messages, m)
	if len(c.Messages) > historyLimit {
		c.Messages[0] = nil
		c.Messages = c.Messages[1:]
	}
}

// uidOf is the opaque string id of a user; it never changes.
func uidOf(u qq.UserID) string {
	sum := sha256.Sum256([]byte("uid " + u.String()))
	return "u_" + base64.RawURLEncoding.EncodeToString(sum[:16])
}

// newest drops the oldest of a list that has outgrown limit.
func newest[T any](list []T, limit int) []T {
	if len(list) <= limit {
		return list
	}
	return slices.Delete(list, 0, len(list)-limit)
}
