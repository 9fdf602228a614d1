package runtime_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"llbot/runtime/config"
)

// The three protocols, in the order of every table here.
const (
	viaOneBot = iota
	viaMilky
	viaSatori
)

var protocols = []string{viaOneBot: "onebot", viaMilky: "milky", viaSatori: "satori"}

// call is one operation in the three protocols: names and parameters.
type call [3]struct{ name, params string }

// via calls an operation through one protocol. In the parameters $1, $2, …
// become the arguments.
func (r *rig) via(protocol int, c call, args ...string) answer {
	r.t.Helper()
	pairs := []string{}
	for i, arg := range args {
		pairs = append(pairs, fmt.Sprintf("$%d", i+1), arg)
	}
	params := strings.NewReplacer(pairs...).Replace(c[protocol].params)
	return []func(string, string) answer{r.onebot, r.milky, r.satori}[protocol](c[protocol].name, params)
}

var (
	sendText = call{
		{"send_group_msg", `{"group_id":123456,"message":"$1"}`},
		{"send_group_message", `{"group_id":123456,"message":[{"type":"text","data":{"text":"$1"}}]}`},
		{"message.create", `{"channel_id":"123456","content":"$1"}`},
	}
	sendReply = call{
		{"send_group_msg", `{"group_id":123456,"message":[{"type":"reply","data":{"id":"$2"}},{"type":"text","data":{"text":"$1"}}]}`},
		{"send_group_message", `{"group_id":123456,"message":[{"type":"reply","data":{"message_seq":$2}},{"type":"text","data":{"text":"$1"}}]}`},
		{"message.create", `{"channel_id":"123456","content":"<quote id=\"$2\"/>$1"}`},
	}
	sendImage = call{
		{"send_group_msg", `{"group_id":123456,"message":[{"type":"image","data":{"file":"base64://$1"}}]}`},
		{"send_group_message", `{"group_id":123456,"message":[{"type":"image","data":{"uri":"base64://$1"}}]}`},
		{"message.create", `{"channel_id":"123456","content":"<img src=\"data:image/png;base64,$1\"/>"}`},
	}
	sendPrivate = call{
		{"send_private_msg", `{"user_id":10001,"message":"$1"}`},
		{"send_private_message", `{"user_id":10001,"message":[{"type":"text","data":{"text":"$1"}}]}`},
		{"message.create", `{"channel_id":"private:10001","content":"$1"}`},
	}
	recall = call{
		{"delete_msg", `{"message_id":$1}`},
		{"recall_group_message", `{"group_id":123456,"message_seq":$1}`},
		{"message.delete", `{"channel_id":"123456","message_id":"$1"}`},
	}
	getMessage = call{
		{"get_msg", `{"message_id":$1}`},
		{"get_message", `{"message_scene":"group","peer_id":123456,"message_seq":$1}`},
		{"message.get", `{"channel_id":"123456","message_id":"$1"}`},
	}
	history = call{
		{"get_group_msg_history", `{"group_id":123456}`},
		{"get_history_messages", `{"message_scene":"group","peer_id":123456}`},
		{"message.list", `{"channel_id":"123456"}`},
	}
)

// witnesses hear every event in the three protocols.
type witnesses [3]wire

func (r *rig) witnesses() witnesses {
	r.t.Helper()
	w := witnesses{r.socket(wsName, "/event"), r.socket(milkyName, "/event"), r.socket(satoriName, "/v1/events")}
	w[viaOneBot].await("lifecycle")
	w[viaSatori].send(`{"op":3}`)
	w[viaSatori].await(`"op":4`)
	for _, witness := range w {
		r.listening(witness.lines)
	}
	r.say(alice, "all ears")
	w.await("all ears")
	return w
}

// listening waits until events arrive. A connection that is not greeted tells
// in no other way that it is part of the world.
func (r *rig) listening(l lines) {
	r.t.Helper()
	for range 50 {
		r.say(alice, "do you hear?")
		select {
		case <-l.in:
			return
		case <-time.After(patience / 100):
		}
	}
	r.t.Fatalf("%s hears nothing", l.name)
}

// await waits until all three heard of something.
func (w witnesses) await(parts ...string) (heard [3]string) {
	for i, witness := range w {
		witness.t.Helper()
		heard[i] = witness.await(parts...)
	}
	return heard
}

// ids are the names of a message in the three protocols, out of its events.
func ids(heard [3]string) [3]string {
	return [3]string{at(heard[viaOneBot], "message_id"), at(heard[viaMilky], "data.message_seq"), word(at(heard[viaSatori], "body.message.id"))}
}

