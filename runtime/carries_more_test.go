package runtime_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// What can be said in the forms of the three protocols, and the last thing said.
var (
	sendForward = call{
		{"send_group_forward_msg", `{"group_id":123456,"messages":[{"type":"node","data":{"user_id":"10001","nickname":"Al","content":"one"}},{"type":"node","data":{"user_id":"10002","nickname":"B.","content":"two"}}]}`},
		{"send_group_message", `{"group_id":123456,"message":[{"type":"forward","data":{"messages":[{"user_id":10001,"sender_name":"Al","segments":[{"type":"text","data":{"text":"one"}}]},{"user_id":10002,"sender_name":"B.","segments":[{"type":"text","data":{"text":"two"}}]}]}}]}`},
		{"message.create", `{"channel_id":"123456","content":"<message forward><message><author id=\"10001\" name=\"Al\"/>one</message><message><author id=\"10002\" name=\"B.\"/>two</message></message>"}`},
	}
	sendVoice = call{
		{"send_group_msg", `{"group_id":123456,"message":[{"type":"record","data":{"file":"base64://$1"}}]}`},
		{"send_group_message", `{"group_id":123456,"message":[{"type":"record","data":{"uri":"base64://$1"}}]}`},
		{"message.create", `{"channel_id":"123456","content":"<audio src=\"data:audio/wav;base64,$1\"/>"}`},
	}
	newest = call{
		{"get_group_msg_history", `{"group_id":123456,"count":1}`},
		{"get_history_messages", `{"message_scene":"group","peer_id":123456,"limit":1}`},
		{"message.list", `{"channel_id":"123456","limit":1}`},
	}
)

// A record of messages keeps names and words everywhere, and whose they are in
// OneBot and Satori.
func TestForwardsKeepWhatTheyCan(t *testing.T) {
	r := start(t)
	for p, name := range protocols {
		r.via(p, sendForward)
		one := r.via(viaOneBot, newest)
		nodes := r.onebot("get_forward_msg", `{"id":`+one.at("data.messages.0.message.0.data.id")+`}`)
		milky := r.via(viaMilky, newest)
		messages := r.milky("get_forwarded_messages", `{"forward_id":`+milky.at("data.messages.0.segments.0.data.forward_id")+`}`)
		id := word(r.via(viaSatori, newest).at("data.0.id"))
		content := word(r.satori("message.get", `{"channel_id":"123456","message_id":"`+id+`"}`).at("content"))
		for i, want := range [][3]string{{"10001", "Al", "one"}, {"10002", "B.", "two"}} {
			node := fmt.Sprintf("data.messages.%d.", i)
			if nodes.at(node+"sender.user_id") != want[0] || word(nodes.at(node+"sender.nickname")) != want[1] || !strings.Contains(nodes.at(node+"content"), `"`+want[2]+`"`) {
				t.Errorf("%s, read through onebot: %s", name, nodes.text)
			}
			if word(messages.at(node+"sender_name")) != want[1] || word(messages.at(node+"segments.0.data.text")) != want[2] || messages.at(node+"sender_id") != "" {
				t.Errorf("%s, read through milky: %s", name, messages.text)
			}
			if !strings.Contains(content, `<message><author id="`+want[0]+`" name="`+want[1]+`"/>`+want[2]+`</message>`) {
				t.Errorf("%s, read through satori: %s", name, content)
			}
		}
	}
}

// A voice is the same file everywhere; OneBot has no place for its length.
func TestVoicesKeepWhatTheyCan(t *testing.T) {
	r := start(t)
	sound, err := base64.StdEncoding.DecodeString(oneTone)
	if err != nil {
		t.Fatal(err)
	}
	for p, name := range protocols {
		r.via(p, sendVoice, oneTone)
		content := word(r.via(viaSatori, newest).at("data.0.content"))
		_, src, _ := strings.Cut(content, `src="`)
		src, _, _ = strings.Cut(src, `"`)
		for i, link := range []string{
			word(r.via(viaOneBot, newest).at("data.messages.0.message.0.data.url")),
			word(r.via(viaMilky, newest).at("data.messages.0.segments.0.data.temp_url")), strings.ReplaceAll(src, "&amp;", "&"),
		} {
			if a := r.request("GET", link, ""); a.text != string(sound) {
				t.Errorf("%s, read through %s: %d %s", name, protocols[i], a.status, link)
			}
		}
		if r.via(viaMilky, newest).at("data.messages.0.segments.0.data.duration") == "" || !strings.HasPrefix(content, "<audio ") {
			t.Errorf("%s: %s", name, content)
		}
	}
}

// Control characters reach OneBot and Milky, not Satori's XML.
func TestControlCharactersKeepWhatTheyCan(t *testing.T) {
	r := start(t)
	for p, name := range protocols[:viaSatori] {
		r.via(p, sendText, `a\u0001b`)
		for i, want := range []struct{ path, text string }{
			{"data.messages.0.message.0.data.text", "a\x01b"}, {"data.messages.0.segments.0.data.text", "a\x01b"}, {"data.0.content", "ab"},
		} {
			if got := word(r.via(i, newest).at(want.path)); got != want.text {
				t.Errorf("%s, read through %s: %q", name, protocols[i], got)
			}
		}
	}
}
