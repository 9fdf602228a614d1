package runtime_test

import (
	"fmt"
	"strings"
	"testing"

	"llbot/runtime/admin"
	"llbot/runtime/config"

	"pgregory.net/rapid"
)

// identity is what names a message in Milky.
type identity struct{ scene, peer, seq string }

func (id identity) params() string {
	return fmt.Sprintf(`{"message_scene":%s,"peer_id":%s,"message_seq":%s}`, id.scene, id.peer, id.seq)
}

// of is the identity of the message at path.
func of(text, path string) identity {
	return identity{at(text, path+"message_scene"), at(text, path+"peer_id"), at(text, path+"message_seq")}
}

// milkyChats are the chats that a message can be in, with how it is said there
// by somebody else and by the account.
var milkyChats = map[string]struct {
	scene, peer string
	hears       func(r *rig, text string)
	says        string // the API of the account and its parameters; $1 is the content
	takesBack   string
}{
	"group": {
		scene: `"group"`, peer: "123456", hears: func(r *rig, text string) { r.say(alice, text) },
		says: `send_group_message {"group_id":123456,"message":[$1]}`, takesBack: `recall_group_message {"group_id":123456,"message_seq":$1}`,
	},
	"friend": {
		scene: `"friend"`, peer: "10002", hears: func(r *rig, text string) { r.tell(bob, text) },
		says: `send_private_message {"user_id":10002,"message":[$1]}`, takesBack: `recall_private_message {"user_id":10002,"message_seq":$1}`,
	},
	"temp": {
		scene: `"temp"`, peer: "10003", hears: func(r *rig, text string) {
			r.act(carol, "SendMessage", `{"chat":"temp:1234567890","via":123456,"message":"`+text+`"}`)
		},
		says: `send_private_message {"user_id":10003,"message":[$1]}`, takesBack: `recall_private_message {"user_id":10003,"message_seq":$1}`,
	},
}

// Push, the answer of sending, get_message, history, quotes and recalls name a
// message by the same scene, peer and seq, whoever said it and wherever.
func TestMilkyMessageIdentity(t *testing.T) {
	r := start(t, on(func(e *config.Milky) { e.ReportSelf = true }))
	events := r.socket(milkyName, "/event")
	r.listening(events.lines)
	call := func(line, arg string) answer {
		api, params, _ := strings.Cut(line, " ")
		return r.milky(api, strings.ReplaceAll(params, "$1", arg))
	}
	plain := func(text string) string { return `{"type":"text","data":{"text":"` + text + `"}}` }
	for name, c := range milkyChats {
		t.Run(name, func(t *testing.T) {
			c.hears(r, "from outside")
			heard := events.await("from outside")
			id := of(heard, "data.")
			if id.scene != c.scene || id.peer != c.peer || at(heard, "data.sender_id") == botText {
				t.Errorf("heard %s", heard)
			}
			sameMessage(t, r, heard, id)
			sent := call(c.says, `{"type":"reply","data":{"message_seq":`+id.seq+`}},`+plain("an answer"))
			own := events.await("an answer")
			if got := of(own, "data."); got != (identity{c.scene, c.peer, sent.at("data.message_seq")}) || at(own, "data.sender_id") != botText ||
				at(own, "data.time") != sent.at("data.time") {
				t.Errorf("sent %s, heard %s", sent.text, own)
			}
			if at(own, "data.segments.0.data.message_seq") != id.seq || at(own, "data.segments.0.data.segments.0.data.text") != `"from outside"` {
				t.Errorf("does not quote %s: %s", id.seq, own)
			}
			ownID := of(own, "data.")
			sameMessage(t, r, own, ownID)
			call(c.takesBack, ownID.seq)
			if recalled := events.await("message_recall"); of(recalled, "data.") != ownID || at(recalled, "data.sender_id") != botText {
				t.Errorf("recall of %v: %s", ownID, recalled)
			}
			if a := r.request("POST", r.url(milkyName, "/api/get_message"), ownID.params(), "Content-Type", jsonType); a.at("retcode") != "-404" {
				t.Errorf("recalled: %s", a.text)
			}
		})
	}
}

// sameMessage reads a message that was pushed in the two other ways.
func sameMessage(t *testing.T, r *rig, pushed string, id identity) {
	t.Helper()
	one := r.milky("get_message", id.params())
	page := r.milky("get_history_messages", fmt.Sprintf(`{"message_scene":%s,"peer_id":%s,"start_message_seq":%s,"limit":1}`, id.scene, id.peer, id.seq))
	for _, field := range []string{"message_scene", "peer_id", "message_seq", "sender_id", "time", "segments", "friend", "group.group_id", "group_member.user_id"} {
		want := at(pushed, "data."+field)
		if got := one.at("data.message." + field); got != want {
			t.Errorf("get_message: %s is %s, was pushed as %s", field, got, want)
		}
		if got := page.at("data.messages.0." + field); got != want {
			t.Errorf("history: %s is %s, was pushed as %s", field, got, want)
		}
	}
}

