package runtime_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"llbot/runtime/admin"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// carrier says messages through one protocol and reads them through all.
type carrier struct {
	*rig
	base [3]string // the names of the message that quotes lead to
}

// pieces is a random message that a protocol can send: one piece that stands
// alone, or a mixture of those that do not, with a quote in front at most.
func pieces(t *rapid.T, via int) (content []piece, written []string) {
	can := slices.DeleteFunc(parts(), func(p part) bool { return p.write[via] == nil })
	add := func(p part) {
		f := p.draw(t)
		content, written = append(content, piece{p.kind, f}), append(written, p.write[via](f))
	}
	first := rapid.SampledFrom(can).Draw(t, "part")
	if add(first); first.alone {
		return content, written
	}
	for range rapid.IntRange(0, 5).Draw(t, "more") {
		next := rapid.SampledFrom(can).Draw(t, "part")
		if next.alone || next.kind == "quote" || next.kind == "text" && content[len(content)-1].kind == "text" {
			continue
		}
		add(next)
	}
	if first.kind == "quote" && len(content) == 1 {
		add(can[0])
	}
	return content, written
}

func (c *carrier) tomorrow() {
	c.t.Helper()
	if _, err := c.sim("").SetClock(c.t.Context(), admin.ClockRequest{Advance: "1d"}); err != nil {
		c.t.Fatal(err)
	}
}

// say sends what was written and answers the number of the message.
func (c *carrier) say(t *rapid.T, via int, written []string) string {
	text := strings.Join(written, ",")
	switch via {
	case viaOneBot:
		a := c.onebot("send_group_msg", `{"group_id":123456,"message":[`+strings.ReplaceAll(text, `"base"`, `"`+c.base[via]+`"`)+`]}`)
		return c.onebot("get_msg", `{"message_id":`+a.at("data.message_id")+`}`).at("data.message_seq")
	case viaMilky:
		text = strings.NewReplacer(`"base"`, c.base[via], `"sub_type":"0"`, `"sub_type":"normal"`, `"sub_type":"1"`, `"sub_type":"sticker"`).Replace(text)
		return c.milky("send_group_message", `{"group_id":123456,"message":[`+text+`]}`).at("data.message_seq")
	}
	a := c.satori("message.create", `{"channel_id":"123456","content":`+quoted(strings.ReplaceAll(strings.Join(written, ""), `"base"`, `"`+c.base[via]+`"`))+`}`)
	if a.at("1") != "" {
		t.Fatalf("%q became several messages: %s", written, a.text)
	}
	return word(a.at("0.id"))[len("2|123456|"):]
}

// read gives a message of the group as a protocol shows it.
func (c *carrier) read(t *rapid.T, via int, seq string) []piece {
	switch via {
	case viaOneBot:
		history := c.onebot("get_group_msg_history", `{"group_id":123456,"message_seq":`+seq+`,"count":1}`)
		return segmentsOf(history, "data.messages.0.message", c.oneBotPiece)
	case viaMilky:
		return segmentsOf(c.milky("get_message", `{"message_scene":"group","peer_id":123456,"message_seq":`+seq+`}`), "data.message.segments", c.milkyPiece)
	}
	return c.elements(t, word(c.satori("message.get", `{"channel_id":"123456","message_id":"2|123456|`+seq+`"}`).at("content")))
}

func segmentsOf(a answer, list string, read func(kind string, at func(string) string) piece) (out []piece) {
	for i := 0; a.at(fmt.Sprintf("%s.%d", list, i)) != ""; i++ {
		segment := a.at(fmt.Sprintf("%s.%d", list, i))
		out = append(out, read(word(at(segment, "type")), func(key string) string { return word(at(segment, "data."+key)) }))
	}
	return out
}

// those makes fields out of keys of the data: names and keys by turns.
func those(at func(string) string, names ...string) map[string]string {
	f := map[string]string{}
	for i := 0; i+1 < len(names); i += 2 {
		f[names[i]] = at(names[i+1])
	}
	return f
}

