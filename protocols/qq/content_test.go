package qq

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func forward(depth int) *Forward {
	inside := NewText("x")
	if depth > 1 {
		inside = Segments{forward(depth - 1)}
	}
	return &Forward{Nodes: []*ForwardNode{{Sender: 10001, Name: "Alice", Segments: inside}}}
}

func TestCheckContent(t *testing.T) {
	text := &Text{"x"}
	for name, c := range map[string]struct {
		s    Segments
		want string // "" = right
	}{
		"text":                {NewText("hi"), ""},
		"longest text":        {NewText(strings.Repeat("字", MaxMessageText)), ""},
		"too long":            {Segments{&Text{strings.Repeat("字", MaxMessageText)}, text}, "4501 characters"},
		"nothing":             {nil, "empty"},
		"a quote alone":       {Segments{&Reply{}}, "empty"},
		"two quotes":          {Segments{&Reply{}, &Reply{}, text}, "one message, not 2"},
		"nil":                 {Segments{nil}, "nothing"},
		"too many":            {slices.Repeat(Segments{&Face{ID: "1"}}, MaxMessageSegments+1), "101 segments"},
		"voice":               {Segments{&Record{}}, ""},
		"voice with a quote":  {Segments{&Reply{}, &Record{}}, ""},
		"voice with text":     {Segments{&Record{}, text}, `"record" alone`},
		"two dice":            {Segments{&Dice{}, &Dice{}}, `"dice" alone`},
		"die":                 {Segments{&Dice{6}}, ""},
		"die of seven":        {Segments{&Dice{7}}, "1 to 6"},
		"rps":                 {Segments{&RPS{4}}, "1 to 3"},
		"face":                {Segments{&Face{}}, "needs an id"},
		"sticker":             {Segments{&MarketFace{ID: "a"}}, "id and key"},
		"speech":              {Segments{&Speech{strings.Repeat("字", MaxSpeech+1)}}, "200 characters"},
		"link":                {Segments{&Share{URL: "https://a.example"}}, "url and title"},
		"song by number":      {Segments{&Music{Platform: "qq", ID: "1"}}, ""},
		"song by hand":        {Segments{&Music{URL: "https://a.example", Title: "x"}}, ""},
		"song of nothing":     {Segments{&Music{Platform: "qq"}}, "platform and id"},
		"contact":             {Segments{&Contact{User: 10001}}, ""},
		"contact of both":     {Segments{&Contact{User: 10001, Group: 10001}}, "one person or one group"},
		"place":               {Segments{&Location{Latitude: -90, Longitude: 180}}, ""},
		"place off the globe": {Segments{&Location{Latitude: 91}}, "90 degrees"},
		"place nowhere":       {Segments{&Location{Longitude: math.NaN()}}, "90 degrees"},
		"card":                {Segments{&LightApp{Payload: `{"app":"x"}`}}, ""},
		"broken card":         {Segments{&LightApp{Payload: `{`}}, "no JSON"},
		"empty xml":           {Segments{&XML{}}, "empty"},
		"forward":             {Segments{forward(MaxForwardDepth)}, ""},
		"deep forward":        {Segments{forward(MaxForwardDepth + 1)}, "at most 3 deep"},
		"forward by id":       {Segments{&Forward{ID: "f"}}, ""},
		"forward of nothing":  {Segments{&Forward{}}, "needs messages"},
		"forward of both":     {Segments{&Forward{ID: "f", Nodes: forward(1).Nodes}}, "not both"},
		"forward of nil":      {Segments{&Forward{Nodes: []*ForwardNode{nil}}}, "message 0"},
		"forward of nobody":   {Segments{&Forward{Nodes: []*ForwardNode{{Segments: NewText("x")}}}}, "no sender"},
		"forward, empty node": {Segments{&Forward{Nodes: []*ForwardNode{{Sender: 10001}}}}, "message 0 of the forward: the message is empty"},
		"forward of stored":   {Segments{&Forward{Nodes: []*ForwardNode{{Ref: &MessageRef{ID: 1}}}}}, ""},
		"many lines":          {Segments{&Forward{ID: "f", Preview: make([]string, 5)}}, "at most 4 lines"},
		"long forward":        {Segments{&Forward{Nodes: slices.Repeat(forward(1).Nodes, MaxForwardNodes+1)}}, "101 messages"},
	} {
		err := CheckContent(c.s)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (!errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestWhatIsReceivedOnlyCannotBeSent(t *testing.T) {
	for _, s := range append(SegmentKinds(), &Raw{Kind: "hologram"}) {
		if err := CheckContent(Segments{s}); errors.Is(err, ErrUnsupported) != ReceivedOnly(s) {
			t.Errorf("%s: %v", SegmentKind(s), err)
		}
		if ReceivedOnly(s) && Alone(s) {
			t.Errorf("%s is sent alone and never sent", SegmentKind(s))
		}
	}
}

func TestCheckContentNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { _ = CheckContent(genSegments(t, 4)) })
}
