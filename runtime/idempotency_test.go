package runtime_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"llbot/protocols/qq"
	"llbot/runtime/config"
)

// under calls an operation through one protocol with an idempotency key, in the
// header or among the parameters.
func (r *rig) under(protocol int, key string, header bool, c call, args ...string) answer {
	r.t.Helper()
	params := c[protocol].params
	for i, arg := range args {
		params = strings.ReplaceAll(params, fmt.Sprintf("$%d", i+1), arg)
	}
	headers := []string{"Content-Type", jsonType}
	if header {
		headers = append(headers, "Idempotency-Key", key)
	} else {
		params = strings.TrimSuffix(params, "}") + `,"_idempotency_key":"` + key + `"}`
	}
	url := []string{r.url(httpName, "/"), r.url(milkyName, "/api/"), r.url(satoriName, "/v1/")}[protocol]
	return r.request("POST", url+c[protocol].name, params, headers...)
}

// said are the texts of the group's messages.
func (r *rig) said() (list []string) {
	r.t.Helper()
	account, _ := r.server.Account(bot)
	h, err := qq.Do(r.t.Context(), account, qq.GetHistory{Chat: qq.GroupChat(group), Count: 1000})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, m := range h.Messages {
		list = append(list, m.Segments.PlainText())
	}
	return list
}

func (r *rig) wantSaid(want ...string) {
	r.t.Helper()
	if got := r.said(); strings.Join(got, "|") != strings.Join(want, "|") {
		r.t.Errorf("in the group: %q, want %q", got, want)
	}
}

// messageOf is what an answer names the message: the 32-bit id, the seq, or the
// seq in Satori's id.
var messageOf = [3]func(a answer) string{
	viaOneBot: func(a answer) string { return a.at("data.message_id") },
	viaMilky:  func(a answer) string { return a.at("data.message_seq") },
	viaSatori: func(a answer) string { return word(a.at("0.id")) },
}

func TestARetryIsAnsweredTheSame(t *testing.T) {
	r := start(t)
	var want []string
	for protocol, name := range protocols {
		for _, header := range []bool{true, false} {
			text := fmt.Sprintf("%s %t", name, header)
			first := r.under(protocol, text, header, sendText, text)
			if first.status != 200 || messageOf[protocol](first) == "" {
				t.Fatalf("%s: %d %s", text, first.status, first.text)
			}
			for range 3 {
				if again := r.under(protocol, text, header, sendText, text); again.status != 200 || again.text != first.text {
					t.Errorf("%s: first %s then %s", text, first.text, again.text)
				}
			}
			if again := r.under(protocol, text, !header, sendText, text); again.text != first.text {
				t.Errorf("%s: by the other way %s", text, again.text)
			}
			want = append(want, text)
		}
	}
	r.wantSaid(want...)
}

// A client may change the protocol between its tries.
func TestARetryThroughAnotherProtocol(t *testing.T) {
	r := start(t)
	var want []string
	for first, name := range protocols {
		var ids [3]string
		for i := range protocols {
			protocol := (first + i) % len(protocols)
			a := r.under(protocol, name, true, sendText, "by "+name)
			if ids[protocol] = messageOf[protocol](a); a.status != 200 || ids[protocol] == "" {
				t.Fatalf("%s: %d %s", protocols[protocol], a.status, a.text)
			}
		}
		if !strings.HasSuffix(ids[viaSatori], "|"+ids[viaMilky]) {
			t.Errorf("%q name different messages", ids)
		}
		if found := r.onebot("get_msg", `{"message_id":`+ids[viaOneBot]+`}`); found.at("data.real_id") != ids[viaMilky] {
			t.Errorf("message %s is %s, not %s", ids[viaOneBot], found.at("data.real_id"), ids[viaMilky])
		}
		want = append(want, "by "+name)
	}
	r.wantSaid(want...)
}

func TestKeysOfSockets(t *testing.T) {
	r := start(t)
	s := r.socket(wsName, "/api")
	const frame = `{"action":"send_group_msg%s","params":{"group_id":123456,"message":"once","_idempotency_key":"k"},"echo":1}`
	s.send(fmt.Sprintf(frame, ""))
	first := s.next()
	s.send(fmt.Sprintf(frame, "_async"))
	if again := s.next(); again != first || at(first, "retcode") != "0" {
		t.Errorf("first %s then %s", first, again)
	}
	again := r.under(viaOneBot, "k", true, sendText, "once")
	if again.at("data.message_id") != at(first, "data.message_id") {
		t.Errorf("over HTTP %s", again.text)
	}
	s.send(strings.Replace(fmt.Sprintf(frame, ""), "once", "twice", 1))
	if got := s.next(); at(got, "retcode") != "1200" || !contains(got, "used for another request") {
		t.Errorf("another message: %s", got)
	}
	r.wantSaid("once")
}

func TestAKeyOfAnotherRequestIsAConflict(t *testing.T) {
	r := start(t)
	r.under(viaOneBot, "k", true, sendText, "first")
	for protocol, c := range [3]struct {
		status  int
		retcode string
	}{{200, "200"}, {200, "-500"}, {409, ""}} {
		for name, op := range map[string]call{"text": sendText, "chat": sendPrivate} {
			a := r.under(protocol, "k", true, op, "second")
			if a.status != c.status || a.at("retcode") != c.retcode || !contains(a.text, "this idempotency key was used for another request") {
				t.Errorf("%s %s: %d %s", protocols[protocol], name, a.status, a.text)
			}
		}
	}
	r.wantSaid("first")
}

