package runtime_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/config"
	"llbot/runtime/driver/milky"
	"llbot/runtime/driver/onebot11"
	"llbot/runtime/driver/satori"
	"llbot/runtime/driver/upstream"
)

// crossing is a server whose account a stand-in holds, and another server that
// has the account over a protocol.
type crossing struct {
	*chain
	t     *testing.T
	here  *standin
	there llbot.Account
	heard chan qq.Event
	seq   int64 // of the last message
	file  int64 // of the last one that showed a file
}

// telling lets the server tell secrets too.
func telling(cfg *config.Config) {
	on(func(e *config.OneBotWS) { e.Credentials = config.CredentialsAll })(cfg)
}

func newCrossing(t *testing.T, p upstreamProtocol) *crossing {
	t.Helper()
	x := &crossing{t: t, here: newStandin(), seq: firstSeq - 1, heard: make(chan qq.Event, 1000)}
	x.chain = &chain{a: startBeside(t, []llbot.Option{llbot.WithDriver(bot, x.here)}, reportAll, withUpstreamToken(p), telling)}
	x.reach(p)
	x.link = newFaultProxy(t, x.way(t, p))
	x.startB(t, p)
	x.online(t)
	x.there = x.inner.Accounts()[0]
	// What it says itself is told too, whenever the driver finds out: it is not asked for.
	end, err := x.inner.Subscribe(t.Context(), llbot.Subscription{}, func(_ context.Context, e *qq.Entry) { x.heard <- e.Event })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return x
}

// carried is what a protocol makes of everything: by the names of operations, of
// parts of messages and of events what is lost, "" for nothing.
type carried struct {
	upstreamProtocol
	variants         []upstream.Variant
	ops              map[string]string
	said, heard, did map[string]string
	seconds          bool // instants lose their milliseconds
}

// measure has everything cross.
func measure(t *testing.T, p upstreamProtocol, variants []upstream.Variant) *carried {
	t.Helper()
	c := &carried{upstreamProtocol: p, variants: variants, ops: map[string]string{}, said: map[string]string{}, heard: map[string]string{}, did: map[string]string{}}
	p.trusting = true
	x := newCrossing(t, p)
	for _, s := range qq.SegmentKinds() {
		kind := nameOf(s)
		c.said[kind] = x.say(c, s)
		m := filled(reflect.TypeFor[*qq.MessageReceived]()).(*qq.MessageReceived)
		m.Segments = qq.Segments{filled(reflect.TypeOf(s)).(qq.Segment)}
		if record, ok := m.Segments[0].(*qq.Forward); ok {
			record.Nodes = nil // they are asked for
		}
		c.heard[kind] = c.told(m, x.happen(m))
	}
	for _, of := range qq.Capabilities() {
		c.ops[of.Name] = x.operation(c, of)
	}
	for _, e := range qq.EventKinds() {
		switch e.(type) {
		case *qq.MessageReceived, *qq.EventsLost: // told with the parts; each log's own
		case *qq.LoginProgressed, *qq.StatusChanged:
			defer x.event(c, e) // the last: what is known of the login changes, and it is offline
		default:
			x.event(c, e)
		}
	}
	return c
}

func (x *crossing) event(c *carried, e qq.Event) {
	e = filled(reflect.TypeOf(e)).(qq.Event)
	c.did[nameOf(e)] = c.told(e, x.happen(e))
}

// operation does an operation over the link and tells what came of it.
func (x *crossing) operation(c *carried, of qq.Capability) string {
	x.t.Helper()
	switch of.Op.(type) {
	case qq.GetStatus, qq.GetBackend, qq.KeepMedia: // llbot's own
		return "not asked of it"
	case qq.RenewLink, qq.FindMedia: // of what was seen before
		for _, lack := range c.variants[0].Lacks {
			if lack.Operation == of.Name {
				return "no: " + lack.Reason
			}
		}
		return "of what was seen before"
	}
	op := whole(of.Op)
	x.here.forget(of)
	v, err := x.there.Do(x.t.Context(), op)
	why := ""
	if err != nil {
		why = strings.TrimPrefix(err.Error(), of.Name+": ")
	}
	switch {
	case err == nil:
	case slices.Contains(c.variants[0].Lacks, upstream.Lack{Operation: of.Name, Reason: why}):
		return "no: " + why
	case errors.Is(err, qq.ErrUnsupported):
		return "refused when whole: " + why
	default:
		x.t.Errorf("%s: %s: %v", c.name, of.Name, err)
		return ""
	}
	asked, answer := x.here.did(of)
	var says []string
	if lost := least(c, op, asked, "segments"); len(lost) > 0 && !severally(op) {
		says = append(says, "without "+strings.Join(lost, ", "))
	}
	if lost := c.lost(answer, v, "segments"); len(lost) > 0 {
		says = append(says, "not answered: "+strings.Join(lost, ", "))
	}
	return strings.Join(says, "; ")
}

