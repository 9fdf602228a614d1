package upstream

import (
	"context"

	"llbot/protocols/qq"
)

// mostNamed is how many strangers' names are asked for to complete one list.
const mostNamed = 20

// named fills in the names that a list of requests lacks: protocols like Milky
// tell numbers only, and people who ask to come in are in no list that is known.
// What cannot be found stays empty. The upstream's answer is the caller's own, so
// that it may be changed.
func (l *live) named(ctx context.Context, v any) {
	ctx, cancel := context.WithTimeout(ctx, l.o.Timing.Lookup)
	defer cancel()
	n := &namer{ask: l.table.Do, people: map[qq.UserID]string{}}
	switch v := v.(type) {
	case *qq.GroupNotices:
		if v == nil {
			return
		}
		for _, notice := range v.Notices {
			if notice != nil && notice.Request != nil {
				n.group(ctx, notice.Request)
			}
		}
	case []*qq.FriendRequest:
		for _, q := range v {
			if q != nil && q.Nickname == "" {
				q.Nickname = n.person(ctx, q.Initiator)
			}
		}
	}
}

// namer finds names for one answer, each once.
type namer struct {
	ask    func(context.Context, qq.Operation) (any, error)
	people map[qq.UserID]string
	groups map[qq.GroupID]string // nil until the list was asked for
}

func (n *namer) group(ctx context.Context, q *qq.GroupRequest) {
	if q.Nickname == "" {
		q.Nickname = n.person(ctx, q.Initiator)
	}
	if q.TargetName == "" && q.Target != 0 {
		q.TargetName = n.person(ctx, q.Target)
	}
	if q.GroupName != "" || q.Kind == qq.Invitation { // of a group where the account is not yet
		return
	}
	if n.groups == nil {
		n.groups = map[qq.GroupID]string{}
		v, _ := n.ask(ctx, qq.ListGroups{})
		groups, _ := v.([]*qq.Group)
		for _, g := range groups {
			n.groups[g.ID] = g.Name
		}
	}
	q.GroupName = n.groups[q.Group]
}

func (n *namer) person(ctx context.Context, u qq.UserID) string {
	name, asked := n.people[u]
	if asked || u == 0 || len(n.people) >= mostNamed || ctx.Err() != nil {
		return name
	}
	v, _ := n.ask(ctx, qq.GetUser{User: u})
	if user, ok := v.(*qq.User); ok && user != nil {
		name = user.Nickname
	}
	n.people[u] = name
	return name
}
