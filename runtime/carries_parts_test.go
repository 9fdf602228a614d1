package runtime_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"pgregory.net/rapid"
)

// piece is a part of a message as everybody would describe it: a kind, and
// fields by name.
type piece struct {
	kind   string
	fields map[string]string
}

func (p piece) String() string {
	text, _ := json.Marshal(p.fields)
	return p.kind + string(text)
}

// part is a kind of piece that the three protocols can be held to. What stands at
// a protocol's place is how it writes the piece, "" when it cannot; and how it
// shows it, when that is not the whole.
type part struct {
	kind  string
	alone bool // a message of its own
	draw  func(*rapid.T) map[string]string
	write [3]func(f map[string]string) string
	shown [3]func(p piece) piece
	lost  [3]string // what shown leaves out, for people
}

// spoken is any text that a person may say: it holds what the protocols escape.
var spoken = rapid.StringOfN(rapid.RuneFrom([]rune("ab<>&\"'[],:;=/\\ 	你好😀{}#-\u00a0")), 1, 20, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })

// quoted writes a JSON string, xmlText an attribute's or element's text.
func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace

// fill makes a writer out of a form in which $name stands for a field: in JSON
// with its quotes, in elements escaped. #name is the field as it is.
func fill(form string) func(map[string]string) string {
	return func(f map[string]string) string {
		out := form
		for name, value := range f {
			if strings.HasPrefix(form, "<") || form == "$text" {
				value = xmlText(value)
			} else {
				value = quoted(value)
			}
			out = strings.NewReplacer("$"+name, value, "#"+name, f[name]).Replace(out)
		}
		return out
	}
}

func writers(one, milky, satori string) (w [3]func(map[string]string) string) {
	for i, form := range []string{one, milky, satori} {
		if form != "" {
			w[i] = fill(form)
		}
	}
	return w
}

// drawn makes fields out of generators.
func drawn(fields map[string]*rapid.Generator[string]) func(*rapid.T) map[string]string {
	return func(t *rapid.T) map[string]string {
		f := map[string]string{}
		for _, name := range sortedKeys(fields) {
			f[name] = fields[name].Draw(t, name)
		}
		return f
	}
}

func oneOf(words ...string) *rapid.Generator[string] { return rapid.SampledFrom(words) }

// become shows a piece as another kind, as text when no fields are named.
func become(kind string, fields func(map[string]string) map[string]string) func(piece) piece {
	return func(p piece) piece { return piece{kind, fields(p.fields)} }
}

// without leaves fields out.
func without(names ...string) func(piece) piece {
	return func(p piece) piece {
		f := maps.Clone(p.fields)
		for _, name := range names {
			delete(f, name)
		}
		return piece{p.kind, f}
	}
}

func asText(form string) func(piece) piece {
	return become("text", func(f map[string]string) map[string]string {
		text := form
		for name, value := range f {
			text = strings.ReplaceAll(text, "$"+name, value)
		}
		return map[string]string{"text": text}
	})
}

// dots are pictures that differ.
var dots = func() []string {
	plain, _ := base64.StdEncoding.DecodeString(onePixel)
	out := make([]string, 3)
	for i := range out {
		out[i] = base64.StdEncoding.EncodeToString(append(plain[:len(plain):len(plain)], make([]byte, i)...))
	}
	return out
}()

