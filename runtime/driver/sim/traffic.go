package sim

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"llbot/protocols/qq"
)

// The least and the greatest rate of chatter, in messages a second: one in
// eleven days, one in a microsecond.
const (
	minTrafficRate = 1e-6
	maxTrafficRate = 1e6
)

// clockLook is how long chatter waits at most before it looks at the clock
// again, which somebody may have moved.
const clockLook = time.Second

// Traffic is chatter: many people talk in many groups, some more than others;
// they quote each other, call each other and show pictures.
type Traffic struct {
	Rate     float64       // messages a second of the world's time, in all; 1e-6 to 1e6
	For      time.Duration // of the world's time
	Groups   []qq.GroupID  // none: all
	Seed     uint64        // the same seed in the same world is the same chatter; 0 picks one
	Pictures []qq.ResourceID
}

// TrafficResult tells what became of the chatter.
type TrafficResult struct {
	Said     int
	Replies  int
	Pictures int
	Refused  int // by the world's rules, e.g. to the muted
	Seed     uint64
}

// Traffic lets people chat until it is over, or ctx ends: that is no error. On
// a clock that stands still nobody waits: the clock is moved instead, so that a
// week is over in seconds. ErrInvalid when rate, duration or the end of it are
// out of range.
func (w *World) Traffic(ctx context.Context, t Traffic) (TrafficResult, error) {
	if err := w.checkTraffic(t); err != nil {
		return TrafficResult{}, err
	}
	for t.Seed == 0 {
		t.Seed = rand.Uint64() >> 11 // whole in every JSON reader
	}
	c := &chatter{World: w, Traffic: t, dice: rand.New(rand.NewPCG(t.Seed, 0xc4a7)), last: map[qq.GroupID]int64{}}
	if err := c.findRooms(); err != nil {
		return TrafficResult{}, err
	}
	c.done.Seed = t.Seed
	err := c.run(ctx)
	if ctx.Err() != nil {
		err = nil
	}
	n := w.lastRecord()
	return c.done, errors.Join(err, w.synced(context.WithoutCancel(ctx), n))
}

func (w *World) checkTraffic(t Traffic) error {
	if !(t.Rate >= minTrafficRate && t.Rate <= maxTrafficRate) {
		return qq.Errorf(qq.ErrInvalid, "people cannot chat at %v messages a second; %v to %v can be", t.Rate, minTrafficRate, maxTrafficRate)
	}
	if t.For <= 0 {
		return qq.Errorf(qq.ErrInvalid, "people cannot chat for %s", t.For)
	}
	return checkTime(qq.TimeOf(w.clock.now().Add(t.For)))
}

func (w *World) lastRecord() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.st.Record
}

// chatter is one Traffic under way.
type chatter struct {
	*World
	Traffic
	dice  *rand.Rand
	rooms []room
	last  map[qq.GroupID]int64 // seq of the last message in a group
	done  TrafficResult
}

// room is a group with the people in it, accounts of ours left out.
type room struct {
	group  qq.GroupID
	people []qq.UserID
}

func (c *chatter) findRooms() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range c.Traffic.Groups {
		if c.st.Groups[id] == nil {
			return qq.Errorf(qq.ErrNotFound, "there is no group %d", id)
		}
	}
	for _, g := range sortedValues(c.st.Groups) {
		r := room{group: g.Info.ID}
		if len(c.Traffic.Groups) > 0 && !slices.Contains(c.Traffic.Groups, r.group) {
			continue
		}
		for u := range g.Members {
			if !c.st.Accounts[u] {
				r.people = append(r.people, u)
			}
		}
		slices.Sort(r.people)
		if len(r.people) > 0 {
			c.rooms = append(c.rooms, r)
		}
	}
	if len(c.rooms) == 0 {
		return qq.Errorf(qq.ErrNotFound, "there is no group with people in it who are no accounts")
	}
	return nil
}

