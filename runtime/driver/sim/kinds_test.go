package sim

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func mediaBlobs() blobs {
	b := testBlobs()
	b["voice"] = qq.Media{ID: "voice", Name: "v.silk", MIME: "audio/silk", Size: 7, Duration: 3}
	b["film"] = qq.Media{ID: "film", Name: "f.mp4", MIME: "video/mp4", Size: 8, Width: 6, Height: 4, Duration: 2}
	b["doc"] = qq.Media{ID: "doc", Name: "d.txt", MIME: "text/plain", Size: 5}
	return b
}

// talkWorld has the bot and Alice as accounts, and an official bot in the group.
func talkWorld(t *testing.T, c *clock) *World {
	t.Helper()
	w := openWorld(t, Options{Now: c.Now, Blobs: mediaBlobs(), Seed: 7})
	ctx := context.Background()
	for _, u := range []qq.User{{ID: robot, Nickname: "Robot"}, {ID: dora, Nickname: "Dora"}, {ID: eve, Nickname: "Eve"}} {
		if err := w.AddUser(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	for _, u := range []qq.UserID{robot, dora} {
		if err := w.RequestJoin(ctx, home, u, ""); err != nil {
			t.Fatal(err)
		}
		answerNewest(t, w, alice, true)
	}
	do(t, w, alice, qq.SetAdmin{Group: home, Member: dora, On: true})
	driverOf(t, w, bot)
	driverOf(t, w, alice)
	pending(w, bot)
	pending(w, alice)
	return w
}

// kindCase is one kind of segment: what is sent, and what others see of it.
type kindCase struct {
	sent, seen qq.Segment
	as         qq.UserID // the bot when 0
	private    bool      // goes into chats of two only
}

func kindCases() []kindCase {
	link := func(m qq.Media) qq.Media { m.URL = "http://media/" + string(m.ID); return m }
	b := mediaBlobs()
	thumb := link(b["pic"])
	keys := &qq.Keyboard{Bot: 102, Rows: []qq.KeyboardRow{{Buttons: []qq.Button{{ID: "1", Label: "go", Action: qq.ActionCallback, Permission: qq.PermitAll}}}}}
	same := func(s qq.Segment) kindCase { return kindCase{sent: s, seen: s} }
	return []kindCase{
		same(&qq.Text{Text: "hi"}),
		{sent: &qq.Mention{User: alice, Name: "forged"}, seen: &qq.Mention{User: alice, Name: "Alice"}},
		{sent: &qq.MentionAll{}, seen: &qq.MentionAll{}},
		same(&qq.Face{ID: "14", Large: true}),
		{sent: &qq.Reply{MessageRef: qq.MessageRef{Seq: 1}}},
		{sent: &qq.Image{Media: qq.Media{ID: "pic"}, Sticker: true, Summary: "s"}, seen: &qq.Image{Media: link(b["pic"]), Sticker: true, Summary: "s"}},
		{sent: &qq.Record{Media: qq.Media{ID: "voice"}, Transcript: "forged"}, seen: &qq.Record{Media: link(b["voice"])}},
		{sent: &qq.Video{Media: qq.Media{ID: "film"}, Thumb: &qq.Media{ID: "pic"}}, seen: &qq.Video{Media: link(b["film"]), Thumb: &thumb}},
		{sent: &qq.File{Media: qq.Media{ID: "doc"}}},
		{sent: &qq.Speech{Text: "hello"}},
		{sent: &qq.Forward{Nodes: []*qq.ForwardNode{{Sender: bot, Segments: qq.NewText("x")}}}},
		{sent: &qq.MarketFace{Package: 1, ID: "abcd", Key: "k", Summary: "[hug]", URL: "forged"},
			seen: &qq.MarketFace{Package: 1, ID: "abcd", Key: "k", Summary: "[hug]", URL: "https://gxh.vip.qq.com/club/item/parcel/item/ab/abcd/raw300.gif"}},
		same(&qq.Dice{Result: 5}),
		same(&qq.RPS{Result: 2}),
		{sent: &qq.Shake{}, seen: &qq.Shake{}, private: true},
		{sent: &qq.Poke{Kind: 126, ID: 2003}, seen: &qq.Poke{Kind: 126, ID: 2003, Name: "勾引"}, private: true},
		same(&qq.Share{URL: "http://x", Title: "t", Content: "c", Image: "i"}),
		{sent: &qq.Music{Platform: "qq", ID: "9"}},
		same(&qq.Contact{User: carol}),
		same(&qq.Location{Latitude: 31.2, Longitude: 121.5, Title: "t", Content: "c"}),
		{sent: &qq.LightApp{Payload: `{"app":"com.x"}`}, seen: &qq.LightApp{App: "com.x", Payload: `{"app":"com.x"}`}},
		same(&qq.XML{Service: 1, Payload: "<x/>"}),
		{sent: &qq.Markdown{Content: "# hi"}, seen: &qq.Markdown{Content: "# hi"}, as: robot},
		{sent: keys, seen: keys, as: robot},
		{sent: &qq.RedPacket{Title: "luck"}, seen: &qq.RedPacket{Title: "luck"}, as: carol},
		{sent: &qq.FlashFile{Set: "x"}},
	}
}

// TestEveryKindOfSegment says each kind by whoever may and wants the others to
// see it; accounts are refused what they only receive.
func TestEveryKindOfSegment(t *testing.T) {
	covered := map[reflect.Type]bool{}
	for _, c := range kindCases() {
		covered[reflect.TypeOf(c.sent)] = true
		t.Run(qq.SegmentKind(c.sent), func(t *testing.T) {
			w := talkWorld(t, newClock())
			chat := qq.GroupChat(home)
			if c.private {
				refused(t, w, bot, qq.SendMessage{Chat: chat, Segments: qq.Segments{c.sent}}, qq.ErrInvalid)
				chat = qq.FriendChat(alice)
			}
			op := qq.SendMessage{Chat: chat, Segments: qq.Segments{c.sent}}
			if qq.ReceivedOnly(c.sent) {
				refused(t, w, bot, op, qq.ErrUnsupported)
			}
			if c.seen == nil {
				return // has a test of its own
			}
			as := c.as
			if as == 0 {
				as = bot
			}
			do(t, w, as, op)
			seen := pending(w, alice)[0].(*qq.MessageReceived)
			if d := cmp.Diff(qq.Segments{c.seen}, seen.Segments); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if c.as == 0 && !c.private { // people can do what accounts can
				res, err := w.Say(t.Context(), Say{As: alice, Group: home, Segments: qq.Segments{c.sent}, Count: 2})
				if err != nil || res.Accepted != 2 {
					t.Errorf("said by a person: %+v, %v", res, err)
				}
			}
		})
	}
	for _, seg := range qq.SegmentKinds() {
		if !covered[reflect.TypeOf(seg)] {
			t.Errorf("no case for %s", qq.SegmentKind(seg))
		}
	}
}

func TestRefusedSegments(t *testing.T) {
	w := talkWorld(t, newClock())
	button := qq.Button{ID: "1"}
	for name, c := range map[string]struct {
		seg  qq.Segment
		want error
	}{
		"voice as picture":         {&qq.Image{Media: qq.Media{ID: "voice"}}, qq.ErrMedia},
		"picture as voice":         {&qq.Record{Media: qq.Media{ID: "pic"}}, qq.ErrMedia},
		"text as video":            {&qq.Video{Media: qq.Media{ID: "doc"}}, qq.ErrMedia},
		"video with a voice":       {&qq.Video{Media: qq.Media{ID: "film"}, Thumb: &qq.Media{ID: "voice"}}, qq.ErrMedia},
		"unknown voice":            {&qq.Record{Media: qq.Media{ID: "gone"}}, qq.ErrMedia},
		"unknown contact":          {&qq.Contact{User: 4242424}, qq.ErrNotFound},
		"unknown group":            {&qq.Contact{Group: 4242424}, qq.ErrNotFound},
		"song of nobody":           {&qq.Music{Platform: "spotify", ID: "1"}, qq.ErrInvalid},
		"card that is a list":      {&qq.LightApp{Payload: "[]"}, qq.ErrInvalid},
		"seven":                    {&qq.Dice{Result: 7}, qq.ErrInvalid},
		"silence":                  {&qq.Speech{}, qq.ErrInvalid},
		"long speech":              {&qq.Speech{Text: strings.Repeat("字", qq.MaxSpeech+1)}, qq.ErrInvalid},
		"keyboard without rows":    {&qq.Keyboard{}, qq.ErrInvalid},
		"button without id":        {&qq.Keyboard{Rows: []qq.KeyboardRow{{Buttons: []qq.Button{{}}}}}, qq.ErrInvalid},
		"two buttons of one id":    {&qq.Keyboard{Rows: []qq.KeyboardRow{{Buttons: []qq.Button{button, button}}}}, qq.ErrInvalid},
		"row without buttons":      {&qq.Keyboard{Rows: []qq.KeyboardRow{{}}}, qq.ErrInvalid},
		"red packet of an account": {&qq.RedPacket{Title: "x"}, qq.ErrUnsupported},
		"place beyond the world":   {&qq.Location{Latitude: 91}, qq.ErrInvalid},
	} {
		before := stateText(t, w.st)
		refused(t, w, alice, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{c.seg}}, c.want)
		if string(before) != string(stateText(t, w.st)) {
			t.Errorf("%s changed the world", name)
		}
	}
	refused(t, w, bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Dice{}, &qq.Text{Text: "!"}}}, qq.ErrInvalid)
}

