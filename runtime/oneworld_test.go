package runtime_test

import (
	"flag"
	"strings"
	"testing"

	"llbot/protocols/qq"

	"pgregory.net/rapid"
)

// What random hands do in the group that belongs to the bot, and where each
// protocol shows how things are.
var (
	renameGroup = call{
		{"set_group_name", `{"group_id":777777,"group_name":"$1"}`},
		{"set_group_name", `{"group_id":777777,"new_group_name":"$1"}`},
		{"channel.update", `{"channel_id":"777777","data":{"name":"$1"}}`},
	}
	makeAdmin = call{
		{"set_group_admin", `{"group_id":777777,"user_id":$1,"enable":true}`},
		{"set_group_member_admin", `{"group_id":777777,"user_id":$1,"is_set":true}`},
		{"guild.member.role.set", `{"guild_id":"777777","user_id":"$1","role_id":"2"}`},
	}
	makeMember = call{
		{"set_group_admin", `{"group_id":777777,"user_id":$1,"enable":false}`},
		{"set_group_member_admin", `{"group_id":777777,"user_id":$1,"is_set":false}`},
		{"guild.member.role.unset", `{"guild_id":"777777","user_id":"$1","role_id":"2"}`},
	}
	speak = call{
		{"send_group_msg", `{"group_id":777777,"message":"$1"}`},
		{"send_group_message", `{"group_id":777777,"message":[{"type":"text","data":{"text":"$1"}}]}`},
		{"message.create", `{"channel_id":"777777","content":"$1"}`},
	}
	takeBack = call{
		{"delete_msg", `{"message_id":$1}`},
		{"recall_group_message", `{"group_id":777777,"message_seq":$1}`},
		{"message.delete", `{"channel_id":"777777","message_id":"$1"}`},
	}
	groupInfo = call{
		{"get_group_info", `{"group_id":777777,"no_cache":true}`},
		{"get_group_info", `{"group_id":777777,"no_cache":true}`},
		{"guild.get", `{"guild_id":"777777"}`},
	}
	freshMember = call{
		{"get_group_member_info", `{"group_id":777777,"user_id":$1,"no_cache":true}`},
		{"get_group_member_info", `{"group_id":777777,"user_id":$1,"no_cache":true}`},
		{"guild.member.get", `{"guild_id":"777777","user_id":"$1"}`},
	}
	talk = call{
		{"get_group_msg_history", `{"group_id":777777,"count":100}`},
		{"get_history_messages", `{"message_scene":"group","peer_id":777777,"limit":30}`},
		{"message.list", `{"channel_id":"777777","limit":100}`},
	}
	namePath = [3]string{"data.group_name", "data.group.group_name", "name"}
	rolePath = [3]string{"data.role", "data.member.role", "roles.0.name"}
)

// world is what must be there, whoever is asked.
type world struct {
	*rig
	heard witnesses
	name  string
	admin map[string]bool
	said  []saying // not taken back
	count int
}

type saying struct {
	text string
	ids  [3]string
}

func (w *world) check(t *rapid.T) {
	w.heard[viaSatori].send(`{"op":1}`)
	for p, protocol := range protocols {
		if got := word(w.via(p, groupInfo).at(namePath[p])); got != w.name {
			t.Fatalf("%s: the group is called %q, not %q", protocol, got, w.name)
		}
		for _, user := range sortedKeys(w.admin) {
			want := map[bool]string{true: "admin", false: "member"}[w.admin[user]]
			if got := word(w.via(p, freshMember, user).at(rolePath[p])); got != want {
				t.Fatalf("%s: %s is %q, not %q", protocol, user, got, want)
			}
		}
		history := w.via(p, talk).text
		for _, s := range w.said[max(0, len(w.said)-10):] {
			if !strings.Contains(history, `"`+s.text+`"`) {
				t.Fatalf("%s: %q is missing in %s", protocol, s.text, history)
			}
		}
	}
}

// few has rapid try so few cases, or take so few steps, of what needs a whole
// server, unless the command line names a number.
func few(t *testing.T, name, cases string) {
	t.Helper()
	f := flag.Lookup(name)
	before := f.Value.String()
	if before != f.DefValue {
		return
	}
	if err := flag.Set(name, cases); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := flag.Set(name, before); err != nil {
			t.Error(err)
		}
	})
}

// TestOneWorld does random things, each through a protocol drawn by lot: all three
// hear of what is said and taken back, and show the same state.
func TestOneWorld(t *testing.T) {
	few(t, "rapid.checks", "4")
	few(t, "rapid.steps", "8")
	r := start(t, reportAll)
	foundGroup(t, r, alice, qq.UserID(20001))
	w := &world{rig: r, heard: r.witnesses(), name: "the bot's own", admin: map[string]bool{"10001": false, "20001": false}}
	rapid.Check(t, func(t *rapid.T) {
		via := func() int { return rapid.IntRange(0, 2).Draw(t, "through") }
		t.Repeat(map[string]func(*rapid.T){
			"": w.check,
			"rename": func(t *rapid.T) {
				w.name = rapid.SampledFrom([]string{"茶馆", "Tea", "a b", "x<y>&z"}).Draw(t, "name")
				w.via(via(), renameGroup, w.name)
			},
			"promote": func(t *rapid.T) {
				user := rapid.SampledFrom(sortedKeys(w.admin)).Draw(t, "member")
				w.admin[user] = !w.admin[user]
				w.via(via(), map[bool]call{true: makeAdmin, false: makeMember}[w.admin[user]], user)
			},
			"say": func(t *rapid.T) {
				w.count++
				text := "saying " + strings.Repeat("i", w.count%7) + " " + rapid.StringMatching(`[a-z]{12}`).Draw(t, "words")
				w.via(via(), speak, text)
				w.said = append(w.said, saying{text, ids(w.heard.await(text))})
			},
			"take back": func(t *rapid.T) {
				if len(w.said) == 0 {
					return
				}
				last := w.said[len(w.said)-1]
				w.said = w.said[:len(w.said)-1]
				p := via()
				w.via(p, takeBack, last.ids[p])
				for i, kind := range []string{"group_recall", "message_recall", "message-deleted"} {
					w.heard[i].await(kind, last.ids[i])
				}
				for p, protocol := range protocols {
					if strings.Contains(w.via(p, talk).text, last.text) {
						t.Fatalf("%s still shows %q", protocol, last.text)
					}
				}
			},
		})
	})
}
