package runtime_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"llbot/runtime/admin"
	"llbot/runtime/config"
)

func oneBotHook(rec *receiver, edit ...func(*config.OneBotWebhook)) func(*config.Config) {
	return add(config.KindOneBotWebhook, func(e *config.OneBotWebhook) {
		e.URL = config.URL(rec.url + "/onebot")
		for _, f := range edit {
			f(e)
		}
	})
}

func TestOneBotWebhook(t *testing.T) {
	rec := newReceiver(t, nil)
	const secret = "the secret of the hook"
	r := start(t, oneBotHook(rec, func(e *config.OneBotWebhook) { e.Token = secret }))
	r.say(alice, "<sign> & \u2028 é")
	p := rec.next(t)
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(p.body))
	for name, want := range map[string]string{
		"Content-Type": "application/json", "X-Self-Id": botText, "X-Signature": "sha1=" + hex.EncodeToString(mac.Sum(nil)),
		"Authorization": "",
	} {
		if got := p.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(p.body, "\"<sign> & \u2028 é\"") || strings.HasSuffix(p.body, "\n") {
		t.Errorf("body %s", p.body)
	}
	if at(p.body, "post_type") != `"message"` || at(p.body, "user_id") != "10001" {
		t.Errorf("body %s", p.body)
	}
}

func TestOneBotWebhookHeartbeat(t *testing.T) {
	quiet, beating := newReceiver(t, nil), newReceiver(t, nil)
	fast := func(e *config.OneBotWebhook) { e.Heartbeat = 50 * time.Millisecond }
	start(t, oneBotHook(quiet, fast), oneBotHook(beating, fast, func(e *config.OneBotWebhook) { e.HeartbeatEnable = true }))
	for range 2 {
		if p := beating.next(t); at(p.body, "meta_event_type") != `"heartbeat"` || at(p.body, "interval") != "50" {
			t.Errorf("heartbeat %s", p.body)
		}
	}
	if len(quiet.posts) > 0 {
		t.Error("heartbeats that nobody asked for")
	}
}

// Each event is posted once and in order, one at a time, while many speak.
func TestWebhookOrderUnderLoad(t *testing.T) {
	const count = 1000
	one, milky, satori := newReceiver(t, nil), newReceiver(t, nil), newReceiver(t, nil)
	r := start(t, oneBotHook(one),
		add(config.KindMilkyWebhook, func(e *config.MilkyWebhook) { e.URL = config.URL(milky.url) }),
		add(config.KindSatoriWebhook, func(e *config.SatoriWebhook) { e.URL = config.URL(satori.url) }))
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("n={{seq}}."), Count: count})
	for name, rec := range map[string]*receiver{"onebot": one, "milky": milky, "satori": satori} {
		for i := range count {
			p := rec.next(t)
			for strings.Contains(p.body, `"type":"login-added"`) { // the account may come online behind the hook
				p = rec.next(t)
			}
			if !strings.Contains(p.body, fmt.Sprintf("n=%d.", i+1)) {
				t.Fatalf("%s: want number %d, got %s", name, i+1, p.body)
			}
		}
		if most := rec.most.Load(); most != 1 {
			t.Errorf("%s: %d deliveries at once", name, most)
		}
	}
}

// A target that fails gets the same event again and nothing before it; what it
// refuses thrice is left out.
func TestWebhookRetries(t *testing.T) {
	var tries atomic.Int32
	rec := newReceiver(t, func(w http.ResponseWriter, p post) {
		switch {
		case strings.Contains(p.body, "first") && tries.Add(1) <= 2:
			w.WriteHeader(http.StatusInternalServerError)
		case strings.Contains(p.body, "second"):
			w.WriteHeader(http.StatusBadRequest)
		default:
			w.WriteHeader(http.StatusOK)
		}
	})
	r := start(t, oneBotHook(rec))
	for _, text := range []string{"first", "second", "third"} {
		r.say(alice, text)
	}
	var got []string
	for len(got) == 0 || got[len(got)-1] != "third" {
		got = append(got, word(at(rec.next(t).body, "raw_message")))
	}
	if text := fmt.Sprint(got); text != "[first first first second second second third]" {
		t.Errorf("deliveries %s", text)
	}
}

