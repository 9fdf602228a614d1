package onebot11

import (
	"strings"
	"testing"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// What the clients that people use depend on, line by line. KO is koishi's
// adapter-onebot, NB nonebot's adapter for OneBot v11, ZB ZeroBot, AC aiocqhttp.

// asks is a request over a WebSocket and what the answer must hold.
type asks struct{ client, frame, want string }

func TestWhatClientsSendIsUnderstood(t *testing.T) {
	s := newSocket(t, nil)
	for _, c := range []asks{
		{"ZB: null params", `{"action":"get_login_info","params":null,"echo":1}`, `"data":{"user_id":10001,`},
		{"ZB: a number as echo", `{"action":"get_login_info","params":null,"echo":17}`, `,"echo":17}`},
		{"NB: a string as echo", `{"action":"get_login_info","params":{},"echo":"17"}`, `,"echo":"17"}`},
		{"AC: an object as echo", `{"action":"get_login_info","params":{},"echo":{"seq":5}}`, `,"echo":{"seq":5}}`},
		{"KO: asks for guilds before it goes online", `{"action":"get_guild_service_profile","echo":1}`, `"tiny_id":"0"`},
		{"KO: retcode 0 of _async", `{"action":"send_private_msg_async","params":{"user_id":20001,"message":"x"},"echo":1}`, `"retcode":0`},
		{"KO: ids past 32 bits are strings", `{"action":"get_stranger_info","params":{"user_id":"4294967296"},"echo":1}`, `"user_id":4294967296`},
		{"KO: deletes announcements", `{"action":"_del_group_notice","params":{"group_id":300001,"notice_id":"n1"},"echo":1}`, `"status":"ok"`},
		{"KO: forwarded messages by message_id", `{"action":"get_forward_msg","params":{"message_id":"res1"},"echo":1}`, `"data":{"messages":[`},
		{"NB: forwarded messages by id", `{"action":"get_forward_msg","params":{"id":"res1"},"echo":"1"}`, `"data":{"messages":[`},
		{"NB: all keys are there on failure", `{"action":"delete_msg","params":{},"echo":"1"}`, `{"status":"failed","retcode":1400,"data":null,"message":"message_id`},
		{"NB: segments with null data", `{"action":"send_group_msg","params":{"group_id":300001,"message":[{"type":"shake","data":null}]},"echo":"1"}`, `"message_id":654321`},
		{"NB: numbers inside segments", `{"action":"send_group_msg","params":{"group_id":300001,"message":[{"type":"at","data":{"qq":20002}}]},"echo":"1"}`, `"message_id":654321`},
		{"NB: unused fields are null", `{"action":"send_group_msg","params":{"group_id":300001,"message":[{"type":"image","data":{"file":"http://h/a","type":null,"cache":"true","timeout":null}}]},"echo":"1"}`, `"message_id":654321`},
		{"ZB: reads the card of a group", `{"action":"ArkSharePeer","params":{"group_id":300001},"echo":1}`, `"arkJson":"{`},
		{"ZB: group_id alone marks a chat as read", `{"action":"mark_group_msg_as_read","params":{"group_id":300001},"echo":1}`, `"status":"ok"`},
		{"ZB: names of folders", `{"action":"move_group_file","params":{"group_id":1,"file_id":"f","parent_folder_id":"/","target_folder_id":"/d"},"echo":1}`, `"status":"ok"`},
		{"Karin: user_ids", `{"action":"set_group_kick_members","params":{"group_id":1,"user_ids":[20001]},"echo":1}`, `"status":"ok"`},
	} {
		if got := answer(t, s, c.frame); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.client, got)
		}
	}
}

// NB reads a quoted message only with these.
func TestNoneBotCanReadAQuote(t *testing.T) {
	body := string(serve(newHTTP(t, nil), fakeDirectory{{id: self}}, face.Route{Name: "get_msg", Account: self}, `{"message_id":123456}`).Body)
	for _, key := range []string{"time", "message_type", "message_id", "real_id", "sender", "message"} {
		if !strings.Contains(body, `"`+key+`":`) {
			t.Errorf("no %s in %s", key, body)
		}
	}
}

// ZB takes self_id from the first frame, NB waits for lifecycle connect; NB
// reads no heartbeat whose online is null.
func TestTheFirstFrameAndTheHeartbeat(t *testing.T) {
	r, err := Reverse(ReverseOptions{Heartbeat: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	hello, ok := r.Link(&fakeCaller{id: self}).Open(noon)[0].(face.Send)
	if !ok || !strings.HasSuffix(string(hello.Payload), `"self_id":10001,"post_type":"meta_event","meta_event_type":"lifecycle","sub_type":"connect"}`) {
		t.Errorf("%s", hello.Payload)
	}
	for _, caller := range []*fakeCaller{{id: self}, {id: self, err: qq.Errorf(qq.ErrOffline, "")}} {
		beat := string(heartbeat(t.Context(), caller, noon, time.Minute))
		if !strings.Contains(beat, `"online":true`) && !strings.Contains(beat, `"online":false`) {
			t.Error(beat)
		}
	}
}
