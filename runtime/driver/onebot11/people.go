package onebot11

import (
	"context"
	"sync"
	"time"

	"llbot/protocols/qq"
)

// peopleLife is how long a member or a group that was fetched for a message of
// the past is good.
const peopleLife = 30 * time.Second

type memberKey struct {
	group qq.GroupID
	user  qq.UserID
}

type held[T any] struct {
	v  T
	at time.Time
}

// people is whom the messages of histories need: OneBot tells no groups and
// only a part of a member with a message. It also remembers the last message
// with a file of each chat, since notices of uploads do not name theirs.
type people struct {
	session *session

	mu      sync.Mutex
	members map[memberKey]held[*qq.Member]
	groups  map[qq.GroupID]held[*qq.Group]
	friends map[qq.UserID]held[*qq.Friend]
	files   map[qq.Chat]lastFile
}

type lastFile struct {
	file qq.FileID
	ref  qq.MessageRef
}

// touched forgets what an event has changed, and notes files.
func (p *people) touched(e qq.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m, ok := e.(*qq.MessageReceived); ok {
		p.noteFile(&m.Message)
		return
	}
	for _, d := range qq.Touches(e) {
		switch d.Part {
		case qq.PartFriends:
			clear(p.friends)
		case qq.PartGroup:
			delete(p.groups, d.Group)
			for k := range p.members {
				if k.group == d.Group {
					delete(p.members, k)
				}
			}
		}
	}
}

func (p *people) noteFile(m *qq.Message) {
	for _, s := range m.Segments {
		if f, ok := s.(*qq.File); ok {
			if p.files == nil || len(p.files) > namesKept {
				p.files = map[qq.Chat]lastFile{}
			}
			p.files[m.Chat] = lastFile{f.FileID, m.MessageRef}
		}
	}
}

// fileOf is the message of a chat's last file, when that is the one.
func (p *people) fileOf(chat qq.Chat, file qq.FileID) (qq.MessageRef, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last, ok := p.files[chat]
	return last.ref, ok && last.file == file
}

// whole gives messages of the past the group, the friend and the sender as they
// are now. Who cannot be found stays as the message tells of him.
func (p *people) whole(ctx context.Context, list ...*qq.Message) {
	for _, m := range list {
		switch m.Scene {
		case qq.SceneGroup:
			g, u := m.Chat.Group(), m.Sender
			if group := get(p, &p.groups, g, func() (*qq.Group, error) { return p.session.server.group(ctx, qq.GetGroup{Group: g}) }); group != nil {
				m.Group = group
			}
			member := get(p, &p.members, memberKey{g, u}, func() (*qq.Member, error) {
				return p.session.server.member(ctx, qq.GetMember{Group: g, User: u})
			})
			if member != nil {
				m.Member = member
			}
		case qq.SceneFriend:
			u := m.Chat.User()
			friend := get(p, &p.friends, u, func() (*qq.Friend, error) { return p.session.server.friend(ctx, qq.GetFriend{User: u}) })
			if friend != nil {
				m.Friend = friend
			}
		}
	}
}

// get answers what is held, or asks; nil when that fails.
func get[K comparable, T any](p *people, in *map[K]held[*T], key K, ask func() (*T, error)) *T {
	now := p.session.now()
	p.mu.Lock()
	h, ok := (*in)[key]
	p.mu.Unlock()
	if ok && now.Sub(h.at) < peopleLife {
		return h.v
	}
	v, err := ask()
	if err != nil {
		v = nil // who cannot be found is not asked for with every message
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if *in == nil || len(*in) >= namesKept {
		*in = map[K]held[*T]{}
	}
	(*in)[key] = held[*T]{v, now}
	return v
}