// least is what the one of those that arrived lost that is most like what was
// asked for, or told.
func least[T any](c *carried, whole T, arrived []T, apart ...string) []string {
	var least []string
	for i, a := range arrived {
		if lost := c.lost(whole, a, apart...); i == 0 || len(lost) < len(least) {
			least = lost
		}
	}
	return least
}

// severally tells whether drivers do an operation by several calls.
func severally(op qq.Operation) bool {
	switch op.(type) {
	case qq.GetHistory, qq.ListEssence, qq.SetGroupOptions:
		return true
	}
	return false
}

// say says a part of a message over the link and tells what came of it.
func (x *crossing) say(c *carried, s qq.Segment) string {
	x.t.Helper()
	if qq.ReceivedOnly(s) {
		return "nobody can"
	}
	s = filled(reflect.TypeOf(s)).(qq.Segment)
	content := qq.Segments{s}
	switch s := s.(type) {
	case *qq.Forward:
		s.ID = ""
	case *qq.Reply:
		content = append(content, &qq.Text{Text: "so it is"})
	}
	op := qq.SendMessage{Chat: qq.GroupChat(123456), Segments: content}
	_ = op.EachMedia(func(m *qq.Media) error {
		*m = qq.Media{URI: "base64://" + onePixel, Name: m.Name}
		return nil
	})
	_, err := x.there.Do(x.t.Context(), op)
	if errors.Is(err, qq.ErrUnsupported) {
		return "no"
	}
	if err != nil {
		x.t.Errorf("%s: %s cannot be said: %v", c.name, nameOf(s), err)
	}
	return ""
}

// happen has an event happen and answers what was heard of it.
func (x *crossing) happen(e qq.Event) (heard []qq.Event) {
	x.t.Helper()
	const end = "that was it"
	closing := filled(reflect.TypeFor[*qq.MessageReceived]()).(*qq.MessageReceived)
	closing.Segments = qq.NewText(end)
	for _, e := range []qq.Event{e, closing} {
		switch e := e.(type) {
		case *qq.MessageReceived:
			x.seq++
			e.Seq = x.seq
			if _, file := e.Segments[0].(*qq.File); file {
				x.file = e.Seq
			}
		case *qq.FileUploaded:
			e.Seq = x.file
		case *qq.FriendRequested:
			e.Target = bot
		case *qq.MessageRecalled: // another one: nobody shows it any more
			e.Seq = 7
		}
		x.here.emitting <- e
	}
	for {
		select {
		case got := <-x.heard:
			if m, ok := got.(*qq.MessageReceived); ok && m.Segments.PlainText() == end {
				return heard
			}
			// A link also tells by itself that it is up or down.
			if nameOf(got) != nameOf(&qq.StatusChanged{}) || nameOf(got) == nameOf(e) {
				heard = append(heard, got)
			}
		case <-time.After(patience):
			x.t.Fatalf("nothing more was heard behind %T", e)
		}
	}
}

// told is what was heard of an event.
func (c *carried) told(e qq.Event, heard []qq.Event) string {
	if len(heard) == 0 {
		return "not told"
	}
	if _, unread := heard[0].(*qq.UnknownEvent); unread {
		return "unread: it is handed on as it is"
	}
	if nameOf(e) != nameOf(heard[0]) {
		return "is " + nameOf(heard[0])
	}
	lost := least(c, e, heard)
	for i, path := range lost {
		lost[i] = strings.TrimPrefix(path, "segments.")
		if kind, other := strings.CutPrefix(path, "segments is "); other {
			return "is " + kind
		}
	}
	if slices.Contains(lost, "segments") {
		return "not told"
	}
	if len(lost) > 0 {
		return "without " + strings.Join(lost, ", ")
	}
	return ""
}

// TestWhatUpstreamsCarry measures what each protocol loses between two servers
// of ours and holds the written table to it.
func TestWhatUpstreamsCarry(t *testing.T) {
	noLeaks(t)
	list := []*carried{
		measure(t, viaMilkyDriver(), milky.Variants()),
		measure(t, viaOneBotDriver(), onebot11.Variants()),
		measure(t, viaSatoriDriver(), satori.Variants()),
	}
	held(t, "driver/CARRIES.md", carriesPage(list))
}