func TestThrowsFollowTheSeed(t *testing.T) {
	throw := func() (dice, hands []int) {
		w := talkWorld(t, newClock())
		for range 40 {
			a := do(t, w, bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.Dice{}}})
			dice = append(dice, do(t, w, bot, qq.GetMessage{Ref: a.MessageRef}).Segments[0].(*qq.Dice).Result)
			b := do(t, w, bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{&qq.RPS{}}})
			hands = append(hands, do(t, w, bot, qq.GetMessage{Ref: b.MessageRef}).Segments[0].(*qq.RPS).Result)
		}
		return dice, hands
	}
	dice, hands := throw()
	again, handsAgain := throw()
	if !cmp.Equal(dice, again) || !cmp.Equal(hands, handsAgain) {
		t.Errorf("the same seed throws %v and %v", dice, again)
	}
	count := map[int]bool{}
	for _, d := range dice {
		count[d] = true
	}
	if len(count) != 6 || count[0] {
		t.Errorf("thrown %v", dice)
	}
}

func TestSongIsACard(t *testing.T) {
	w := talkWorld(t, newClock())
	for _, m := range []*qq.Music{{Platform: "163", ID: "186016"}, {URL: "http://x", Title: "T", Audio: "http://a", Singer: "S"}} {
		do(t, w, bot, qq.SendMessage{Chat: qq.GroupChat(home), Segments: qq.Segments{m}})
		seen := pending(w, alice)[0].(*qq.MessageReceived).Segments[0].(*qq.LightApp)
		if seen.App != "com.tencent.structmsg" || !strings.Contains(seen.Payload, m.ID+m.Title) {
			t.Errorf("%+v", seen)
		}
	}
}