// Pages of a history, walked from anywhere with any limit, have every message
// that is there once, in order, and come to an end.
func TestMilkyHistoryPages(t *testing.T) {
	r := start(t)
	const said = 70
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("number {{seq}}"), Count: said})
	there := map[int64]bool{}
	for seq := int64(1); seq <= said; seq++ {
		if there[seq] = seq%7 != 0 && seq != 1 && (seq < 30 || seq > 40); !there[seq] { // ends and gaps
			r.act(alice, "RecallMessage", fmt.Sprintf(`{"ref":"group:123456:%d"}`, seq))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.Int64Range(0, said+5).Draw(t, "start")
		limit := rapid.IntRange(1, 30).Draw(t, "limit")
		want := int64(0) // how many are left
		for seq := range there {
			if there[seq] && (start == 0 || seq <= start) {
				want++
			}
		}
		bound, next := int64(said+6), fmt.Sprint(start)
		for pages := 0; next != "null"; pages++ {
			if pages > said {
				t.Fatal("the pages go round")
			}
			a := r.milky("get_history_messages", fmt.Sprintf(`{"message_scene":"group","peer_id":123456,"start_message_seq":%s,"limit":%d}`, next, limit))
			before := int64(0)
			for i := 0; ; i++ {
				text := a.at(fmt.Sprintf("data.messages.%d.message_seq", i))
				if text == "" {
					break
				}
				var seq int64
				_, _ = fmt.Sscan(text, &seq)
				if seq <= before || seq >= bound || !there[seq] {
					t.Fatalf("%d behind %d and under %d: %s", seq, before, bound, a.text)
				}
				before = seq
				want--
			}
			var first int64
			_, _ = fmt.Sscan(a.at("data.messages.0.message_seq"), &first)
			if next = a.at("data.next_message_seq"); next == "" {
				t.Fatalf("no next_message_seq: %s", a.text)
			}
			bound = first
		}
		if want != 0 {
			t.Fatalf("%d messages were missed", want)
		}
	})
}

// Who has left a group is a member still in what he said there.
func TestMilkyMembersWhoLeft(t *testing.T) {
	r := start(t)
	r.say(carol, "my last words")
	r.act(carol, "LeaveGroup", `{"group":123456}`)
	if a := r.request("POST", r.url(milkyName, "/api/get_group_member_info"), `{"group_id":123456,"user_id":10003}`, "Content-Type", jsonType); a.at("retcode") != "-404" {
		t.Fatalf("still there: %s", a.text)
	}
	const stub = `{"card":"","group_id":123456,"join_time":0,"last_sent_time":0,"level":0,"nickname":"Carol","role":"member","sex":"unknown","title":"","user_id":10003}`
	if a := r.milky("get_message", `{"message_scene":"group","peer_id":123456,"message_seq":1}`); a.at("data.message.group_member") != stub {
		t.Errorf("get_message: %s", a.text)
	}
	if a := r.milky("get_history_messages", `{"message_scene":"group","peer_id":123456}`); a.at("data.messages.0.group_member") != stub {
		t.Errorf("history: %s", a.text)
	}
}

// A forward that is sent reads back as a forward, with what is inside it, down
// to forwards inside forwards.
func TestMilkyForwardsReadBack(t *testing.T) {
	r := start(t, on(func(e *config.Milky) { e.ReportSelf = true }))
	events := r.socket(milkyName, "/event")
	r.listening(events.lines)
	for _, send := range []string{`send_group_message {"group_id":123456,`, `send_private_message {"user_id":10001,`} {
		api, head, _ := strings.Cut(send, " ")
		r.milky(api, head+`"message":[{"type":"forward","data":{"title":"A talk","preview":["one","two"],"summary":"of two","messages":[
			{"user_id":10001,"sender_name":"Ann","time":1767225600,"segments":[{"type":"text","data":{"text":"outer"}},{"type":"image","data":{"uri":"`+milkyPicture+`"}}]},
			{"user_id":10002,"sender_name":"Ben","segments":[{"type":"forward","data":{"messages":[{"user_id":10003,"sender_name":"Cleo","segments":[{"type":"text","data":{"text":"inner"}}]}]}}]}]}}]}`)
		heard := events.await(`"type":"forward"`)
		if got := at(heard, "data.segments.0.data.title") + at(heard, "data.segments.0.data.preview") + at(heard, "data.segments.0.data.summary"); got != `"A talk"["one","two"]"of two"` {
			t.Errorf("%s", heard)
		}
		outer := r.milky("get_forwarded_messages", `{"forward_id":`+at(heard, "data.segments.0.data.forward_id")+`}`)
		for path, want := range map[string]string{
			"0.sender_name": `"Ann"`, "0.time": "1767225600", "0.segments.0.data.text": `"outer"`, "0.segments.1.type": `"image"`,
			"1.sender_name": `"Ben"`, "1.segments.0.type": `"forward"`,
		} {
			if got := outer.at("data.messages." + path); got != want {
				t.Errorf("%s is %s, not %s: %s", path, got, want, outer.text)
			}
		}
		inner := r.milky("get_forwarded_messages", `{"forward_id":`+outer.at("data.messages.1.segments.0.data.forward_id")+`}`)
		if inner.at("data.messages.0.segments.0.data.text") != `"inner"` || inner.at("data.messages.0.sender_name") != `"Cleo"` {
			t.Errorf("inside: %s", inner.text)
		}
	}
}
