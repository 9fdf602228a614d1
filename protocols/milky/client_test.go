package milky

import (
	"context"
	"errors"
	"strings"
	"testing"

	"llbot/protocols/qq"

	"github.com/google/go-cmp/cmp"
)

// TestEventsAreReadBack: what a server tells, a client reads, and would tell in
// the same words.
func TestEventsAreReadBack(t *testing.T) {
	for _, c := range told {
		text, ok := Encoder{}.Encode(nil, &qq.Entry{Account: bot, Time: 1767225600_000, Event: c.event})
		if !ok {
			t.Errorf("%s is not told", c.name)
			continue
		}
		h, err := ReadEvent(text)
		if err != nil || h.Event == nil || h.Account != bot || h.Time != 1767225600_000 {
			t.Errorf("%s: %+v, %v", c.name, h, err)
			continue
		}
		again, _ := Encoder{}.Encode(nil, &qq.Entry{Account: bot, Time: h.Time, Event: h.Event})
		if diff := cmp.Diff(string(text), string(again)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if m, ok := h.Event.(*qq.MessageReceived); ok && m.Self != (m.Sender == bot) {
			t.Errorf("%s: own %v", c.name, m.Self)
		}
	}
}

func TestEventsOfOtherServers(t *testing.T) {
	for text, unknown := range map[string]bool{
		`{"event_type":"hologram","time":1,"self_id":20002000,"data":{"x":1}}`:                                                     true,
		`{"event_type":"group_mute","time":1,"self_id":20002000,"data":{"group_id":"12"}}`:                                         true,
		`{"event_type":"message_receive","time":1,"self_id":20002000,"data":{"message_scene":"?"}}`:                                true,
		`{"event_type":"group_mute","time":1,"self_id":20002000}`:                                                                  true,
		`{"event_type":"group_disband","time":1,"self_id":20002000,"data":{"group_id":30003000,"operator_id":20002000,"more":[]}}`: false,
	} {
		if h, err := ReadEvent([]byte(text)); err != nil || (h.Event == nil) != unknown {
			t.Errorf("%s: %+v, %v", text, h, err)
		}
	}
	for _, text := range []string{``, `none`, `{`, `[]`, `{"data":{}}`, "\x00"} {
		if h, err := ReadEvent([]byte(text)); err == nil {
			t.Errorf("%q was read as %+v", text, h)
		}
	}
}

// One segment that cannot be read costs the others nothing.
func TestOddSegmentsAreKept(t *testing.T) {
	const text = `{"event_type":"message_receive","time":1,"self_id":20002000,"data":{"message_scene":"group","peer_id":30003000,"message_seq":4,
		"sender_id":20002001,"time":1,"segments":[{"type":"text","data":{"text":"a"}},{"type":"mention","data":{"user_id":"x"}},{"type":"hologram","data":{"y":1}},{"type":"text","data":{"text":"b"}}]}}`
	h, err := ReadEvent([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := qq.Segments{
		&qq.Text{Text: "a"}, &qq.Raw{Kind: "milky:mention", Data: []byte(`{"type":"mention","data":{"user_id":"x"}}`)},
		&qq.Raw{Kind: "hologram", Data: []byte(`{"y":1}`)}, &qq.Text{Text: "b"},
	}
	if diff := cmp.Diff(want, h.Event.(*qq.MessageReceived).Segments); diff != "" {
		t.Error(diff)
	}
}

func TestReadReply(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		data    string
		kind    error
		code    int
		outcome qq.Outcome
	}{
		{200, `{"status":"ok","retcode":0,"data":{"a":1}}`, `{"a":1}`, nil, 0, 0},
		{200, `{"status":"ok","retcode":0,"message":null}`, `{}`, nil, 0, 0},
		{200, `{"status":"failed","retcode":-400,"message":"m","data":null}`, "", qq.ErrInvalid, 0, qq.NotApplied},
		{200, `{"status":"failed","retcode":-403,"message":"m"}`, "", qq.ErrOffline, 0, qq.NotApplied},
		{200, `{"status":"failed","retcode":-404,"message":"m"}`, "", qq.ErrNotFound, 0, qq.NotApplied},
		{200, `{"status":"failed","retcode":-500,"message":"m"}`, "", qq.ErrUpstream, 0, qq.NotApplied},
		{200, `{"status":"failed","retcode":120,"message":"m"}`, "", qq.ErrUpstream, 120, qq.NotApplied},
		{200, `{"status":"ok","retcode":1,"message":"m"}`, "", qq.ErrUpstream, 1, qq.NotApplied},
		{404, `{"status":"failed","retcode":404,"message":"m"}`, "", qq.ErrUnsupported, 0, qq.NotApplied},
		{404, `page not found`, "", qq.ErrUnsupported, 0, qq.NotApplied},
		{401, ``, "", qq.ErrOffline, 0, qq.NotApplied},
		{415, ``, "", qq.ErrUpstream, 415, qq.NotApplied},
		{500, `oops`, "", qq.ErrUpstream, 500, qq.Unknown},
		{502, `<html>`, "", qq.ErrUpstream, 502, qq.Unknown},
		{200, `<html>`, "", qq.ErrUpstream, 200, qq.Unknown},
	} {
		data, err := ReadReply("some_api", c.status, []byte(c.body))
		if c.kind == nil {
			if err != nil || string(data) != c.data {
				t.Errorf("%d %s: %s, %v", c.status, c.body, data, err)
			}
			continue
		}
		e := qq.AsError(err)
		if !errors.Is(e, c.kind) || e.Code != c.code || e.Outcome != c.outcome || strings.Contains(c.body, `"m"`) && c.status == 200 && e.Text != "m" {
			t.Errorf("%d %s: %+v", c.status, c.body, e)
		}
	}
}

func TestAlive(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		online bool
		fails  bool
	}{
		"answered":  {nil, true, false},
		"offline":   {qq.Errorf(qq.ErrOffline, "not logged in"), false, false},
		"refused":   {qq.Errorf(qq.ErrUpstream, "no"), true, false},
		"token":     {&qq.Error{Kind: qq.ErrOffline, Cause: ErrToken}, false, true},
		"timed out": {&qq.Error{Kind: qq.ErrTimeout, Outcome: qq.Unknown}, false, true},
	} {
		client := Client{Call: func(context.Context, string, []byte) ([]byte, error) { return []byte(`{"requests":[]}`), c.err }}
		if online, err := client.Alive(t.Context()); online != c.online || (err != nil) != c.fails {
			t.Errorf("%s: %v, %v", name, online, err)
		}
	}
}

// What Milky cannot send is refused before anything is sent.
func TestSendable(t *testing.T) {
	called := 0
	client := &Client{
		Call: func(context.Context, string, []byte) ([]byte, error) {
			called++
			return []byte(`{"message_seq":7,"time":9}`), nil
		},
		Upload:  func(*qq.Media) (string, error) { return "base64://aGk=", nil },
		Account: func() qq.UserID { return bot },
	}
	var h qq.Handlers
	client.Serve(&h)
	send := func(s ...qq.Segment) (any, error) {
		return h.Do(t.Context(), qq.SendMessage{Chat: qq.GroupChat(club), Segments: s})
	}
	for _, seg := range []qq.Segment{
		&qq.Dice{}, &qq.RPS{}, &qq.MarketFace{ID: "a", Key: "b"}, &qq.Share{URL: "u", Title: "t"}, &qq.Location{}, &qq.Shake{}, &qq.XML{Payload: "x"},
		&qq.Forward{ID: "f"}, &qq.Forward{Nodes: []*qq.ForwardNode{{Sender: alice, Segments: qq.Segments{&qq.Dice{}}}}},
	} {
		if _, err := send(seg); !errors.Is(err, qq.ErrUnsupported) {
			t.Errorf("%s: %v", qq.SegmentKind(seg), err)
		}
	}
	if called > 0 {
		t.Errorf("%d calls were made", called)
	}
	v, err := send(&qq.Text{Text: "hi"}, &qq.Image{Media: qq.Media{ID: "stored"}})
	want := &qq.Sent{MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: 7}, Time: 9000}
	if diff := cmp.Diff(any(want), v); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func FuzzReadEvent(f *testing.F) {
	for _, c := range told {
		text, _ := Encoder{}.Encode(nil, &qq.Entry{Account: bot, Time: 1000, Event: c.event})
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := ReadEvent(text)
		if err != nil || h.Event == nil {
			return
		}
		if _, err := qq.EncodeEvent(h.Event); err != nil {
			t.Fatalf("%q cannot be stored: %v", text, err)
		}
	})
}
