package admin

import (
	"context"
	"errors"
	"fmt"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Bounds of one call.
const (
	maxCount = 1_000_000
	maxRate  = 1_000_000
	maxFrom  = 1 << 31
)

// sayBody is the body of POST /api/sim/messages.
type sayBody struct {
	Group   wire.Optional[wire.Int]  `json:"group_id"`
	User    wire.Int                 `json:"user_id"`
	Message wire.Raw                 `json:"message"`
	Count   wire.Optional[wire.Int]  `json:"count"`
	Rate    wire.Optional[float64]   `json:"rate"` // a second
	From    wire.Optional[wire.Int]  `json:"from"`
	Friend  wire.Optional[wire.Bool] `json:"friend"`
	To      wire.Optional[wire.Int]  `json:"to"`
	Self    wire.Optional[wire.Int]  `json:"self_id"` // another word for to
}

func (s *Server) say(ctx context.Context, body []byte) (any, error) {
	b, err := decode[sayBody](body)
	if err != nil {
		return nil, err
	}
	say, err := b.read(s.content)
	if err != nil {
		return nil, err
	}
	if err := s.ingest(ctx, say.Message); err != nil {
		return nil, err
	}
	said, err := s.Speaker.Say(ctx, say)
	if err != nil && said.Accepted > 0 {
		return nil, fmt.Errorf("%w (after %d of %d messages)", err, said.Accepted, say.Count)
	}
	if said.Accounts == nil {
		said.Accounts = []Heard{} // clients read a list
	}
	return said, err
}

func (s *Server) ingest(ctx context.Context, content qq.Segments) error {
	for i := range content {
		if err := content[i : i+1].EachMedia(func(m *qq.Media) error { return s.ingestNew(ctx, m) }); err != nil {
			return fmt.Errorf("message[%d]: %w", i, err)
		}
	}
	return nil
}

// read checks the values and decodes the message.
func (b *sayBody) read(message func([]byte) (qq.Segments, error)) (Say, error) {
	var faults faultList
	say := Say{
		User:  faults.user("user_id", b.User),
		Count: faults.within("count", b.Count.Or(1), 1, maxCount),
		From:  faults.within("from", b.From.Or(1), 0, maxFrom),
		Rate:  b.Rate.Value,
	}
	if say.Rate < 0 || say.Rate > maxRate {
		faults.add("rate", "must be 0 (no limit) to 1000000 a second")
	}
	b.place(&say, &faults)
	content, err := message(b.Message)
	switch {
	case errors.Is(err, qq.ErrUnsupported):
		return say, err
	case err != nil:
		faults.under("message", err)
	case len(content) == 0:
		faults.add("message", "there is nothing to say")
	}
	say.Message = content
	return say, faults.err()
}

// place finds out where something is said: in a group, or to an account.
func (b *sayBody) place(say *Say, faults *faultList) {
	private := bool(b.Friend.Value) || b.To.Set || b.Self.Set
	switch {
	case b.Group.Set && private:
		faults.add("group_id", "cannot go with friend, to or self_id: a message is either a group's or private")
	case b.Group.Set:
		say.Group = faults.group("group_id", b.Group.Value)
	case !private:
		faults.add("group_id", `is required, or "friend": true or "to" for a private message`)
	case b.To.Set && b.Self.Set && b.To.Value != b.Self.Value:
		faults.add("self_id", "says the same as to, but another account")
	case b.To.Set:
		say.To = faults.user("to", b.To.Value)
	case b.Self.Set:
		say.To = faults.user("self_id", b.Self.Value)
	}
}
