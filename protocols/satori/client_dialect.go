package satori

import (
	"strings"

	"llbot/protocols/qq"
)

// Dialect is what a server does beyond the specification, or short of it. All
// of it is known from the server's public documentation and source; none but our
// own server was tried.
type Dialect struct {
	Name string
	IDs  IDForm
	// Temporary: the channel of a temporary chat is "temporary:<number>".
	Temporary bool
	// Resumes: IDENTIFY with sn goes on behind that event, and sn never falls.
	Resumes bool
	// Keyed: calls take an Idempotency-Key.
	Keyed bool
	// Boundaries: message.list takes "seq:<n>" as next, in both directions.
	Boundaries bool
	// Pages: message.list can be led on by the next that it answers.
	Pages bool
	// Leaves and Renames: channel.delete leaves a group, channel.update renames it.
	Leaves, Renames bool
	// Forwards: a stored message can be said once more, a record named by its id.
	Forwards bool
	// admin and member are the ids of the roles to set.
	admin, member string
	// sends lists the kinds of segment that arrive at QQ.
	sends func(qq.Segment) bool
}

// IDForm is how a server makes the ids of its messages.
type IDForm uint8

// The forms.
const (
	// IDOpaque: any string.
	IDOpaque IDForm = iota
	// IDPlain: "<chat type>|<peer>|<seq>", the peer being a QQ number.
	IDPlain
	// IDByUID: the same with the peer's uid, or the group's number.
	IDByUID
	// IDSeq: the message's seq in its channel.
	IDSeq
)

// DialectOf recognises a server by the adapter and the platform of a login.
func DialectOf(adapter, platform string) Dialect {
	switch {
	case adapter == defaultAdapter:
		return ownDialect()
	case platform == defaultPlatform:
		return llbotDialect()
	case platform == "milky":
		return koishiMilkyDialect()
	case platform == "onebot":
		return koishiOneBotDialect()
	}
	d := otherDialect()
	d.Name = strings.TrimSpace("Satori " + platform)
	return d
}

// Dialects lists those that are known, and last what any other server is taken
// for.
func Dialects() []Dialect {
	return []Dialect{ownDialect(), llbotDialect(), koishiMilkyDialect(), koishiOneBotDialect(), otherDialect()}
}

func ownDialect() Dialect {
	return Dialect{
		Name: "llbot", IDs: IDPlain, Resumes: true, Keyed: true, Boundaries: true, Pages: true, Leaves: true, Renames: true, Forwards: true,
		admin: roleAdmin, member: roleMember, sends: func(qq.Segment) bool { return true },
	}
}

func llbotDialect() Dialect {
	return Dialect{
		Name: "LLBot", IDs: IDByUID, Leaves: true, Renames: true,
		admin: roleAdmin, member: roleMember, sends: func(s qq.Segment) bool { return plainKind(s) || nativeToLLBot(s) },
	}
}

func koishiMilkyDialect() Dialect {
	return Dialect{
		Name: "Koishi, adapter milky", IDs: IDSeq, Temporary: true, Pages: true,
		admin: "admin", member: "member", sends: plainKind,
	}
}

func koishiOneBotDialect() Dialect {
	return Dialect{
		Name: "Koishi, adapter onebot", IDs: IDOpaque, Pages: true,
		admin: "admin", member: "member",
		sends: func(s qq.Segment) bool { _, face := s.(*qq.Face); return face || plainKind(s) },
	}
}

func otherDialect() Dialect {
	return Dialect{Name: "another server", IDs: IDOpaque, Pages: true, admin: "admin", member: "member", sends: plainKind}
}

// plainKind tells what every server for QQ brings to QQ.
func plainKind(s qq.Segment) bool {
	switch s.(type) {
	case *qq.Text, *qq.Mention, *qq.MentionAll, *qq.Image, *qq.Reply, *qq.Record, *qq.Video:
		return true
	}
	return false
}

// nativeToLLBot tells what LLBot sends beside that: its own elements, and records
// that are made of messages.
func nativeToLLBot(s qq.Segment) bool {
	switch s := s.(type) {
	case *qq.Face, *qq.MarketFace:
		return true
	case *qq.Forward:
		return s.ID == ""
	}
	return false
}

// Sends tells whether a segment arrives at QQ.
func (d Dialect) Sends(s qq.Segment) bool { return d.sends(s) }

// refuses is the first segment that would be lost on the way to QQ, those of
// records included; nil when there is none.
func (d Dialect) refuses(segments qq.Segments) qq.Segment {
	for _, s := range segments {
		if !d.sends(s) {
			return s
		}
		record, ok := s.(*qq.Forward)
		if !ok {
			continue
		}
		for _, n := range record.Nodes {
			if n == nil {
				continue
			}
			if lost := d.refuses(n.Segments); lost != nil {
				return lost
			}
		}
	}
	return nil
}