// stored is a blob by its name in our links.
func stored(link string) string {
	link, _, _ = strings.Cut(link, "?")
	return path.Base(link)
}

func (c *carrier) oneBotPiece(kind string, at func(string) string) piece {
	switch kind {
	case "at":
		if at("qq") == "all" {
			return piece{"everybody", map[string]string{}}
		}
		return piece{"mention", those(at, "user", "qq")}
	case "reply":
		return piece{"quote", map[string]string{"of": c.named(viaOneBot, at("id"))}}
	case "image":
		return piece{"picture", map[string]string{"bytes": stored(at("url")), "sticker": at("subType"), "summary": at("summary")}}
	case "json":
		return piece{"card", those(at, "data", "data")}
	case "mface":
		return piece{"market face", those(at, "package", "emoji_package_id", "id", "emoji_id", "key", "key", "summary", "summary")}
	case "contact":
		return piece{"contact", those(at, "user", "id")}
	case "location":
		return piece{"place", those(at, "lat", "lat", "lon", "lon", "title", "title", "content", "content")}
	case "share":
		return piece{"link", those(at, "url", "url", "title", "title", "content", "content", "image", "image")}
	case "dice", "rps":
		return piece{kind, map[string]string{}}
	}
	return piece{kind, those(at, map[string]string{"text": "text", "face": "id", "xml": "data"}[kind], map[string]string{"text": "text", "face": "id", "xml": "data"}[kind])}
}

func (c *carrier) milkyPiece(kind string, at func(string) string) piece {
	switch kind {
	case "mention":
		return piece{"mention", those(at, "user", "user_id")}
	case "mention_all":
		return piece{"everybody", map[string]string{}}
	case "face":
		if at("is_large") == "true" {
			return piece{kind, those(at, "id", "face_id", "large", "is_large")}
		}
		return piece{kind, those(at, "id", "face_id")}
	case "reply":
		return piece{"quote", map[string]string{"of": c.named(viaMilky, at("message_seq")), "by": at("sender_id"), "text": at("segments.0.data.text")}}
	case "image":
		f := those(at, "bytes", "resource_id", "summary", "summary", "width", "width", "height", "height")
		f["sticker"] = map[string]string{"normal": "0", "sticker": "1"}[at("sub_type")]
		return piece{"picture", f}
	case "light_app":
		return piece{"card", those(at, "data", "json_payload")}
	case "market_face":
		return piece{"market face", those(at, "package", "emoji_package_id", "id", "emoji_id", "key", "key", "summary", "summary")}
	case "xml":
		return piece{kind, those(at, "data", "xml_payload")}
	}
	return piece{kind, those(at, "text", "text")}
}

// named is "base" for the message that quotes lead to.
func (c *carrier) named(via int, id string) string {
	if id == c.base[via] {
		return "base"
	}
	return cmp.Or(id, "nothing")
}

// node is an element as the XML reader of the standard library sees it.
type node struct {
	name  string
	attrs map[string]string
	text  string
}

// elements reads content with a strict XML reader.
func (c *carrier) elements(t *rapid.T, content string) (out []piece) {
	d := xml.NewDecoder(strings.NewReader("<m>" + content + "</m>"))
	var open []node
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%s: %v", content, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := node{cmp.Or(token.Name.Space, "-") + ":" + token.Name.Local, map[string]string{}, ""}
			for _, a := range token.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			open = append(open, n)
		case xml.CharData:
			if len(open) == 1 {
				out = joined(out, string(token))
			}
			open[len(open)-1].text += string(token)
		case xml.EndElement:
			n := open[len(open)-1]
			open = open[:len(open)-1]
			switch {
			case len(open) == 1 && n.name == "-:br":
				out = joined(out, "\n")
			case len(open) == 1:
				out = append(out, c.element(n))
			case len(open) == 2 && n.name == "-:author":
				open[1].attrs["by"] = n.attrs["id"]
			}
		}
	}
}

