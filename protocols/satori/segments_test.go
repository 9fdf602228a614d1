package satori

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

func texts(parts ...string) []Draft {
	var drafts []Draft
	for _, p := range parts {
		drafts = append(drafts, Draft{Segments: qq.NewText(p)})
	}
	return drafts
}

func one(segments ...qq.Segment) []Draft { return []Draft{{Segments: segments}} }

// several is one draft for every segment.
func several(segments ...qq.Segment) []Draft {
	var drafts []Draft
	for _, s := range segments {
		drafts = append(drafts, one(s)...)
	}
	return drafts
}

func TestDrafts(t *testing.T) {
	ref := qq.MessageRef{Chat: qq.GroupChat(1), Seq: 3}
	for content, want := range map[string][]Draft{
		"":                                   nil,
		"<message/><message/>":               nil,
		"plain":                              texts("plain"),
		"hello<message>world</message>again": texts("hello", "world", "again"),
		"a<message/>b":                       texts("a", "b"),
		"<b>a<message>b</message></b>c":      texts("a", "b", "c"),
		"<message><message>x</message>y</message>":                 texts("x", "y"),
		"<b>x<i>y</i></b><foo>z</foo>":                             texts("xyz"),
		"a<br/>b":                                                  texts("a\nb"),
		"a<br>b":                                                   texts("a\nb"),
		"<p>one</p><p>two</p>":                                     texts("one\ntwo"),
		"a<p>b</p>c":                                               texts("a\nb\nc"),
		"a<br/><p>b</p>":                                           texts("a\nb"),
		"a<p></p><p></p>b":                                         texts("a\nb"),
		"<p>a</p><message>b</message>":                             texts("a", "b"),
		`<a href="http://x">site</a>`:                              texts("site (http://x)"),
		`<a href="http://x"/>`:                                     texts("http://x"),
		`see <a href="http://x"/>`:                                 texts("see http://x"),
		`<a href="http://x">http://x</a>`:                          texts("http://x"),
		`<sharp id="1" name="room"/><sharp id="2"/>`:               texts("room2"),
		`<at type="here"/> <at role="1"/>`:                         texts("@here @1"),
		`<emoji name="smile"/><emoji id="x">:)</emoji>`:            texts("smile:)"),
		`<button id="1">ok</button>`:                               texts("ok"),
		`<p>a</p><face id="1"/>`:                                   one(&qq.Text{Text: "a\n"}, &qq.Face{ID: "1"}),
		`<face id="1"/><p>a</p>`:                                   one(&qq.Face{ID: "1"}, &qq.Text{Text: "\na"}),
		`<text content=""/>x`:                                      texts("x"),
		`<template><author id="1"/>t</template>`:                   texts("t"),
		`<at id="7" name="N"/>`:                                    one(&qq.Mention{User: 7, Name: "N"}),
		`<at type="all"/><at id="all"/>`:                           one(&qq.MentionAll{}, &qq.MentionAll{}),
		`<face id="4"/><emoji id="5"/><face id="6" type="3"/>`:     one(&qq.Face{ID: "4"}, &qq.Face{ID: "5"}, &qq.Face{ID: "6", Large: true}),
		`<quote id="2|1|3"><author id="9"/>old</quote>re`:          one(&qq.Reply{MessageRef: ref}, &qq.Text{Text: "re"}),
		`<img src="http://x/"/>`:                                   one(&qq.Image{Media: qq.Media{URI: "http://x/"}}),
		`<image url="base64://AA=="/>`:                             one(&qq.Image{Media: qq.Media{URI: "base64://AA=="}}),
		`<img src="data:image/png;base64,AA%3D%3D" sub-type="1"/>`: one(&qq.Image{Media: qq.Media{URI: "base64://AA==", MIME: "image/png"}, Sticker: true}),
		`<img src="data:text/plain;charset=utf-8,a%20b"/>`:         one(&qq.Image{Media: qq.Media{URI: "base64://YSBi", MIME: "text/plain"}}),
		`<img src="/tmp/a.png" width="3" height="-1"/>`:            one(&qq.Image{Media: qq.Media{URI: "file:///tmp/a.png", Width: 3}}),
		`<img src="C:\a b.png"/>`:                                  one(&qq.Image{Media: qq.Media{URI: "file:///C:/a b.png"}}),
		`<button type="link" href="http://x">go</button>`:          texts("go (http://x)"),
		`a<audio src="http://x/a" title="t" duration="3"/>b`: append(append(texts("a"),
			one(&qq.Record{Media: qq.Media{URI: "http://x/a", Name: "t", Duration: 3}})...), texts("b")...),
		`<video src="http://x/v" poster="http://x/p"/>`:                               one(&qq.Video{Media: qq.Media{URI: "http://x/v"}, Thumb: &qq.Media{URI: "http://x/p"}}),
		`<file src="internal:llonebot/1/_tmp/a%2Fb" title="n"/>`:                      one(&qq.File{Media: qq.Media{ID: "a/b", Name: "n"}}),
		`x<quote id="2|1|3"/><file src="http://x"/>y`:                                 {{Segments: qq.Segments{&qq.Text{Text: "x"}, &qq.Reply{MessageRef: ref}}}, one(&qq.File{Media: qq.Media{URI: "http://x"}})[0], texts("y")[0]},
		`<quote id="2|1|3"/><audio src="http://x"/>y`:                                 {{Segments: qq.Segments{&qq.Reply{MessageRef: ref}, &qq.Record{Media: qq.Media{URI: "http://x"}}}}, texts("y")[0]},
		`<quote id="2|1|3"/><message>a</message>`:                                     one(&qq.Reply{MessageRef: ref}, &qq.Text{Text: "a"}),
		`<message forward/>`:                                                          nil,
		`<message forward></message>a<message forward><message></message></message>b`: texts("a", "b"),
		`<message id="2|1|3" forward/>`:                                               {{Forward: &ref}},
		`<message id="resid" forward/>`:                                               one(&qq.Forward{ID: "resid"}),
		`<message id="2|1|3">a</message>`:                                             texts("a"),
		`<message forward title="T" preview="a&#10;b"><message id="2|1|3"/><message><author id="9" name="N"/>x<audio src="http://x"/></message><author name="M"/>y<p>z</p><message forward><message>in</message></message></message>`: one(&qq.Forward{
			Title: "T", Preview: []string{"a", "b"}, Nodes: []*qq.ForwardNode{
				{Ref: &ref}, {Sender: 9, Name: "N", Segments: qq.NewText("x")},
				{Sender: 9, Name: "N", Segments: qq.Segments{&qq.Record{Media: qq.Media{URI: "http://x"}}}},
				{Name: "M", Segments: qq.NewText("y\nz")},
				{Name: "M", Segments: qq.Segments{&qq.Forward{Nodes: []*qq.ForwardNode{{Segments: qq.NewText("in")}}}}},
			},
		}),
		`<llonebot:ark data="{}"/><ark data="[]"/><json data="1"/>`:                                                                 several(&qq.LightApp{Payload: "{}"}, &qq.LightApp{Payload: "[]"}, &qq.LightApp{Payload: "1"}),
		`<llonebot:market-face emoji-package-id="5" emoji-id="ab" key="k" summary="s"><img src="http://x"/></llonebot:market-face>`: one(&qq.MarketFace{Package: 5, ID: "ab", Key: "k", Summary: "s"}),
		`<llbot:speech>read me</llbot:speech><llbot:shake/>`:                                                                        several(&qq.Speech{Text: "read me"}, &qq.Shake{}),
		`<other:dice>6</other:dice><llbot:new>x</llbot:new>`:                                                                        texts("6x"),
	} {
		got, err := Drafts(content)
		if err != nil {
			t.Errorf("%s: %v", content, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", content, diff)
		}
	}
}

func TestDraftsThatCannotBeSent(t *testing.T) {
	for content, kind := range map[string]error{
		`<audio/>`: qq.ErrInvalid,
		`x<b><video src="http://x" poster="a.png"/></b>`: qq.ErrInvalid,
		`<file src=""/>`: qq.ErrInvalid,
		`<message forward><author id="Bob"/>x</message>`:                    qq.ErrInvalid,
		`<message forward><message><author id="Bob"/>x</message></message>`: qq.ErrInvalid,
		`<message forward><message id="7"/></message>`:                      qq.ErrInvalid,
		`<message forward><message><at/></message></message>`:               qq.ErrInvalid,
		`<img src="internal:llonebot/1/_api/2"/>`:                           qq.ErrInvalid,
		`<img src="internal:llonebot"/>`:                                    qq.ErrInvalid,
		`<llbot:dice result="six"/>`:                                        qq.ErrInvalid,
		`<llbot:location lat="NaN" lon="1"/>`:                               qq.ErrInvalid,
		`<img src="ftp://x"/>`:                                              qq.ErrInvalid,
		`<img src="a.png"/>`:                                                qq.ErrInvalid,
		`<img src="data:x"/>`:                                               qq.ErrInvalid,
		`<img src="data:image/png;base64,%zz"/>`:                            qq.ErrInvalid,
		`<img/>`:                                                            qq.ErrInvalid,
		`<at/>`:                                                             qq.ErrInvalid,
		`<at id="bob"/>`:                                                    qq.ErrInvalid,
		`<face/>`:                                                           qq.ErrInvalid,
		`<quote/>`:                                                          qq.ErrInvalid,
		strings.Repeat("<b>", MaxDepth+1):                                   qq.ErrInvalid,
	} {
		if _, err := Drafts(content); !errors.Is(err, kind) {
			t.Errorf("%.60s: %v, want %v", content, err, kind)
		}
	}
}

func TestContentKeepsWhatParsersWouldDrop(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb":       "a\nb",
		"\na\n":      "<br/>a<br/>",
		"  \n a":     "  <br/> a",
		" a ":        " a ",
		"\n":         "<br/>",
		"\n \n":      "<br/> <br/>",
		"":           "",
		"<&>\"":      "&lt;&amp;&gt;\"",
		"a\x00\x1bb": "ab",
	} {
		if got := Content("", qq.NewText(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestContentLeavesNestedQuotesOut(t *testing.T) {
	inner := &qq.Reply{MessageRef: qq.MessageRef{Chat: qq.GroupChat(1), Seq: 1}, Quoted: qq.NewText("deep")}
	outer := &qq.Reply{MessageRef: qq.MessageRef{Chat: qq.GroupChat(1), Seq: 2}, Sender: 9, Quoted: qq.Segments{inner, &qq.Text{Text: "x"}}}
	if got, want := Content("p", qq.Segments{outer}), `<quote id="2|1|2"><author id="9"/><user id="9"/>x</quote>`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// genText draws text that is hard on parsers.
var genText = rapid.StringOfN(rapid.OneOf(
	rapid.SampledFrom([]rune("<>&\"'/ \n\t=!-{}#;ab你😀\u00a0\ufeff")),
	rapid.Rune(),
), 1, 30, -1).Filter(func(s string) bool { return printable(s) == s && s != "" })

func genSegments(t *rapid.T) qq.Segments {
	number := rapid.Int64Range(1, 1<<40)
	var out qq.Segments
	for range rapid.IntRange(1, 6).Draw(t, "length") {
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			out = append(out, &qq.Text{Text: genText.Draw(t, "text")})
		case 1:
			out = append(out, &qq.Mention{User: qq.UserID(number.Draw(t, "user")), Name: genText.Draw(t, "name")})
		case 2:
			out = append(out, &qq.MentionAll{})
		case 3:
			out = append(out, &qq.Face{ID: rapid.SampledFrom([]string{"0", "4", "344"}).Draw(t, "face"), Large: rapid.Bool().Draw(t, "large")})
		case 4:
			scene := rapid.SampledFrom([]qq.Scene{qq.SceneFriend, qq.SceneGroup, qq.SceneTemp}).Draw(t, "scene")
			out = append(out, &qq.Reply{MessageRef: qq.MessageRef{Chat: qq.Chat{Scene: scene, Peer: number.Draw(t, "peer")}, Seq: number.Draw(t, "seq")}})
		case 6:
			out = append(out, rapid.SampledFrom(plainKinds).Draw(t, "native"))
		case 7:
			out = append(out, genForward(t, 0))
		case 5:
			out = append(out, &qq.Image{
				Media:   qq.Media{URI: "https://x/?" + genText.Draw(t, "query"), Name: genText.Draw(t, "title"), Width: rapid.IntRange(0, 9).Draw(t, "width")},
				Sticker: rapid.Bool().Draw(t, "sticker"),
			})
		}
	}
	return out
}

// plainKinds are segments that come back from element text as they were.
var plainKinds = []qq.Segment{
	&qq.Dice{Result: 6}, &qq.RPS{}, &qq.Shake{}, &qq.Poke{Kind: 1, ID: 2, Name: "<n>"}, &qq.RedPacket{Title: "t"},
	&qq.FlashFile{Set: "s", Title: "t", Scene: 1}, &qq.Raw{Kind: "k", Data: []byte(`{"a":1}`)}, &qq.Speech{Text: "hi"},
	&qq.Share{URL: "http://x", Title: "t"}, &qq.Music{Platform: "163", ID: "1"}, &qq.Contact{User: 10001}, &qq.Contact{Group: 5},
	&qq.Location{Latitude: -1.5, Longitude: 2, Title: "t"}, &qq.LightApp{Payload: `{"a":"<\n"}`}, &qq.XML{Payload: "<a/>", Service: 35},
	&qq.Markdown{Content: "# a\n\n> b"}, &qq.MarketFace{Package: 9, ID: "ab", Key: "k", Summary: "[s]"},
	&qq.Record{Media: qq.Media{URI: "https://x/a", Name: "t", Duration: 3}},
	&qq.Video{Media: qq.Media{URI: "https://x/a", Width: 3}, Thumb: &qq.Media{URI: "https://x/b"}},
	&qq.File{Media: qq.Media{URI: "https://x/a", Name: "n.txt"}, Folder: "/f"},
	&qq.Forward{ID: "resid", Title: "t", Summary: "s", Prompt: "p", Preview: []string{"a: b", "c"}},
}

// genForward draws a record of messages that say something, which may be
// records again.
func genForward(t *rapid.T, depth int) *qq.Forward {
	f := &qq.Forward{Title: rapid.SampledFrom([]string{"", "T"}).Draw(t, "title")}
	for range rapid.IntRange(1, 3).Draw(t, "nodes") {
		n := &qq.ForwardNode{Sender: qq.UserID(rapid.Int64Range(10001, 99999).Draw(t, "sender")), Name: genText.Draw(t, "author")}
		switch k := rapid.IntRange(0, 3).Draw(t, "node"); {
		case k == 0:
			n = &qq.ForwardNode{Ref: &qq.MessageRef{Chat: qq.GroupChat(1), Seq: 3}}
		case k == 1 && depth < 2:
			n.Segments = qq.Segments{genForward(t, depth+1)}
		default:
			n.Segments = qq.NewText(genText.Draw(t, "said"))
		}
		f.Nodes = append(f.Nodes, n)
	}
	return f
}

// TestEveryKindOfSegmentIsWritten: nothing that QQ shows is dropped silently,
// and the text is one that strict readers take.
func TestEveryKindOfSegmentIsWritten(t *testing.T) {
	for _, s := range append(qq.SegmentKinds(), &qq.Keyboard{Rows: []qq.KeyboardRow{{Buttons: []qq.Button{{ID: "1", Label: "a"}}}}}) {
		switch s := s.(type) {
		case *qq.Text:
			s.Text = "x"
		case *qq.Keyboard:
			if s.Rows == nil {
				continue
			}
		}
		content := Content("p", qq.Segments{s})
		if content == "" {
			t.Errorf("%s is not written", qq.SegmentKind(s))
		}
		if err := xml.Unmarshal([]byte("<m xmlns:llbot=\"l\" xmlns:llonebot=\"o\">"+content+"</m>"), new(any)); err != nil {
			t.Errorf("%s: %s: %v", qq.SegmentKind(s), content, err)
		}
	}
}

func TestButtonsAreWritten(t *testing.T) {
	k := &qq.Keyboard{Rows: []qq.KeyboardRow{{Buttons: []qq.Button{
		{ID: "1", Label: "go", Action: qq.ActionLink, Data: "http://x/?a&b", Style: 1},
		{ID: "2", Label: "call", Action: qq.ActionCallback, Data: "d"},
	}}, {Buttons: []qq.Button{{ID: "3", Label: "/say", Action: qq.ActionCommand, Data: "/say hi"}}}}}
	want := `<button id="1" type="link" href="http://x/?a&amp;b" theme="primary">go</button>` +
		`<button id="2" type="action" theme="secondary">call</button>` +
		`<button id="3" type="input" text="/say hi" theme="secondary">/say</button>`
	if got := Content("p", qq.Segments{k}); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// drafted is what should come of content: neighbouring texts merged, which
// element text cannot tell apart, and what QQ sends alone in a draft of its own.
func drafted(segments qq.Segments) []Draft {
	var d drafter
	for _, s := range segments.Clone() {
		if t, ok := s.(*qq.Text); ok {
			d.text(t.Text)
			continue
		}
		d.add(s)
	}
	return d.finish()
}

func TestContentSurvivesTheRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segments := genSegments(t)
		content := Content("llonebot", segments)
		got, err := Drafts(content)
		if err != nil {
			t.Fatalf("%s: %v", content, err)
		}
		if diff := cmp.Diff(drafted(segments), got); diff != "" {
			t.Fatalf("%s (-want +got)\n%s", content, diff)
		}
	})
}

func TestIDsSurviveTheRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Int64Range(1, 1<<53)
		chat := qq.Chat{Scene: rapid.SampledFrom([]qq.Scene{qq.SceneFriend, qq.SceneGroup, qq.SceneTemp}).Draw(t, "scene"), Peer: number.Draw(t, "peer")}
		ref := qq.MessageRef{Chat: chat, Seq: number.Draw(t, "seq")}
		if got, ok := ParseMessageID(MessageID(ref)); !ok || got != ref {
			t.Fatalf("%v became %v", ref, got)
		}
		if chat.Scene == qq.SceneTemp {
			chat.Scene = qq.SceneFriend
		}
		if got, ok := ParseChannelID(ChannelID(ref.Chat)); !ok || got != chat {
			t.Fatalf("%v became %v", chat, got)
		}
		kind := rapid.SampledFrom([]qq.GroupRequestKind{qq.JoinRequest, qq.InvitedJoinRequest, qq.Invitation}).Draw(t, "kind")
		request := qq.GroupRequestRef{Group: qq.GroupID(ref.Peer), Seq: ref.Seq, Kind: kind, Filtered: rapid.Bool().Draw(t, "filtered")}
		if got, ok := parseGroupRequestID(groupRequestID(request)); !ok || got != request {
			t.Fatalf("%v became %v", request, got)
		}
	})
	for _, id := range []string{"", "2|1", "2|1|0", "2|1|-1", "2|01|1", "5|1|1", "2|1|1|1", "private:1"} {
		if _, ok := ParseMessageID(id); ok {
			t.Errorf("message id %q was taken", id)
		}
	}
	for _, id := range []string{"", "0", "-1", "private:", "private:x", "1.0", "+1"} {
		if _, ok := ParseChannelID(id); ok {
			t.Errorf("channel id %q was taken", id)
		}
	}
}

func FuzzDrafts(f *testing.F) {
	for _, s := range []string{"a<p>b</p>", `<img src="data:,x"/>`, `<quote id="2|1|3">x</quote>`, "<message>a</message>", `<a href="u"><br>x`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		drafts, err := Drafts(content)
		if err != nil {
			if !errors.Is(err, qq.ErrInvalid) && !errors.Is(err, qq.ErrUnsupported) {
				t.Fatal(err)
			}
			return
		}
		for _, d := range drafts {
			if len(d.Segments) == 0 && d.Forward == nil {
				t.Fatal("an empty draft")
			}
			if _, err := Parse(Content("p", d.Segments)); err != nil && len(content) < 1000 {
				t.Fatal(err)
			}
		}
	})
}