// A slow target, and one that is gone, hold up nobody else.
func TestSlowWebhookIsAlone(t *testing.T) {
	hold := make(chan struct{})
	slow := newReceiver(t, func(w http.ResponseWriter, _ post) { <-hold; w.WriteHeader(http.StatusNoContent) })
	fast := newReceiver(t, nil)
	r := start(t, oneBotHook(slow), oneBotHook(&receiver{url: "http://127.0.0.1:1"}), oneBotHook(fast))
	defer close(hold)
	s := r.socket(wsName, "/event")
	s.await("lifecycle")
	begun := time.Now()
	r.sayAll(admin.SayRequest{Group: group, User: alice, Message: admin.Text("n={{seq}}."), Count: 100})
	fast.await(t, "n=100.")
	s.await("n=100.")
	if took := time.Since(begun); took > patience {
		t.Errorf("it took %s", took)
	}
}

func TestQuickOperations(t *testing.T) {
	replies := map[string]string{
		"say hi":   `{"reply":"quick hi"}`,
		"call me":  `{"reply":[{"type":"text","data":{"text":"quick call"}}],"at_sender":true}`,
		"escape":   `{"reply":"[CQ:face,id=1]","auto_escape":true}`,
		"delete":   `{"delete":true}`,
		"ban":      `{"ban":true,"ban_duration":60}`,
		"kick":     `{"kick":true}`,
		"nonsense": `<html>no</html>`,
		"whisper":  `{"reply":"quick whisper"}`,
	}
	rec := newReceiver(t, func(w http.ResponseWriter, p post) {
		w.Header().Set("Content-Type", "text/plain") // the type does not matter
		_, _ = io.WriteString(w, replies[word(at(p.body, "raw_message"))])
	})
	r := start(t, oneBotHook(rec), on(func(e *config.OneBotWS) { e.ReportSelf = true }))
	s := r.socket(wsName, "/event")

	r.say(bob, "say hi")
	asked := s.await("say hi")
	hi := s.await("quick hi")
	if at(hi, "post_type") != `"message_sent"` || at(hi, "message.0") != fmt.Sprintf(`{"data":{"id":"%s"},"type":"reply"}`, at(asked, "message_id")) {
		t.Errorf("reply %s", hi)
	}
	r.say(bob, "call me")
	if call := s.await("quick call"); at(call, "message.1.type") != `"at"` || word(at(call, "message.1.data.qq")) != "10002" {
		t.Errorf("reply with at_sender %s", call)
	}
	r.say(bob, "escape")
	if raw := s.await("message_sent"); word(at(raw, "message.1.data.text")) != "[CQ:face,id=1]" {
		t.Errorf("escaped reply %s", raw)
	}
	r.say(bob, "nonsense")
	r.say(bob, "delete")
	victim := s.await(`"raw_message":"delete"`)
	if recall := s.await("group_recall"); at(recall, "message_id") != at(victim, "message_id") || at(recall, "operator_id") != botText {
		t.Errorf("recall %s", recall)
	}
	r.say(bob, "ban")
	if ban := s.await("group_ban"); at(ban, "user_id") != "10002" || at(ban, "duration") != "60" {
		t.Errorf("ban %s", ban)
	}
	r.tell(bob, "whisper")
	if whisper := s.await("quick whisper"); at(whisper, "message_type") != `"private"` || at(whisper, "target_id") != "10002" {
		t.Errorf("private reply %s", whisper)
	}
	r.say(carol, "kick")
	if kick := s.await("group_decrease"); at(kick, "user_id") != "10003" || at(kick, "sub_type") != `"kick"` {
		t.Errorf("kick %s", kick)
	}
}

func TestQuickRequests(t *testing.T) {
	rec := newReceiver(t, func(w http.ResponseWriter, p post) {
		switch word(at(p.body, "comment")) {
		case "let me in":
			_, _ = io.WriteString(w, `{"approve":true,"remark":"C"}`)
		case "no":
			_, _ = io.WriteString(w, `{"approve":false,"reason":"full"}`)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
	r := start(t, oneBotHook(rec))
	s := r.socket(wsName, "/event")
	if err := r.admin.RequestFriend(t.Context(), admin.FriendRequest{From: carol, Comment: "let me in"}); err != nil {
		t.Fatal(err)
	}
	s.await(`"request_type":"friend"`, "let me in")
	if added := s.await("friend_add"); at(added, "user_id") != "10003" {
		t.Errorf("friend_add %s", added)
	}
	if list := r.onebot("get_friend_list", ""); !contains(list.text, `"user_id":10003`, `"remark":"C"`) {
		t.Errorf("friends %s", list.text)
	}
}