func TestTempAnswersGoBackTheWayTheyCame(t *testing.T) {
	w := talkWorld(t, newClock())
	ctx := context.Background()
	if err := w.AddGroup(ctx, NewGroup{ID: 900, Name: "late", Owner: carol, Members: []qq.UserID{bot}}); err != nil {
		t.Fatal(err)
	}
	if err := w.AddGroup(ctx, NewGroup{ID: 901, Name: "later", Owner: carol, Members: []qq.UserID{bot}}); err != nil {
		t.Fatal(err)
	}
	op := toUser(bot, "psst")
	op.Via = 901
	do(t, w, carol, op)
	sent := do(t, w, bot, toUser(carol, "what?"))
	if m := do(t, w, bot, qq.GetMessage{Ref: sent.MessageRef}); m.Group == nil || m.Group.ID != 901 {
		t.Errorf("%+v", m.Group)
	}
	do(t, w, bot, qq.LeaveGroup{Group: 901})
	refused(t, w, bot, toUser(carol, "still there?"), qq.ErrForbidden)
	sent = do(t, w, bot, toMember(carol, "still there?"))
	if m := do(t, w, bot, qq.GetMessage{Ref: sent.MessageRef}); m.Group == nil || m.Group.ID == 901 {
		t.Errorf("%+v", m.Group)
	}
	_, err := w.Do(ctx, eve, toUser(carol, "hi"))
	if !errors.Is(err, qq.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
}
