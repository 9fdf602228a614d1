package runtime_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// talker is one connection to the Satori endpoint over which requests go one by one.
type talker struct {
	t       *testing.T
	conn    io.Writer
	answers *bufio.Reader
}

func (r *rig) saying(endpoint string) talker {
	conn := r.dial(endpoint)
	return talker{r.t, conn, bufio.NewReader(conn)}
}

func (s talker) ask(head, body string) answer {
	s.t.Helper()
	_, _ = fmt.Fprintf(s.conn, "%sContent-Length: %d\r\n\r\n%s", head, len(body), body)
	return s.answer()
}

func (s talker) answer() answer {
	s.t.Helper()
	resp, err := http.ReadResponse(s.answers, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// headed is the head of a Satori request but for the length.
func headed(method, auth, platform, user string) string {
	head := "POST /v1/" + method + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nSatori-Platform: " + platform + "\r\nSatori-User-ID: " + user + "\r\n"
	if auth != "" {
		head += "Authorization: Bearer " + auth + "\r\n"
	}
	return head
}

// A connection that remembers the head of its last call looks at all of the
// next one: whoever asks for another login, or without the right to, gets what a
// new connection gets.
func TestSatoriRemembersHeads(t *testing.T) {
	r := start(t, withToken(token), twoAccounts)
	good := headed("login.get", token, "llonebot", botText)
	other := headed("login.get", token, "llonebot", secondBot.String())
	for _, c := range []struct {
		name, head, body string
		status           int
		part             string
	}{
		{"another login", other, "{}", 200, `"sn":` + secondBot.String()},
		{"the same login", good, "{}", 200, `"sn":` + botText},
		{"the same, longer", good, `{"more":1}`, 200, `"sn":` + botText},
		{"the same, empty", good, "", 200, `"sn":` + botText},
		{"the same, broken", good, "{", 400, "JSON"},
		{"the same, no object", good, "[]", 400, ""},
		{"another token", headed("login.get", strings.ToUpper(token), "llonebot", botText), "{}", 403, "invalid token"},
		{"a longer token", headed("login.get", token+"x", "llonebot", botText), "{}", 403, "invalid token"},
		{"no token", headed("login.get", "", "llonebot", botText), "{}", 401, "authorization missing"},
		{"an account not served", headed("login.get", token, "llonebot", "1"), "{}", 403, "no account of that number"},
		{"a longer number", headed("login.get", token, "llonebot", botText+"0"), "{}", 403, "login not found"},
		{"another platform", headed("login.get", token, "discord", botText), "{}", 403, "the platform here is"},
		{"our other platform", headed("login.get", token, "LLBot", botText), "{}", 200, `"sn":` + botText},
		{"another method", headed("friend.list", token, "llonebot", botText), "{}", 200, `"data":`},
		{"no method", headed("no.such", token, "llonebot", botText), "{}", 404, "no such method"},
		{"another verb", strings.Replace(good, "POST", "PUT", 1), "{}", 405, "use POST"},
		{"a key", good + "Idempotency-Key: k\r\n", "{}", 200, `"sn":` + botText},
		{"a bad key", good + "Idempotency-Key: " + strings.Repeat("k", 256) + "\r\n", "{}", 400, "Idempotency-Key"},
		{"both logins", strings.Replace(good, "Satori-User-ID", "X-Self-ID", 1) + "Satori-User-ID: " + secondBot.String() + "\r\n", "{}", 200, `"sn":` + secondBot.String()},
		{"an origin", good + "Origin: http://elsewhere\r\n", "{}", 403, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := r.saying(satoriName)
			for range 2 {
				if a := line.ask(good, "{}"); a.status != 200 || a.at("sn") != botText {
					t.Fatalf("%d %s", a.status, a.text)
				}
			}
			remembered, fresh := line.ask(c.head, c.body), r.saying(satoriName).ask(c.head, c.body)
			if remembered.status != c.status || !strings.Contains(remembered.text, c.part) {
				t.Errorf("%d %s", remembered.status, remembered.text)
			}
			if remembered.status != fresh.status || remembered.text != fresh.text || fmt.Sprint(remembered.header) != fmt.Sprint(fresh.header) {
				t.Errorf("%d %s %v, over a new connection %d %s %v", remembered.status, remembered.text, remembered.header, fresh.status, fresh.text, fresh.header)
			}
		})
	}
}

// What changes about a login between two calls on a connection shows in the
// second one, also while others ask at the same time.
func TestSatoriLoginChangesBetweenCalls(t *testing.T) {
	r := start(t, twoAccounts)
	line := r.saying(satoriName)
	mine, other := headed("login.get", "", "llonebot", botText), headed("login.get", "", "llonebot", secondBot.String())
	see := func(head, name, status string) {
		t.Helper()
		for range 3 {
			if a := line.ask(head, "{}"); a.status != 200 || word(a.at("user.name")) != name || a.at("status") != status {
				t.Errorf("%d %s, want %s, %s", a.status, a.text, name, status)
			}
		}
	}
	see(mine, "LLBot", "1")
	for i := range 5 {
		name := "Bot" + strconv.Itoa(i)
		r.act(bot, "EditProfile", `{"nickname":"`+name+`"}`)
		eventually(t, "a new name", func() bool { return word(line.ask(mine, "{}").at("user.name")) == name })
		see(mine, name, "1")
		see(other, "second", "1")
	}
	r.act(bot, "MoveLogin", `{"step":"kicked"}`)
	eventually(t, "a login that is offline", func() bool { return line.ask(mine, "{}").at("status") == "0" })
	if held, called := line.ask(mine, "{}"), line.ask(mine, `{"more":1}`); held.status != 200 || held.text != called.text {
		t.Errorf("%d %s, called %s", held.status, held.text, called.text)
	}
	see(other, "second", "1")
	r.act(bot, "MoveLogin", `{"step":"online"}`)
	eventually(t, "a login that is back", func() bool { return line.ask(mine, "{}").at("status") == "1" })
	see(mine, "Bot4", "1")
}

// Requests that come together are answered in their order, each by its own head;
// the last one, which is refused, ends the connection.
func TestSatoriPipelined(t *testing.T) {
	r := start(t, twoAccounts)
	line := r.saying(satoriName)
	var who []string
	for i := range 64 {
		who = append(who, []string{botText, secondBot.String(), botText}[i/3%3])
	}
	var text strings.Builder
	for _, one := range append(who, "1") {
		_, _ = fmt.Fprintf(&text, "%sContent-Length: 2\r\n\r\n{}", headed("login.get", "", "llonebot", one))
	}
	_, _ = io.WriteString(line.conn, text.String())
	first := map[string]string{}
	for i, one := range who {
		a := line.answer()
		if a.status != 200 || a.at("sn") != one || first[one] != "" && first[one] != a.text {
			t.Errorf("%d: %d %s for %s, before %s", i, a.status, a.text, one, first[one])
		}
		first[one] = a.text
	}
	if a := line.answer(); a.status != 403 || !strings.Contains(a.text, "login not found") {
		t.Errorf("%d %s", a.status, a.text)
	}
	if rest, err := io.ReadAll(line.answers); err != nil || len(rest) > 0 {
		t.Errorf("%q, %v", rest, err)
	}
}
