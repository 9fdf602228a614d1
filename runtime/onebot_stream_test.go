package runtime_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/config"
)

func TestOneBotStream(t *testing.T) {
	r := start(t)
	s := r.stream(httpName, "/_events")
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache",
	} {
		if got := s.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	r.say(alice, "two\nlines")
	message := s.next()
	if got := strings.Split(message, "\n"); len(got) != 2 || field(message, "id") == "" || field(message, "event") != "" {
		t.Errorf("a message of %q", got)
	}
	if data := field(message, "data"); word(at(data, "raw_message")) != "two\nlines" || at(data, "message_format") != `"array"` || at(data, "sub_type") != `"normal"` {
		t.Errorf("data %s", data)
	}
	r.onebot("send_group_msg", `{"group_id":123456,"message":"own"}`)
	r.say(bob, "not own")
	if message := s.next(); !strings.Contains(message, "not own") {
		t.Errorf("the account's own message is told: %s", message)
	}
}

func TestOneBotStreamHeartbeat(t *testing.T) {
	r := start(t, on(func(e *config.OneBotHTTP) { e.Heartbeat = 40 * time.Millisecond }))
	s := r.stream(httpName, "/_events")
	for range 3 {
		beat := field(s.await("heartbeat"), "data")
		if at(beat, "interval") != "40" || at(beat, "status") != `{"good":true,"online":true}` {
			t.Errorf("heartbeat %s", beat)
		}
	}
}

// A reader that comes and goes misses nothing and sees nothing twice, however
// it names its place.
func TestOneBotStreamResumes(t *testing.T) {
	r := start(t)
	s := r.stream(httpName, "/_events")
	begun := time.Now().UnixMilli()
	const parts, each = 6, 30
	speaking := make(chan struct{})
	go func() {
		defer close(speaking)
		for part := range parts {
			r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("n={{seq}}."), Count: each, From: part*each + 1, Rate: 1000})
		}
	}()
	last, number := "", 1
	for number <= parts*each {
		for range 17 {
			if number > parts*each {
				break
			}
			message := s.next()
			if !strings.Contains(message, fmt.Sprintf("n=%d.", number)) {
				t.Fatalf("want number %d, got %s", number, message)
			}
			last = field(message, "id")
			number++
		}
		s.end()
		s = r.stream(httpName, "/_events", "Last-Event-ID", last)
	}
	<-speaking

	s = r.stream(httpName, "/_events?since="+strconv.FormatInt(begun, 10))
	for number := range parts * each {
		if message := s.next(); !strings.Contains(message, fmt.Sprintf("n=%d.", number+1)) {
			t.Fatalf("since a time: want number %d, got %s", number, message)
		}
	}
	half := r.stream(httpName, "/_events?since="+last)
	r.say(bob, "after the last")
	if message := half.next(); !strings.Contains(message, "after the last") {
		t.Errorf("since the last number: %s", message)
	}
	for _, bad := range []string{"x", "-1", "1.5"} {
		if a := r.request("GET", r.url(httpName, "/_events?since="+bad), ""); a.status != 400 {
			t.Errorf("since=%s: %d %s", bad, a.status, a.text)
		}
	}
}

func TestOneBotStringFormat(t *testing.T) {
	r := start(t, on(func(e *config.OneBotHTTP) { e.MessageFormat = config.FormatString }))
	s := r.stream(httpName, "/_events")
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: []byte(`[{"type":"at","data":{"qq":"1234567890"}},{"type":"text","data":{"text":"a&[b]"}}]`)})
	data := field(s.next(), "data")
	if word(at(data, "message")) != "[CQ:at,qq=1234567890]a&amp;&#91;b&#93;" && !strings.HasPrefix(word(at(data, "message")), "[CQ:at,qq=1234567890,") {
		t.Errorf("message %s", at(data, "message"))
	}
	if at(data, "message_format") != `"string"` {
		t.Errorf("data %s", data)
	}
	back := r.onebot("get_msg", `{"message_id":`+at(data, "message_id")+`}`)
	if back.at("data.message") != at(data, "message") {
		t.Errorf("get_msg says %s", back.text)
	}
}