func TestKeysThatAreNone(t *testing.T) {
	r := start(t)
	for protocol, c := range [3]struct {
		status  int
		retcode string
	}{{200, "400"}, {200, "-400"}, {400, ""}} {
		for key, where := range map[string]string{
			"": "_idempotency_key", `\u0007`: "_idempotency_key", strings.Repeat("x", 256): "_idempotency_key",
			"h\ti": "header Idempotency-Key", strings.Repeat("é", 128): "header Idempotency-Key",
		} {
			a := r.under(protocol, key, strings.HasPrefix(where, "header"), sendText, "x")
			if a.status != c.status || a.at("retcode") != c.retcode || !contains(a.text, where+": must") {
				t.Errorf("%s %q: %d %s", protocols[protocol], key, a.status, a.text)
			}
		}
	}
	r.wantSaid()
}

func TestFailuresFreeTheirKey(t *testing.T) {
	r := start(t)
	for protocol, name := range protocols {
		if err := r.as(alice, qq.SetAdmin{Group: group, Member: bot}); err != nil {
			t.Fatal(err)
		}
		if err := r.as(alice, qq.MuteGroup{Group: group, On: true}); err != nil {
			t.Fatal(err)
		}
		if a := r.under(protocol, name, true, sendText, name); messageOf[protocol](a) != "" {
			t.Errorf("%s: sent while muted: %s", name, a.text)
		}
		if err := r.as(alice, qq.MuteGroup{Group: group}); err != nil {
			t.Fatal(err)
		}
		if a := r.under(protocol, name, true, sendText, name); messageOf[protocol](a) == "" {
			t.Errorf("%s: %s", name, a.text)
		}
	}
	r.wantSaid(protocols...)
}

// What would fail the second time succeeds again.
func TestChangesTakeKeys(t *testing.T) {
	r := start(t)
	kick := call{
		{"set_group_kick", `{"group_id":123456,"user_id":10003}`},
		{"kick_group_member", `{"group_id":123456,"user_id":10003}`},
		{"guild.member.kick", `{"guild_id":"123456","user_id":"10003"}`},
	}
	for protocol, name := range protocols {
		first := r.under(protocol, "kick", true, kick)
		if first.status != 200 || protocol != viaSatori && first.at("retcode") != "0" {
			t.Errorf("%s: %d %s", name, first.status, first.text)
		}
	}
	if a := r.request("POST", r.url(httpName, "/set_group_kick"), kick[viaOneBot].params, "Content-Type", jsonType); a.at("retcode") == "0" {
		t.Error("the kick was not done")
	}
}

// TestSeveralMessagesUnderOneKey: Satori splits content, and a retry sends what
// is missing.
func TestSeveralMessagesUnderOneKey(t *testing.T) {
	r := start(t)
	several := call{viaSatori: {"message.create", `{"channel_id":"123456","content":"$1"}`}}
	const content = `one<message>two</message>three`
	first := r.under(viaSatori, "k", true, several, content)
	if again := r.under(viaSatori, "k", true, several, content); again.text != first.text || again.at("2.content") != `"three"` {
		t.Errorf("first %s then %s", first.text, again.text)
	}
	for _, other := range []string{`one`, `one<message>two</message>four`, `one<message>two</message>`} {
		if a := r.under(viaSatori, "k", true, several, other); a.status != 409 {
			t.Errorf("%s: %d %s", other, a.status, a.text)
		}
	}
	const quoting = `<at id=\"10001\"/>four<message>five<quote id=\"2|123456|99999\"/></message>`
	for range 3 {
		if a := r.under(viaSatori, "half", true, several, quoting); a.status != 404 || !contains(a.text, "message 2 of 2", "already sent") {
			t.Errorf("%d %s", a.status, a.text)
		}
	}
	r.wantSaid("one", "two", "three", "four")
}

func TestManyClientsAtOnceUnderOneKey(t *testing.T) {
	r := start(t)
	var all sync.WaitGroup
	answers := make([]string, 64)
	for i := range answers {
		all.Go(func() {
			protocol := i % len(protocols)
			answers[i] = messageOf[protocol](r.under(protocol, "k", i%2 == 0, sendText, "once"))
		})
	}
	all.Wait()
	for i, id := range answers {
		if id == "" || id != answers[i%len(protocols)] {
			t.Errorf("%s names %q and %q", protocols[i%len(protocols)], id, answers[i%len(protocols)])
		}
	}
	r.wantSaid("once")
}

// TestKeysOverARestart: an orderly one, with the account's keys in the folder.
func TestKeysOverARestart(t *testing.T) {
	var first [3]answer
	r := start(t)
	for protocol, name := range protocols {
		first[protocol] = r.under(protocol, name, true, sendText, name)
	}
	r.stop()
	data := r.data
	again := start(t, func(cfg *config.Config) { cfg.Data = data })
	for protocol, name := range protocols {
		if a := again.under(protocol, name, true, sendText, name); a.text != first[protocol].text {
			t.Errorf("%s: first %s then %s", name, first[protocol].text, a.text)
		}
	}
	again.wantSaid(protocols...)
}

// as has somebody of the world do something.
func (r *rig) as(who qq.UserID, op qq.Operation) error {
	_, err := r.server.World("default").Do(r.t.Context(), who, op)
	return err
}
