package sim

import (
	"slices"

	"llbot/protocols/qq"
)

// How honours are won by speaking, as this world settles it: QQ publishes no rule.
const (
	talkativeAtLeast = 10 // messages of a day
	performerDays    = 3  // days in a row
	legendDays       = 7
	topLevel         = 100 // of a member; each further day on which he speaks is one
)

// days is what a group counts by days, as they begin in China.
type days struct {
	SignDay int64 `json:",omitempty"`
	SignIns []signIn
	TalkDay int64             `json:",omitempty"`
	Spoken  map[qq.UserID]int // messages of TalkDay
	Runs    map[qq.UserID]inRow
	Honors  []honor `json:",omitempty"` // oldest first
}

// signIn is somebody's clocking in; his rank is his place in the list.
type signIn struct {
	User qq.UserID
	Time qq.Time
}

// inRow counts the days in a row on which somebody spoke.
type inRow struct {
	Last int64 // the latest day
	Days int
}

// honor is one that somebody won. Days and Current as in qq.HonorHolder.
type honor struct {
	Honor   qq.Honor
	User    qq.UserID
	Time    qq.Time
	Days    int  `json:",omitempty"`
	Current bool `json:",omitempty"`
}

func (g *group) counts() *days {
	if g.Days == nil {
		g.Days = &days{Spoken: map[qq.UserID]int{}, Runs: map[qq.UserID]inRow{}}
	}
	return g.Days
}

func (d *days) forget(u qq.UserID) {
	delete(d.Spoken, u)
	delete(d.Runs, u)
	d.Honors = slices.DeleteFunc(d.Honors, func(h honor) bool { return h.User == u })
}

// signedIn notes that a member clocked in. No table knows an event of that.
type signedIn struct {
	Group qq.GroupID `json:"group"`
	User  qq.UserID  `json:"user"`
}

func (*signedIn) kind() string { return "signed_in" }

func (c *signedIn) apply(st *state, at qq.Time, _ *telling) {
	d := st.Groups[c.Group].counts()
	if d.SignDay != dayOf(at) {
		d.SignDay, d.SignIns = dayOf(at), nil
	}
	d.SignIns = append(d.SignIns, signIn{c.User, at})
}

// today is who clocked in on the day of now.
func (g *group) today(now qq.Time) []signIn {
	if g.Days == nil || g.Days.SignDay != dayOf(now) {
		return nil
	}
	return g.Days.SignIns
}

// honored gives a member an honour.
type honored struct {
	Group qq.GroupID `json:"group"`
	User  qq.UserID  `json:"user"`
	Honor qq.Honor   `json:"honor"`
}

func (*honored) kind() string { return "honored" }

func (c *honored) apply(st *state, at qq.Time, out *telling) {
	st.Groups[c.Group].honor(c.Honor, c.User, at, out)
}

// honor gives a member an honour and tells it, unless he holds it: then the
// talkative one's days go on.
func (g *group) honor(h qq.Honor, u qq.UserID, at qq.Time, out *telling) {
	d := g.counts()
	if i := d.holder(h, u); i >= 0 {
		d.Honors[i].Days++
		return
	}
	if h == qq.HonorTalkative {
		d.dethrone()
	}
	d.Honors = slices.DeleteFunc(d.Honors, func(old honor) bool { return old.Honor == h && old.User == u })
	d.Honors = newest(append(d.Honors, honor{Honor: h, User: u, Time: at, Days: 1, Current: h == qq.HonorTalkative}), honorLimit)
	out.group(g, func(qq.UserID) qq.Event {
		return &qq.HonorGained{Group: g.Info.ID, User: u, Honor: h, Member: shown(g.Members[u], at)}
	})
}

// holder is the place of an honour that the member holds now, or -1.
func (d *days) holder(h qq.Honor, u qq.UserID) int {
	return slices.IndexFunc(d.Honors, func(have honor) bool {
		return have.Honor == h && have.User == u && (have.Current || h != qq.HonorTalkative)
	})
}

func (d *days) dethrone() {
	for i := range d.Honors {
		d.Honors[i].Current = false
	}
}

// spokeToday counts a message. The first one of a day settles who was the most
// talkative on the last day; a member's first one of a day counts his days.
func (g *group) spokeToday(u qq.UserID, at qq.Time, out *telling) {
	d, day := g.counts(), dayOf(at)
	if d.TalkDay != day {
		g.crown(at, out)
		d.TalkDay = day
		clear(d.Spoken)
	}
	n := d.Spoken[u]
	d.Spoken[u] = n + 1
	if n == 0 {
		g.attend(u, at, out)
	}
}

// crown makes who said most on the day that ended the talkative one.
func (g *group) crown(at qq.Time, out *telling) {
	d := g.Days
	var king qq.UserID
	for u, n := range d.Spoken {
		if most := d.Spoken[king]; n > most || n == most && u < king {
			king = u
		}
	}
	if d.Spoken[king] < talkativeAtLeast {
		d.dethrone()
		return
	}
	g.honor(qq.HonorTalkative, king, at, out)
}

// attend counts a day on which a member spoke.
func (g *group) attend(u qq.UserID, at qq.Time, out *telling) {
	d, day := g.Days, dayOf(at)
	run := d.Runs[u]
	if run.Last != 0 && g.Members[u].Level < topLevel {
		g.alter(u, at, func(m *qq.Member) { m.Level++ })
	}
	if run.Last != day-1 {
		run.Days = 0
	}
	run = inRow{Last: day, Days: run.Days + 1}
	d.Runs[u] = run
	switch run.Days {
	case performerDays:
		g.honor(qq.HonorPerformer, u, at, out)
	case legendDays:
		g.honor(qq.HonorLegend, u, at, out)
	}
}

// luckyDrawn tells who drew the most from a red packet.
type luckyDrawn struct {
	Group  qq.GroupID `json:"group"`
	Sender qq.UserID  `json:"sender"`
	Winner qq.UserID  `json:"winner"`
}

func (*luckyDrawn) kind() string { return "lucky" }

func (c *luckyDrawn) apply(st *state, _ qq.Time, out *telling) {
	out.group(st.Groups[c.Group], func(qq.UserID) qq.Event {
		return &qq.LuckyKing{Group: c.Group, Sender: c.Sender, Winner: c.Winner}
	})
}

// tipShown tells of a grey line.
type tipShown struct {
	GrayLine
	User qq.UserID `json:"user"`
}

func (*tipShown) kind() string { return "tip" }

func (c *tipShown) apply(st *state, _ qq.Time, out *telling) {
	ref := qq.MessageRef{Chat: qq.GroupChat(c.Group), Seq: c.Seq}
	out.group(st.Groups[c.Group], func(qq.UserID) qq.Event {
		return &qq.GrayTip{MessageRef: ref, User: c.User, Business: c.Business, Text: c.Text, Raw: c.Raw}
	})
}
