package satori

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

func texts(parts ...string) []qq.Segments {
	var drafts []qq.Segments
	for _, p := range parts {
		drafts = append(drafts, qq.NewText(p))
	}
	return drafts
}

func one(segments ...qq.Segment) []qq.Segments { return []qq.Segments{segments} }

func TestDrafts(t *testing.T) {
	ref := qq.MessageRef{Chat: qq.GroupChat(1), Seq: 3}
	for content, want := range map[string][]qq.Segments{
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
		`<audio src="http://x"/>`:                         qq.ErrUnsupported,
		`x<b><video src="http://x"/></b>`:                 qq.ErrUnsupported,
		`<file src="http://x"/>`:                          qq.ErrUnsupported,
		`<message forward><message>x</message></message>`: qq.ErrUnsupported,
		`<message id="1" forward="true"/>`:                qq.ErrUnsupported,
		`<img src="internal:llonebot/1/_tmp/2"/>`:         qq.ErrUnsupported,
		`<img src="ftp://x"/>`:                            qq.ErrInvalid,
		`<img src="a.png"/>`:                              qq.ErrInvalid,
		`<img src="data:x"/>`:                             qq.ErrInvalid,
		`<img src="data:image/png;base64,%zz"/>`:          qq.ErrInvalid,
		`<img/>`:                                          qq.ErrInvalid,
		`<at/>`:                                           qq.ErrInvalid,
		`<at id="bob"/>`:                                  qq.ErrInvalid,
		`<face/>`:                                         qq.ErrInvalid,
		`<quote/>`:                                        qq.ErrInvalid,
		strings.Repeat("<b>", MaxDepth+1):                 qq.ErrInvalid,
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
	if got, want := Content("p", qq.Segments{outer}), `<quote id="2|1|2"><author id="9"/>x</quote>`; got != want {
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
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
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
		case 5:
			out = append(out, &qq.Image{
				Media:   qq.Media{URI: "https://x/?" + genText.Draw(t, "query"), Name: genText.Draw(t, "title"), Width: rapid.IntRange(0, 9).Draw(t, "width")},
				Sticker: rapid.Bool().Draw(t, "sticker"),
			})
		}
	}
	return out
}

// joined merges neighbouring texts, which element text cannot tell apart.
func joined(segments qq.Segments) qq.Segments {
	var d drafter
	for _, s := range segments.Clone() {
		if t, ok := s.(*qq.Text); ok {
			d.text(t.Text)
			continue
		}
		d.add(s)
	}
	d.endText()
	return d.current
}

func TestContentSurvivesTheRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segments := genSegments(t)
		content := Content("llonebot", segments)
		got, err := Drafts(content)
		if err != nil {
			t.Fatalf("%s: %v", content, err)
		}
		if diff := cmp.Diff([]qq.Segments{joined(segments)}, got); diff != "" {
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
			if len(d) == 0 {
				t.Fatal("an empty draft")
			}
			if _, err := Parse(Content("p", d)); err != nil && len(content) < 1000 {
				t.Fatal(err)
			}
		}
	})
}
