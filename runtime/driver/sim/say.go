package sim

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/qq"
)

// Say makes a person speak, maybe many times.
type Say struct {
	As       qq.UserID
	Group    qq.GroupID  // where; 0 when Friend is set
	Friend   qq.UserID   // to whom: a friend, or who was talked to through a group; 0 when Group is set
	Segments qq.Segments // what; or else Text
	Text     string
	Count    int     // how many messages; 0 means 1
	Rate     float64 // messages a second; 0 is as fast as it goes
	From     int     // what {{seq}} becomes in the first message; it rises by one
}

// SayResult tells what became of a Say, also of one that failed half-way.
type SayResult struct {
	Accepted int // messages that are part of the world
	Accounts []SayAccount
}

// SayAccount is an account with a driver that saw the messages. First and Last
// are the log's numbers of its events as far as they were emitted: 0 when its
// driver does not run.
type SayAccount struct {
	Account     qq.UserID
	First, Last qq.SN
	Events      int // that the messages were for the account
	Numbered    int // of them, those that have a number: the others were not emitted while Say waited
}

// Say speaks as a person under all rules. In text {{seq}} becomes the running
// number and {{ns}} the Unix time in nanoseconds at which the message enters
// the world. It waits while an account that runs is too far behind, and answers
// when the messages are on disk and emitted; the first refusal ends it.
func (w *World) Say(ctx context.Context, s Say) (SayResult, error) {
	sp, err := w.speech(s)
	if err != nil {
		return SayResult{}, err
	}
	err = sp.run(ctx)
	if syncing := w.synced(ctx, sp.record); err == nil && syncing != nil {
		err = qq.Errorf(qq.ErrInternal, "the messages could not be written down: %w", syncing)
	}
	return sp.result(ctx), err
}

// speech is one Say under way.
type speech struct {
	*World
	Say
	content  qq.Segments
	marked   bool // some text has a mark to be replaced
	accepted int
	record   uint64 // of the last message
	receipts map[qq.UserID]*receipt
}

func (w *World) speech(s Say) (*speech, error) {
	if (s.Group == 0) == (s.Friend == 0) {
		return nil, qq.Errorf(qq.ErrInvalid, "say needs either a group or a friend to speak to")
	}
	if s.Count < 0 || s.Rate < 0 {
		return nil, qq.Errorf(qq.ErrInvalid, "%d messages at %v a second make no sense", s.Count, s.Rate)
	}
	s.Count = max(s.Count, 1)
	if s.Segments == nil {
		s.Segments = qq.NewText(s.Text)
	}
	speaker, err := w.actor(s.As)
	if err != nil {
		return nil, err
	}
	if speaker.asleep.Load() {
		return nil, errLoggedOut(s.As)
	}
	content, err := w.content(s.Segments)
	if err != nil {
		return nil, err
	}
	return &speech{World: w, Say: s, content: content, marked: strings.Contains(content.PlainText(), "{{"),
		receipts: map[qq.UserID]*receipt{}}, nil
}

func (sp *speech) run(ctx context.Context) error {
	start := time.Now()
	for i := range sp.Count {
		if sp.Rate > 0 {
			at := start.Add(time.Duration(float64(i) / sp.Rate * float64(time.Second)))
			if err := sleepUntil(ctx, at); err != nil {
				return qq.Errorf(qq.ErrTimeout, "stopped after %d of %d messages: %w", i, sp.Count, err)
			}
		}
		if err := sp.waitForRoom(ctx); err != nil {
			return err
		}
		if err := sp.one(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func (sp *speech) one(ctx context.Context, i int) error {
	content, err := sp.marks(i)
	if err != nil {
		return err
	}
	to := qq.FriendChat(sp.Friend)
	if sp.Group != 0 {
		to = qq.GroupChat(sp.Group)
	}
	n, err := sp.commitFor(ctx, func(st *state, now qq.Time) (change, error) {
		c, err := st.speak(sp.As, to, 0, content, now)
		if err != nil {
			return nil, err
		}
		return c, nil
	}, "", sp.receipts)
	if err != nil {
		return err
	}
	sp.record = n
	sp.accepted++
	return nil
}

// marks is the i-th message's own content.
func (sp *speech) marks(i int) (qq.Segments, error) {
	own := sp.content.Clone()
	if !sp.marked {
		return own, nil
	}
	seq, ns := strconv.Itoa(sp.From+i), strconv.FormatInt(sp.opt.Now().UnixNano(), 10)
	for j, seg := range own {
		if t, ok := seg.(*qq.Text); ok {
			own[j] = &qq.Text{Text: strings.ReplaceAll(strings.ReplaceAll(t.Text, "{{seq}}", seq), "{{ns}}", ns)}
		}
	}
	return own, checkSaid(own)
}

// waitForRoom waits while an account that runs and hears us is full.
func (sp *speech) waitForRoom(ctx context.Context) error {
	for account := range sp.receipts {
		sp.mu.Lock()
		q := sp.queues[account]
		sp.mu.Unlock()
		for {
			drained, ended := q.room()
			if drained == nil {
				break
			}
			select {
			case <-drained:
			case <-ended:
			case <-ctx.Done():
				return qq.Errorf(qq.ErrTimeout, "account %d is too far behind: %w", account, ctx.Err())
			}
		}
	}
	return nil
}

// result waits for the numbers of those accounts that run.
func (sp *speech) result(ctx context.Context) SayResult {
	res := SayResult{Accepted: sp.accepted}
	for _, account := range slices.Sorted(maps.Keys(sp.receipts)) {
		r := sp.receipts[account]
		r.complete()
		sp.mu.Lock()
		q := sp.queues[account]
		sp.mu.Unlock()
		if ended := q.run(); ended != nil {
			select {
			case <-r.done:
			case <-ended:
			case <-ctx.Done():
			}
		}
		res.Accounts = append(res.Accounts, r.of(account))
	}
	return res
}

func sleepUntil(ctx context.Context, at time.Time) error {
	rest := time.Until(at)
	if rest <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(rest)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