func joined(out []piece, text string) []piece {
	if n := len(out); n > 0 && out[n-1].kind == "text" {
		out[n-1].fields["text"] += text
		return out
	}
	return append(out, piece{"text", map[string]string{"text": text}})
}

func (c *carrier) element(n node) piece {
	at := func(key string) string { return n.attrs[key] }
	switch n.name {
	case "-:at":
		if at("type") == "all" {
			return piece{"everybody", map[string]string{}}
		}
		return piece{"mention", those(at, "user", "id")}
	case "-:face":
		return piece{"face", those(at, "id", "id")}
	case "-:quote":
		return piece{"quote", map[string]string{"of": c.named(viaSatori, at("id")), "by": at("by"), "text": n.text}}
	case "-:img":
		return piece{"picture", map[string]string{"bytes": stored(at("src")), "sticker": at("sub-type"), "summary": at("summary"), "width": at("width"), "height": at("height")}}
	case "llonebot:ark":
		return piece{"card", those(at, "data", "data")}
	case "llonebot:market-face":
		return piece{"market face", those(at, "package", "emoji-package-id", "id", "emoji-id", "key", "key", "summary", "summary")}
	case "llbot:xml":
		return piece{"xml", those(at, "data", "data")}
	case "llbot:contact":
		return piece{"contact", those(at, "user", "id")}
	case "llbot:location":
		return piece{"place", those(at, "lat", "lat", "lon", "lon", "title", "title", "content", "content")}
	case "llbot:share":
		return piece{"link", those(at, "url", "url", "title", "title", "content", "content", "image", "image")}
	}
	return piece{strings.TrimPrefix(n.name, "llbot:"), map[string]string{}}
}

// want is what a protocol must show of what was said.
func want(content []piece, via int) []piece {
	out := make([]piece, len(content))
	for i, p := range content {
		f := maps.Clone(p.fields)
		switch p.kind {
		case "quote":
			f["by"], f["text"] = botText, "quote me"
		case "picture":
			bytes, _ := base64.StdEncoding.DecodeString(f["bytes"])
			f["bytes"], f["width"], f["height"] = fmt.Sprintf("%x", sha256.Sum256(bytes)), "1", "1"
		}
		out[i] = piece{p.kind, f}
		for _, one := range parts() {
			if one.kind == p.kind && one.shown[via] != nil {
				out[i] = one.shown[via](out[i])
			}
		}
	}
	return out
}

// TestMessagesKeepWhatTheyCan says random messages through each protocol and
// reads them through all three: they lose what the list tells and nothing else.
func TestMessagesKeepWhatTheyCan(t *testing.T) {
	few(t, "rapid.checks", "20")
	r := start(t)
	a := r.onebot("send_group_msg", `{"group_id":123456,"message":"quote me"}`)
	seq := r.onebot("get_msg", `{"message_id":`+a.at("data.message_id")+`}`).at("data.message_seq")
	c := &carrier{r, [3]string{a.at("data.message_id"), seq, "2|123456|" + seq}}
	for via, name := range protocols {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			content, written := pieces(t, via)
			if slices.ContainsFunc(content, func(p piece) bool { return p.kind == "everybody" }) {
				c.tomorrow() // QQ lets everybody be mentioned a few times a day
			}
			number := c.say(t, via, written)
			for reader, other := range protocols {
				if diff := gocmp.Diff(want(content, reader), c.read(t, reader, number), gocmp.AllowUnexported(piece{})); diff != "" {
					t.Fatalf("said %v, read through %s (-want +got):\n%s", content, other, diff)
				}
			}
		}))
	}
}

// The list of what is lost is the one that the test above holds the server to.
func TestListOfLosses(t *testing.T) {
	const file = "../protocols/CARRIES.md"
	if *update {
		if err := os.WriteFile(file, []byte(page()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(page(), string(written)); diff != "" {
		t.Errorf("run the test with -update (-want +got):\n%s", diff)
	}
}
