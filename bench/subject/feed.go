package subject

import (
	"context"
	"strings"

	"llbot/bench/load"
	"llbot/protocols/qq"
	"llbot/runtime/driver/sim"
)

// feed is a driver whose account hears a message in a group for each number
// that the trigger asks for. Everything else is the simulated QQ's.
type feed struct {
	qq.Driver // of the simulated QQ, for operations

	group  *qq.Group
	member *qq.Member
	wanted chan span
	// padding makes the OneBot frame of a message about 600 bytes long.
	padding string
}

// span is a run of numbers.
type span struct{ from, upto uint64 }

// newFeed makes the driver and the port of its trigger.
func newFeed(s *Service) (qq.Driver, string, error) {
	world, err := sim.Open(sim.Options{})
	if err != nil {
		return nil, "", err
	}
	s.open = append(s.open, world)
	inner, err := world.Driver(Account)
	if err != nil {
		return nil, "", err
	}
	f := &feed{
		Driver: inner, wanted: make(chan span, 1024), padding: strings.Repeat(" some words of a chat", 4),
		group:  &qq.Group{ID: Group, Name: "a group", Members: 100, MaxMembers: 500},
		member: &qq.Member{Group: Group, User: sim.SeedAlice, Nickname: "Alice", Card: "Alice", Level: 64},
	}
	l, err := load.Source(0, func(from, upto uint64) error { f.wanted <- span{from, upto}; return nil })
	if err != nil {
		return nil, "", err
	}
	s.open = append(s.open, l)
	return f, l.Addr().String(), nil
}

// Run emits what is asked for.
func (f *feed) Run(ctx context.Context, emit qq.Emit, last uint64) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case s := <-f.wanted:
			for n := s.from; n <= s.upto; n++ {
				if _, err := emit(ctx, qq.Emission{Origin: last + n, Event: f.message(n)}); err != nil {
					return err
				}
			}
		}
	}
}

// message is what Alice says.
func (f *feed) message(n uint64) qq.Event {
	text := string(load.AppendMark(make([]byte, 0, load.MarkSize+len(f.padding)), n)) + f.padding
	return &qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(Group), Seq: int64(n)},
		Sender:     sim.SeedAlice, Nickname: "Alice", Segments: qq.Segments{&qq.Text{Text: text}},
		Group: f.group, Member: f.member,
	}}
}
