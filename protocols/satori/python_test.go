package satori

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

// What satori-python 1.3 depends on besides what all clients do; NoneBot's reader
// of elements is of the same hand.

// pythonNeeds are the attributes without which its element classes fail.
var pythonNeeds = map[string]string{
	"img": "src", "audio": "src", "video": "src", "file": "src", "author": "id", "button": "type", "a": "href", "sharp": "id", "emoji": "id",
}

// pythonFails tells what its classes fail at in content; "" for nothing.
func pythonFails(content string) string {
	elements, err := Parse(content)
	if err != nil {
		return err.Error()
	}
	return pythonElements(elements)
}

func pythonElements(elements []Element) string {
	for i := range elements {
		e := &elements[i]
		key := pythonNeeds[e.Tag]
		if key != "" && !slices.ContainsFunc(e.Attrs, func(a Attr) bool { return a.Key == key }) {
			return e.Tag + " without " + key
		}
		for _, a := range e.Attrs {
			if a.Form != AttrText {
				return e.Tag + " with a bare " + a.Key
			}
			if why := pythonValue(e.Tag, a); why != "" {
				return why
			}
		}
		// A second child, or one that is no text, is refused by it and by NoneBot.
		if (e.Tag == "button" || e.Tag == "a") && (len(e.Children) > 1 || len(e.Children) == 1 && e.Children[0].Tag != "") {
			return e.Tag + " with more than a text"
		}
		if why := pythonElements(e.Children); why != "" {
			return why
		}
	}
	return ""
}

// pythonValue converts what it converts: whole numbers, and forward, which
// NoneBot takes for true when it is "True".
func pythonValue(tag string, a Attr) string {
	switch {
	case tag == "message" && a.Key == "forward" && a.Value != "True":
		return "forward is " + a.Value
	case pythonNeeds[tag] == "src" && slices.Contains([]string{"width", "height", "duration", "timeout"}, a.Key):
		if _, err := strconv.Atoi(a.Value); err != nil {
			return a.Key + " is " + a.Value
		}
	}
	return ""
}

func TestPythonReadsAllContent(t *testing.T) {
	for _, c := range []qq.Segments{
		{&qq.Forward{ID: "r", Nodes: []*qq.ForwardNode{{Name: "somebody", Segments: qq.NewText("x")}}}},
		{&qq.Keyboard{Rows: []qq.KeyboardRow{{Buttons: []qq.Button{{Label: "\nyes\n"}, {}}}}}},
		{&qq.Image{}, &qq.Record{}, &qq.Video{}, &qq.File{}},
		{&qq.MarketFace{URL: "\ufffe"}, &qq.Image{Media: qq.Media{URL: "\x01"}}},
	} {
		if why := pythonFails(Content("p", c)); why != "" {
			t.Errorf("%s: %s", Content("p", c), why)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		content := Content("llonebot", drawContent(t, 2))
		if why := pythonFails(content); why != "" {
			t.Fatalf("%s in %s", why, content)
		}
	})
	for _, bad := range []string{`<message forward/>`, `<message forward="true"/>`, `<author name="x"/>`, `<img width="1.5" src=""/>`, `<button type="action">a<br/></button>`} {
		if pythonFails(bad) == "" {
			t.Errorf("%s passes", bad)
		}
	}
}

// Its models of the resources: what is missing, or of another type, fails.
func TestPythonReadsAllEvents(t *testing.T) {
	everyEvent(t, func(_ qq.Event, ev map[string]any) {
		for _, path := range []string{"login.platform", "login.user.id"} {
			if text, _ := dig(ev, path).(string); text == "" {
				t.Errorf("%s: no %s", ev["type"], path)
			}
		}
		for _, name := range []string{"channel", "guild", "user", "operator", "message", "emoji", "role", "button", "member.user", "friend.user"} {
			if dig(ev, name) == nil {
				continue
			}
			if text, _ := dig(ev, name+".id").(string); text == "" {
				t.Errorf("%s: %s has no id", ev["type"], name)
			}
		}
		for _, path := range []string{"timestamp", "message.created_at", "member.joined_at"} {
			if _, number := dig(ev, path).(float64); !number && dig(ev, path) != nil {
				t.Errorf("%s: %s is %v", ev["type"], path, dig(ev, path))
			}
		}
		if content, _ := dig(ev, "message.content").(string); pythonFails(content) != "" {
			t.Errorf("%s: %s", content, pythonFails(content))
		}
	})
}

