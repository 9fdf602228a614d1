package runtime

import (
	"context"

	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
	"llbot/runtime/admin"
	"llbot/runtime/driver/sim"
)

// speaker plays people in the simulated worlds for the admin server. A call is
// for the world of the account that it names, or else of the first account.
type speaker struct {
	machine *machine
	worldOf map[qq.UserID]*sim.World
	first   qq.UserID
}

// world finds the world of an account; with a real driver nobody can be played.
func (s speaker) world(account qq.UserID) (*sim.World, error) {
	if w := s.worldOf[account]; w != nil {
		return w, nil
	}
	return nil, qq.Errorf(qq.ErrUnsupported, "account %d does not live in a simulated QQ", account)
}

// Say implements admin.Speaker.
func (s speaker) Say(ctx context.Context, say admin.Say) (admin.Said, error) {
	heard := firstOf(say.To, s.first)
	world, err := s.world(heard)
	if err != nil {
		return admin.Said{}, err
	}
	if err := s.resolve(say, heard); err != nil {
		return admin.Said{}, err
	}
	words := sim.Say{As: say.User, Group: say.Group, Segments: say.Message, Count: say.Count, Rate: say.Rate, From: say.From}
	if say.Group == 0 {
		words.Friend = heard
	}
	result, err := world.Say(ctx, words)
	said := admin.Said{Accepted: result.Accepted}
	for _, a := range result.Accounts {
		said.Accounts = append(said.Accounts, admin.Heard{Account: a.Account, FirstSN: a.First, LastSN: a.Last, Events: a.Events, Numbered: a.Numbered})
	}
	return said, err
}

// resolve turns the 32-bit ids of quoted messages, as the hearing account has
// them, into what they are for the speaker.
func (s speaker) resolve(say admin.Say, heard qq.UserID) (err error) {
	say.Message.EachRef(func(ref *qq.MessageRef) {
		found, ok := s.machine.store.IDs().Resolve(heard, ref.ID)
		switch {
		case ref.Resolved():
		case !ok:
			err = qq.Errorf(qq.ErrNotFound, "account %d knows no message with the id %d", heard, ref.ID)
		case found.Scene != qq.SceneGroup && found.User() == say.User:
			found.Peer = int64(heard) // the same chat from the other side
			*ref = found
		default:
			*ref = found
		}
	})
	return err
}

// RequestFriend implements admin.Speaker.
func (s speaker) RequestFriend(ctx context.Context, r admin.FriendRequest) error {
	to := firstOf(r.To, s.first)
	world, err := s.world(to)
	if err != nil {
		return err
	}
	return world.RequestFriend(ctx, r.From, to, r.Comment)
}

// RequestJoin implements admin.Speaker.
func (s speaker) RequestJoin(ctx context.Context, r admin.JoinRequest) error {
	world, err := s.world(s.first)
	if err != nil {
		return err
	}
	return world.RequestJoin(ctx, r.Group, r.User, r.Comment)
}

// Invite implements admin.Speaker.
func (s speaker) Invite(ctx context.Context, i admin.Invitation) error {
	target := firstOf(i.Target, s.first)
	world, err := s.world(s.first)
	if err != nil {
		return err
	}
	return world.Invite(ctx, i.Group, i.Inviter, target)
}

func firstOf(a, b qq.UserID) qq.UserID {
	if a != 0 {
		return a
	}
	return b
}

// messageReader reads what people say in OneBot's forms: a text with CQ codes,
// one segment or a list of them.
func messageReader() func([]byte) (qq.Segments, error) {
	decoder := &wire.Decoder{}
	return func(raw []byte) (qq.Segments, error) {
		var content onebot11.Content
		if err := decoder.Decode(raw, &content); err != nil {
			return nil, err
		}
		return content.Segments("", false, true)
	}
}
