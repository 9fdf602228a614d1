//go:build !race

package allocs

import (
	"bytes"
	"net"
	"strconv"
	"testing"
	"time"

	"llbot/runtime/config"
)

// The objects that one call allocates, client's end included (which allocates
// none). A number that falls is good: write the smaller one here.
func TestActionAllocations(t *testing.T) {
	h := open(t)
	for name, c := range map[string]struct {
		kind       config.Kind
		path, body string
		most       float64
	}{
		"onebot read":   {config.KindOneBotHTTP, "/get_login_info", "{}", 1},
		"milky read":    {config.KindMilky, "/api/get_login_info", "{}", 1},
		"satori read":   {config.KindSatori, "/v1/login.get", "{}", 1},
		"onebot change": {config.KindOneBotHTTP, "/set_group_card", `{"group_id":123456,"user_id":1234567890,"card":"card 0"}`, 12},
	} {
		t.Run(name, func(t *testing.T) {
			conn := h.dial(c.kind)
			request := []byte("POST " + c.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" +
				"Satori-Platform: llonebot\r\nSatori-User-ID: 1234567890\r\nContent-Length: " + strconv.Itoa(len(c.body)) + "\r\n\r\n" + c.body)
			answer := make([]byte, whole(t, conn, request))
			check(t, c.most, func() {
				if at := bytes.LastIndexAny(request, "01"); c.path == "/set_group_card" { // another one each time
					request[at] ^= 1
				}
				ask(t, conn, request, answer)
			})
			if !bytes.HasPrefix(answer, []byte("HTTP/1.1 200")) {
				t.Errorf("%s", answer)
			}
		})
	}
}

func TestSocketActionAllocations(t *testing.T) {
	h := open(t)
	conn := h.dial(config.KindOneBotWS)
	upgrade := []byte("GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	if size := whole(t, conn, upgrade); size == 0 {
		t.Fatal("no answer")
	}
	text := `{"action":"get_login_info","params":{},"echo":"1"}`
	request := append([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...)
	answer := make([]byte, whole(t, conn, request))
	check(t, 1, func() { ask(t, conn, request, answer) })
	if !bytes.Contains(answer, []byte(`"echo":"1"`)) {
		t.Errorf("%s", answer)
	}
}

// whole sends a request once and answers the size of what comes back: what has
// come when nothing more does for a while.
func whole(t *testing.T, c net.Conn, request []byte) (size int) {
	t.Helper()
	if _, err := c.Write(request); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 64<<10)
	for wait := patience; ; wait = 300 * time.Millisecond {
		if err := c.SetReadDeadline(time.Now().Add(wait)); err != nil {
			t.Fatal(err)
		}
		n, err := c.Read(buf)
		if size += n; err != nil {
			break
		}
	}
	if err := c.SetReadDeadline(time.Now().Add(3 * patience)); err != nil {
		t.Fatal(err)
	}
	return size
}

// check fails when something allocates more objects than it may.
func check(t *testing.T, most float64, call func()) {
	t.Helper()
	for range 200 { // pools are filled
		call()
	}
	got := testing.AllocsPerRun(1000, call)
	if t.Logf("%v objects", got); got > most {
		t.Errorf("%v objects, at most %v before", got, most)
	}
}