// It sends null for what is not given, and seconds times 1000, which may be no
// whole number.
func TestPythonsParameters(t *testing.T) {
	s := newServer(t, Options{})
	for _, c := range []struct{ method, body string }{
		{"message.create", `{"channel_id":"123456","content":"x","referrer":null}`},
		{"message.create", `{"channel_id":"123456","content":"x","referrer":{"message_id":"2|123456|7"}}`},
		{"message.list", `{"channel_id":"123456","next":null,"direction":"before","limit":null,"order":"asc"}`},
		{"channel.mute", `{"channel_id":"123456","duration":60000.0}`},
		{"guild.member.mute", `{"guild_id":"123456","user_id":"10001","duration":1.5e3}`},
		{"guild.member.kick", `{"guild_id":"123456","user_id":"10001","permanent":false}`},
		{"guild.list", `{"next":null}`},
		{"guild.member.list", `{"guild_id":"123456","next":null}`},
		{"guild.role.list", `{"guild_id":"123456","next":null}`},
		{"channel.list", `{"guild_id":"123456","next":null}`},
		{"friend.list", `{"next":null}`},
		{"reaction.list", `{"channel_id":"123456","message_id":"2|123456|7","emoji_id":"76","next":null}`},
		{"guild.member.approve", `{"message_id":"123456|5|1|0","approve":true,"comment":""}`},
		{"login.get", `{}`},
		{"meta", `{}`},
	} {
		if r := call(t, s, fakeDirectory{newAccount(self)}, c.method, c.body); r.Status != 200 {
			t.Errorf("%s %s: %d %s", c.method, c.body, r.Status, r.Body)
		}
	}
}

// It takes the links of an upload in the order of its files, whose names are
// numbers that fall as often as they rise.
func TestPythonsUploadsKeepTheirOrder(t *testing.T) {
	s := newServer(t, Options{})
	for files, want := range map[string]string{
		"9,1,5":     `{"9":"http://127.0.0.1/media/n9","1":"http://127.0.0.1/media/n1","5":"http://127.0.0.1/media/n5"}`,
		"b,a,b":     `{"b":"http://127.0.0.1/media/n-b","a":"http://127.0.0.1/media/n-a"}`,
		`文件,a<b>&"`: `{"文件":"http://127.0.0.1/media/n-`,
	} {
		var parts []string
		for name := range strings.SplitSeq(files, ",") {
			file := "n-" + name
			if _, err := strconv.Atoi(name); err == nil {
				file = "n" + name
			}
			parts = append(parts, strings.ReplaceAll(name, `"`, `\"`), strings.ReplaceAll(file, `"`, `\"`), "x")
		}
		r := ask(t, s, fakeDirectory{newAccount(self)}, "POST", "/v1/upload.create", "", boundary, form(parts...))
		if r.Status != 200 || !strings.HasPrefix(string(r.Body), want) {
			t.Errorf("%s: %d %s", files, r.Status, r.Body)
		}
	}
}

// Its receiver of webhooks takes nothing without an Authorization header.
func TestPythonsWebhookGetsItsToken(t *testing.T) {
	headers := newServer(t, Options{}).Hook(HookOptions{Token: "any"}).Headers(self, nil)
	if value(headers, "Authorization") != "Bearer any" {
		t.Errorf("%v", headers)
	}
}