// reportAll turns report-self on everywhere.
func reportAll(cfg *config.Config) {
	on(func(e *config.OneBotHTTP) { e.ReportSelf = true })(cfg)
	on(func(e *config.OneBotWS) { e.ReportSelf = true })(cfg)
	on(func(e *config.Milky) { e.ReportSelf = true })(cfg)
	on(func(e *config.Satori) { e.ReportSelf = true })(cfg)
}

func TestMessagesCrossProtocols(t *testing.T) {
	r := start(t, reportAll)
	w := r.witnesses()
	for p, name := range protocols {
		t.Run(name, func(t *testing.T) {
			text := "said through " + name
			r.via(p, sendText, text)
			heard := w.await(text)
			if at(heard[viaOneBot], "post_type") != `"message_sent"` || at(heard[viaOneBot], "user_id") != botText ||
				at(heard[viaMilky], "data.sender_id") != botText || at(heard[viaSatori], "body.user.id") != `"`+botText+`"` {
				t.Errorf("heard %q", heard)
			}
			said := ids(heard)
			r.via(p, sendReply, "answer through "+name, said[p])
			heard = w.await("answer through " + name)
			if word(at(heard[viaOneBot], "message.0.data.id")) != said[viaOneBot] ||
				at(heard[viaMilky], "data.segments.0.data.message_seq") != said[viaMilky] ||
				!strings.HasPrefix(word(at(heard[viaSatori], "body.message.content")), `<quote id="`+said[viaSatori]+`"`) {
				t.Errorf("%q does not quote %q", heard, said)
			}
			for q, other := range protocols {
				if got := r.via(q, getMessage, said[q]); !strings.Contains(got.text, text) {
					t.Errorf("read through %s: %s", other, got.text)
				}
				if got := r.via(q, history); !contains(got.text, text, "answer through "+name) {
					t.Errorf("history through %s: %s", other, got.text)
				}
			}
			r.via(p, recall, said[p])
			var recalled [3]string
			for i, kind := range []string{"group_recall", "message_recall", "message-deleted"} {
				recalled[i] = w[i].await(kind)
			}
			if ids(recalled) != said {
				t.Errorf("recall of %q heard as %q", said, recalled)
			}
			private := "whispered through " + name
			r.via(p, sendPrivate, private)
			heard = w.await(private)
			if at(heard[viaOneBot], "message_type") != `"private"` || at(heard[viaOneBot], "target_id") != "10001" ||
				at(heard[viaMilky], "data.message_scene") != `"friend"` || at(heard[viaMilky], "data.peer_id") != "10001" ||
				at(heard[viaSatori], "body.channel.id") != `"private:10001"` {
				t.Errorf("heard %q", heard)
			}
		})
	}
}

// picture is a PNG of one colour.
func picture(t *testing.T, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 3, 4))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.Set(0, 0, color.White)
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// An image sent through one protocol is fetched, byte for byte, from the
// address that each protocol tells.
func TestImagesCrossProtocols(t *testing.T) {
	r := start(t, reportAll)
	w := r.witnesses()
	for p, name := range protocols {
		t.Run(name, func(t *testing.T) {
			sent := picture(t, uint8(40*p))
			r.via(p, sendImage, base64.StdEncoding.EncodeToString(sent))
			one, milky := w[viaOneBot].next(), w[viaMilky].next()
			satori := word(at(w[viaSatori].next(), "body.message.content"))
			_, src, _ := strings.Cut(satori, `src="`)
			src, _, _ = strings.Cut(src, `"`)
			for i, url := range []string{
				word(at(one, "message.0.data.url")), word(at(milky, "data.segments.0.data.temp_url")), strings.ReplaceAll(src, "&amp;", "&"),
			} {
				if got := r.request("GET", url, ""); got.text != string(sent) || got.header.Get("Content-Type") != "image/png" {
					t.Errorf("%s: %s: %d %v, %d bytes", protocols[i], url, got.status, got.header, len(got.text))
				}
			}
			if at(milky, "data.segments.0.data.width") != "3" || at(milky, "data.segments.0.data.height") != "4" {
				t.Errorf("milky's size: %s", milky)
			}
			id := word(at(milky, "data.segments.0.data.resource_id"))
			fresh := r.milky("get_resource_temp_url", `{"resource_id":"`+id+`"}`)
			if got := r.request("GET", word(fresh.at("data.url")), ""); got.text != string(sent) {
				t.Errorf("through a renewed link: %d", got.status)
			}
		})
	}
}

// With report-self off, as by default, nobody hears what the bot says.
func TestReportSelfIsOff(t *testing.T) {
	r := start(t)
	w := r.witnesses()
	for p := range protocols {
		r.via(p, sendText, "own words")
		r.say(alice, "end")
		for _, witness := range w {
			for _, text := range witness.until(`end`) {
				if strings.Contains(text, "own words") {
					t.Errorf("%s hears %s", witness.name, text)
				}
			}
		}
	}
}
