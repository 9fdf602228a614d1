package runtime_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"llbot/runtime/config"

	"github.com/coder/websocket"
)

func welcome(*http.Request) int { return 0 }

func reverseTo(b *botServer, edit ...func(*config.OneBotWSReverse)) func(*config.Config) {
	return add(config.KindOneBotWSReverse, func(e *config.OneBotWSReverse) {
		e.URL = config.URL(b.url + "/onebot/v11/ws?x=1")
		e.Reconnect = config.Reconnect{Initial: 20 * time.Millisecond, Max: 200 * time.Millisecond}
		for _, f := range edit {
			f(e)
		}
	})
}

func TestReverseLink(t *testing.T) {
	paths := make(chan string, 10)
	b := newBot(t, func(req *http.Request) int { paths <- req.URL.String(); return 0 })
	r := start(t, reverseTo(b, func(e *config.OneBotWSReverse) {
		e.Token = token
		e.Heartbeat = 50 * time.Millisecond
	}))
	l := b.next(t)
	if path := <-paths; path != "/onebot/v11/ws?x=1" {
		t.Errorf("dialled %s", path)
	}
	for name, want := range map[string]string{
		"X-Self-ID": botText, "X-Client-Role": "Universal", "Authorization": "Bearer " + token, "User-Agent": "llbot/0.1.0",
	} {
		if got := l.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if hello := l.next(); at(hello, "sub_type") != `"connect"` || at(hello, "self_id") != botText {
		t.Errorf("first frame %s", hello)
	}
	r.say(alice, "to the bot")
	l.await(`"raw_message":"to the bot"`)
	l.send(`{"action":"send_group_msg","params":{"group_id":123456,"message":"from the bot"},"echo":[7]}`)
	l.await(`"retcode":0`, `"echo":[7]}`)
	l.await(`"meta_event_type":"heartbeat"`)
	if list := r.satori("message.list", `{"channel_id":"123456"}`); !contains(list.text, "from the bot", "to the bot") {
		t.Errorf("history %s", list.text)
	}
}

// A bot that restarts is dialled again, and there is never a second link.
func TestReverseLinkComesBack(t *testing.T) {
	b := newBot(t, welcome)
	r := start(t, reverseTo(b))
	ends := []func(link){
		func(l link) { _ = l.conn.CloseNow() },
		func(l link) { _ = l.conn.Close(websocket.StatusServiceRestart, "restarting") },
		func(l link) { _ = l.conn.Close(websocket.StatusPolicyViolation, "") },
	}
	for _, end := range ends {
		l := b.next(t)
		l.await("lifecycle")
		end(l)
	}
	l := b.next(t)
	l.await("lifecycle")
	r.say(alice, "still there")
	if got := l.next(); !contains(got, "still there") {
		t.Errorf("event %s", got)
	}
	if most := b.most.Load(); most != 1 {
		t.Errorf("%d links at once", most)
	}
	select {
	case <-b.links:
		t.Error("a second link")
	case <-time.After(300 * time.Millisecond):
	}
}

// A bot that refuses (NoneBot answers 403 while an older link is open) is
// asked again, less and less often.
func TestReverseLinkBacksOff(t *testing.T) {
	var refuse atomic.Bool
	refuse.Store(true)
	b := newBot(t, func(*http.Request) int {
		if refuse.Load() {
			return http.StatusForbidden
		}
		return 0
	})
	start(t, reverseTo(b))
	var times []time.Time
	for range 7 {
		times = append(times, (<-b.dials).at)
	}
	// Waits are 20, 40, 80, 160, 200, 200 ms, each with up to half of it off.
	if early := times[1].Sub(times[0]); early < 9*time.Millisecond {
		t.Errorf("dialled again after %s", early)
	}
	if late := times[6].Sub(times[5]); late < 95*time.Millisecond {
		t.Errorf("dialled for the seventh time after %s", late)
	}
	refuse.Store(false)
	b.next(t).await("lifecycle")
}

// An address where nobody listens, and one that never answers, keep neither
// the start nor the stop waiting.
func TestReverseLinkToNobody(t *testing.T) {
	silent := listen(t)
	b := newBot(t, welcome)
	r := start(t,
		reverseTo(&botServer{url: "ws://127.0.0.1:1"}),
		reverseTo(&botServer{url: "ws://" + silent.Addr().String()}),
		reverseTo(b))
	b.next(t).await("lifecycle")
	if took := r.stop(); took > 4*time.Second {
		t.Errorf("stopping took %s", took)
	}
}