// parts are the kinds that go through all protocols, with what each loses.
func parts() []part {
	word := oneOf("T", "标题", `a "b" & <c>`)
	return []part{
		{kind: "text", draw: drawn(map[string]*rapid.Generator[string]{"text": spoken}),
			write: writers(`{"type":"text","data":{"text":$text}}`, `{"type":"text","data":{"text":$text}}`, `$text`)},
		{kind: "mention", draw: drawn(map[string]*rapid.Generator[string]{"user": oneOf("10001", "10002")}),
			write: writers(`{"type":"at","data":{"qq":$user}}`, `{"type":"mention","data":{"user_id":#user}}`, `<at id="$user"/>`)},
		{kind: "everybody", draw: drawn(nil), write: writers(`{"type":"at","data":{"qq":"all"}}`, `{"type":"mention_all","data":{}}`, `<at type="all"/>`)},
		{kind: "face", draw: drawn(map[string]*rapid.Generator[string]{"id": oneOf("14", "66", "277")}),
			write: writers(`{"type":"face","data":{"id":$id}}`, `{"type":"face","data":{"face_id":$id}}`, `<face id="$id"/>`)},
		{kind: "quote", draw: drawn(map[string]*rapid.Generator[string]{"of": oneOf("base")}), // the message that was said first
			write: writers(`{"type":"reply","data":{"id":"#of"}}`, `{"type":"reply","data":{"message_seq":"#of"}}`, `<quote id="$of"/>`),
			shown: [3]func(piece) piece{viaOneBot: without("by", "text")},
			lost:  [3]string{viaOneBot: "what is quoted, and whose it is: get_msg tells"}},
		{kind: "picture", draw: drawn(map[string]*rapid.Generator[string]{"bytes": rapid.SampledFrom(dots), "sticker": oneOf("0", "1"), "summary": word}),
			write: writers(`{"type":"image","data":{"file":"base64://#bytes","sub_type":"#sticker","summary":$summary}}`,
				`{"type":"image","data":{"uri":"base64://#bytes","sub_type":"#sticker","summary":$summary}}`,
				`<img src="data:image/png;base64,#bytes" sub-type="$sticker" summary="$summary"/>`),
			shown: [3]func(piece) piece{viaOneBot: without("width", "height")},
			lost:  [3]string{viaOneBot: "width and height"}},
		{kind: "card", alone: true, draw: drawn(map[string]*rapid.Generator[string]{"data": oneOf(`{"app":"com.a","v":1}`, `{"app":"b","t":"<&>\"你"}`)}),
			write: writers(`{"type":"json","data":{"data":$data}}`, `{"type":"light_app","data":{"json_payload":$data}}`, `<llonebot:ark data="$data"/>`)},
		{kind: "market face", alone: true, draw: drawn(map[string]*rapid.Generator[string]{"package": oneOf("1", "237744"), "id": oneOf("e1", "f00"), "key": word, "summary": word}),
			write: writers(`{"type":"mface","data":{"emoji_package_id":#package,"emoji_id":$id,"key":$key,"summary":$summary}}`, "",
				`<llonebot:market-face emoji-package-id="$package" emoji-id="$id" key="$key" summary="$summary"/>`)},
		{kind: "xml", alone: true, draw: drawn(map[string]*rapid.Generator[string]{"data": oneOf(`<x/>`, `<msg a="1">你&amp;</msg>`)}),
			write: writers(`{"type":"xml","data":{"data":$data}}`, "", `<llbot:xml data="$data"/>`)},
		{kind: "contact", alone: true, draw: drawn(map[string]*rapid.Generator[string]{"user": oneOf("10001", "10002")}),
			write: writers(`{"type":"contact","data":{"type":"qq","id":$user}}`, "", `<llbot:contact type="user" id="$user"/>`),
			shown: [3]func(piece) piece{viaMilky: asText("[contact $user]")}, lost: [3]string{viaMilky: "it is text"}},
		{kind: "place", alone: true, draw: drawn(map[string]*rapid.Generator[string]{"lat": oneOf("1.5", "-39.25"), "lon": oneOf("2.5", "116"), "title": word, "content": word}),
			write: writers(`{"type":"location","data":{"lat":$lat,"lon":$lon,"title":$title,"content":$content}}`, "",
				`<llbot:location lat="$lat" lon="$lon" title="$title" content="$content"/>`),
			shown: [3]func(piece) piece{viaMilky: asText("[location $title $content]")}, lost: [3]string{viaMilky: "it is text, without the coordinates"}},
		{kind: "link", alone: true, draw: drawn(map[string]*rapid.Generator[string]{"url": oneOf("http://e.example/?a=1&b=2"), "title": word, "content": word, "image": oneOf("http://e.example/i")}),
			write: writers(`{"type":"share","data":{"url":$url,"title":$title,"content":$content,"image":$image}}`, "",
				`<llbot:share url="$url" title="$title" content="$content" image="$image"/>`),
			shown: [3]func(piece) piece{viaMilky: asText("$title $url")}, lost: [3]string{viaMilky: "it is text, without content and picture"}},
		thrown("dice", "358"), thrown("rps", "359"),
	}
}

// thrown is a game of chance: QQ throws.
func thrown(kind, face string) part {
	return part{kind: kind, alone: true, draw: drawn(nil),
		write: writers(`{"type":"`+kind+`","data":{}}`, "", `<llbot:`+kind+`/>`),
		shown: [3]func(piece) piece{viaMilky: func(piece) piece { return piece{"face", map[string]string{"id": face, "large": "true"}} }},
		lost:  [3]string{viaMilky: "the result: it is a large face"}}
}

// page is the written list of what the protocols cannot carry.
func page() string {
	var b strings.Builder
	b.WriteString("# What a message keeps on its way from one protocol to another\n\n" +
		"This page is made by a test that says random messages through each protocol and reads them through all; do not edit it.\n" +
		"It tells of QQ's messages as far as bots can send them. What only official bots or private chats have stands in each protocol's\nown documentation.\n\n" +
		"| part | cannot be sent through | lost when read through OneBot 11 | … Milky | … Satori |\n|---|---|---|---|---|\n")
	names := []string{"OneBot 11", "Milky", "Satori"}
	for _, p := range parts() {
		var cannot []string
		for i, w := range p.write {
			if w == nil {
				cannot = append(cannot, names[i])
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", p.kind, strings.Join(cannot, ", "), p.lost[0], p.lost[1], p.lost[2])
	}
	b.WriteString("| record of messages | | | whose each message is: only the name | |\n| voice | | its length | | |\n")
	b.WriteString("\nSatori drops control characters that XML forbids; the others keep them. Neighbouring texts are one text to Satori.\n")
	return b.String()
}
