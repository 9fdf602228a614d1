package onebot11

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// group answers a group, with what our own server tells beyond the others.
func (s *server) group(ctx context.Context, op qq.GetGroup) (*qq.Group, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	g, err := ask(ctx, l, onebot11.AskGroup(), op)
	if err != nil {
		return nil, err
	}
	if g.ID == 0 {
		return nil, qq.Errorf(qq.ErrNotFound, "there is no group %d", op.Group)
	}
	if l.dialect.resumes {
		if more, err := ask(ctx, l, onebot11.AskGroupMore(), op); err == nil {
			g.Question, g.Join, g.Notify = more.Question, more.Join, more.Notify
		}
	}
	return g, nil
}

func (s *server) groups(ctx context.Context, op qq.ListGroups) ([]*qq.Group, error) {
	list, err := carried(ctx, s, onebot11.AskGroups(), op)
	slices.SortFunc(list, func(a, b *qq.Group) int { return cmp.Compare(a.ID, b.ID) })
	return list, err
}

func (s *server) member(ctx context.Context, op qq.GetMember) (*qq.Member, error) {
	return carried(ctx, s, onebot11.AskMember(), op)
}

func (s *server) members(ctx context.Context, op qq.ListMembers) ([]*qq.Member, error) {
	list, err := carried(ctx, s, onebot11.AskMembers(), op)
	slices.SortFunc(list, func(a, b *qq.Member) int { return cmp.Compare(a.User, b.User) })
	return list, err
}

// groupOptions are up to three actions; the first that fails ends it, and when
// others went before it nobody can say that nothing happened.
func (s *server) groupOptions(ctx context.Context, op qq.SetGroupOptions) (qq.None, error) {
	l, err := s.link()
	if err != nil {
		return qq.None{}, err
	}
	for i, c := range onebot11.GroupOptionCalls(op) {
		if c.Key = upstream.Nonce(ctx); c.Key != "" {
			c.Key += "-" + strconv.Itoa(i)
		}
		if _, err := l.call(ctx, c); err != nil {
			e := *qq.AsError(err)
			if i > 0 {
				e.Outcome = qq.Unknown
			}
			return qq.None{}, &e
		}
	}
	return qq.None{}, nil
}

// notices are the requests alone: OneBot lists no other notifications. The
// filtered ones stand behind the others in its list.
func (s *server) notices(ctx context.Context, op qq.ListGroupNotices) (*qq.GroupNotices, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	filtered, err := l.filteredRequests(ctx)
	if err != nil && (op.Filtered || qq.AsError(err).Kind != qq.ErrUnsupported) {
		return nil, err
	}
	list := filtered
	if !op.Filtered {
		a, err := l.call(ctx, onebot11.Call{Action: "get_group_system_msg"})
		if err != nil {
			return nil, err
		}
		if list, err = l.client.Requests(a.Data); err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(r *qq.GroupRequest) bool {
			return slices.ContainsFunc(filtered, func(f *qq.GroupRequest) bool { return f.Seq == r.Seq })
		})
	}
	return noticePage(list, op), nil
}

func (l *session) filteredRequests(ctx context.Context) ([]*qq.GroupRequest, error) {
	a, err := l.call(ctx, onebot11.Call{Action: "get_group_ignored_notifies"})
	if err != nil {
		return nil, err
	}
	return l.client.IgnoredRequests(a.Data)
}

// noticePage is the part of the requests that was asked for, newest first.
func noticePage(list []*qq.GroupRequest, op qq.ListGroupNotices) *qq.GroupNotices {
	slices.SortFunc(list, func(a, b *qq.GroupRequest) int { return cmp.Compare(b.Seq, a.Seq) })
	limit := op.Limit
	if limit == 0 {
		limit = usualPage
	}
	page := &qq.GroupNotices{}
	for _, r := range list {
		switch {
		case op.Start != 0 && r.Seq > op.Start:
		case len(page.Notices) == limit:
			page.Next = r.Seq
			return page
		default:
			page.Notices = append(page.Notices, &qq.GroupNotice{Kind: qq.NoticeRequest, Seq: r.Seq, Group: r.Group, Target: r.Target, Operator: r.Operator, Request: r})
		}
	}
	return page
}

// usualPage is how many are listed when nobody says.
const usualPage = 20

// answerGroup names the request by the flag it came with, or by what the
// dialect makes of its number.
func (s *server) answerGroup(ctx context.Context, op qq.AnswerGroupRequest) (qq.None, error) {
	l, err := s.link()
	if err != nil {
		return qq.None{}, err
	}
	return ask(ctx, l, onebot11.AskAnswerGroup(l.flagOf), op)
}

// essence pages through the whole list, which is all that OneBot answers, and
// fetches what the messages say.
func (s *server) essence(ctx context.Context, op qq.ListEssence) (*qq.Essences, error) {
	l, err := s.link()
	if err != nil {
		return nil, err
	}
	all, err := ask(ctx, l, onebot11.AskEssence(), op)
	if err != nil {
		return nil, err
	}
	const usual = 50
	size := op.Size
	if size <= 0 {
		size = usual
	}
	from := min(max(op.Page, 0)*size, len(all.Messages))
	to := min(from+size, len(all.Messages))
	page := &qq.Essences{Messages: all.Messages[from:to], Last: to == len(all.Messages)}
	for _, e := range page.Messages {
		l.name(ctx, &e.MessageRef, true)
		if s, known := l.names.of(l.idOf(e.MessageRef)); known {
			e.Segments = s.content.Clone()
		}
	}
	return page, nil
}

func (l *session) idOf(ref qq.MessageRef) qq.MessageID {
	id, _ := l.names.id(ref)
	return id
}