func (c *chatter) run(ctx context.Context) error {
	end := c.clock.now().Add(c.For)
	for next := c.clock.now(); ; {
		gap := c.dice.ExpFloat64() / c.Rate * float64(time.Second)
		if gap > float64(end.Sub(next)) { // also where it is none of a time.Duration
			return c.until(ctx, end)
		}
		next = next.Add(time.Duration(gap))
		if err := c.until(ctx, next); err != nil {
			return err
		}
		if err := c.roomFor(ctx); err != nil {
			return err
		}
		if err := c.speak(ctx); err != nil {
			return err
		}
	}
}

// until waits for a time of the world's, or makes it. The clock may be set
// anew, stopped or taken away meanwhile.
func (c *chatter) until(ctx context.Context, at time.Time) error {
	for {
		shows := c.Clock()
		rest := at.Sub(shows.Now)
		if qq.TimeOf(at) <= qq.TimeOf(shows.Now) { // a clock of the world's own knows no less than milliseconds
			return ctx.Err()
		}
		if shows.Speed > 0 {
			wait := time.Duration(min(float64(rest)/shows.Speed, float64(clockLook)))
			if err := sleepUntil(ctx, time.Now().Add(wait)); err != nil {
				return err
			}
			continue
		}
		made, err := c.makeTime(ctx, qq.TimeOf(at))
		if made || err != nil {
			return errors.Join(err, ctx.Err())
		}
	}
}

// makeTime moves the clock to a time, unless it does not stand still any more.
func (c *chatter) makeTime(ctx context.Context, at qq.Time) (made bool, err error) {
	n, err := c.commit(ctx, func(st *state, now qq.Time) (change, error) {
		if st.Clock == nil || st.Clock.Speed != 0 {
			return nil, nil
		}
		return &clockSet{At: max(at, now), Real: st.Clock.Real, Speed: 0}, nil
	})
	return n != 0, err
}

// roomFor waits while an account that runs is too far behind.
func (c *chatter) roomFor(ctx context.Context) error {
	c.mu.Lock()
	queues := make([]*queue, 0, len(c.queues))
	for _, q := range c.queues {
		queues = append(queues, q)
	}
	c.mu.Unlock()
	for _, q := range queues {
		for drained, ended := q.room(); drained != nil; drained, ended = q.room() {
			select {
			case <-drained:
			case <-ended:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// skewed is a place among n where the first are taken far more often.
func (c *chatter) skewed(n int) int { return min(int(c.dice.ExpFloat64()*float64(n)/4), n-1) }

func (c *chatter) speak(ctx context.Context) error {
	r := c.rooms[c.skewed(len(c.rooms))]
	who := r.people[c.skewed(len(r.people))]
	content, reply, picture := c.words(r)
	v, err := c.Do(ctx, who, qq.SendMessage{Chat: qq.GroupChat(r.group), Segments: content})
	switch {
	case errors.Is(err, qq.ErrMuted), errors.Is(err, qq.ErrForbidden), errors.Is(err, qq.ErrNotFound):
		c.done.Refused++
		delete(c.last, r.group) // it may be what was quoted that is gone
		return nil
	case err != nil:
		return err
	}
	if sent, ok := v.(*qq.Sent); ok {
		c.last[r.group] = sent.Seq
	}
	c.done.Said++
	c.done.Replies += reply
	c.done.Pictures += picture
	return nil
}

// words are what is said: some text, now and then with a quote, a mention, a
// face or a picture.
func (c *chatter) words(r room) (content qq.Segments, reply, picture int) {
	if seq := c.last[r.group]; seq != 0 && c.dice.IntN(6) == 0 {
		content = append(content, &qq.Reply{MessageRef: qq.MessageRef{Chat: qq.GroupChat(r.group), Seq: seq}})
		reply = 1
	}
	if c.dice.IntN(12) == 0 {
		content = append(content, &qq.Mention{User: pick(c.dice, r.people)}, &qq.Text{Text: " "})
	}
	if len(c.Pictures) > 0 && c.dice.IntN(15) == 0 {
		return append(content, &qq.Image{Media: qq.Media{ID: pick(c.dice, c.Pictures)}}), reply, 1
	}
	content = append(content, &qq.Text{Text: sentenceBy(c.dice)})
	if c.dice.IntN(10) == 0 {
		content = append(content, &qq.Face{ID: pick(c.dice, []string{"14", "21", "66", "76", "178", "277"})})
	}
	return content, reply, 0
}
