package onebot11

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"llbot/protocols/face"
)

// modelField is what one of NoneBot's models needs: a key and its JSON type. Its
// validator takes a number for no string, and null for nothing that must be.
type modelField struct{ key, kind string }

// modelFields reads "time:number flag:string" and the like.
func modelFields(text string) []modelField {
	var out []modelField
	for _, word := range strings.Fields(text) {
		key, kind, _ := strings.Cut(word, ":")
		out = append(out, modelField{key, kind})
	}
	return out
}

// noneBotModels are the models of nonebot's adapter for OneBot v11 by what they
// are chosen by: post_type, the type of that, sub_type. An event that does not
// fit is read by a lesser model, and no handler of its own is called.
var noneBotModels = map[string]string{
	"":                         "time:number self_id:number post_type:string",
	"message/private":          "sub_type:string user_id:number message_id:number message:content raw_message:string font:number sender:object",
	"message/group":            "sub_type:string user_id:number message_id:number message:content raw_message:string font:number sender:object group_id:number",
	"notice/group_upload":      "user_id:number group_id:number file.id:string file.name:string file.size:number file.busid:number",
	"notice/group_admin":       "sub_type:string user_id:number group_id:number",
	"notice/group_decrease":    "sub_type:string user_id:number group_id:number operator_id:number",
	"notice/group_increase":    "sub_type:string user_id:number group_id:number operator_id:number",
	"notice/group_ban":         "sub_type:string user_id:number group_id:number operator_id:number duration:number",
	"notice/friend_add":        "user_id:number",
	"notice/group_recall":      "user_id:number group_id:number operator_id:number message_id:number",
	"notice/friend_recall":     "user_id:number message_id:number",
	"notice/notify":            "sub_type:string user_id:number group_id:number",
	"notice/notify/poke":       "user_id:number target_id:number",
	"notice/notify/lucky_king": "user_id:number group_id:number target_id:number",
	"notice/notify/honor":      "user_id:number group_id:number honor_type:string",
	"request/friend":           "user_id:number flag:string comment:string",
	"request/group":            "sub_type:string group_id:number user_id:number flag:string comment:string",
	"meta_event/lifecycle":     "sub_type:string",
	"meta_event/heartbeat":     "status.online:boolean status.good:boolean interval:number",
}

// kindOf is the JSON type of a value; content is what a message may be.
func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case map[string]any:
		return "object"
	case []any:
		return "array"
	}
	return "null"
}

// reach follows a dotted path.
func reach(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// modelFaults is what keeps the event from the model that it is for. NoneBot
// reads no event with two kinds of type, nor one that has a sub_type alone.
func modelFaults(e map[string]any) (name string, faults []string) {
	path, types := []string{""}, 0
	path[0], _ = e["post_type"].(string)
	for _, key := range []string{"message_type", "notice_type", "request_type", "meta_event_type"} {
		if kind, _ := e[key].(string); kind != "" {
			path = append(path, kind)
			types++
		}
	}
	if types != 1 {
		faults = append(faults, "it has not one type")
	}
	if sub, _ := e["sub_type"].(string); sub != "" {
		path = append(path, sub)
	}
	for n := len(path); n > 0 && name == ""; n-- {
		if known := strings.Join(path[:n], "/"); noneBotModels[known] != "" {
			name = known
		}
	}
	needs := noneBotModels[""]
	if name != "" {
		needs += " " + noneBotModels[name]
	}
	for _, f := range modelFields(needs) {
		kind := kindOf(reach(e, f.key))
		if f.kind != kind && (f.kind != "content" || kind != "array" && kind != "string") {
			faults = append(faults, f.key+" is "+kind)
		}
	}
	return name, faults
}

// lesser are the events that NoneBot reads by a lesser model, as it does those
// of LLBot, which have the same fields.
var lesser = []string{"profile like"}

func TestEventsFitTheModelsOfNoneBot(t *testing.T) {
	used := map[string]bool{"": true}
	check := func(name string, text []byte) {
		var e map[string]any
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		model, faults := modelFaults(e)
		used[model] = true
		if (len(faults) > 0) != slices.Contains(lesser, name) {
			t.Errorf("%s: %q in %s", name, faults, text)
		}
		for _, key := range []string{"nickname", "sex", "card", "level", "role", "title"} { // a string, or absent
			if v := reach(e, "sender."+key); v != nil && kindOf(v) != "string" {
				t.Errorf("%s: sender.%s in %s", name, key, text)
			}
		}
		if list, ok := e["message"].([]any); ok {
			for _, s := range list {
				data, _ := reach(s, "data").(map[string]any)
				if kindOf(reach(s, "type")) != "string" || data == nil ||
					reach(s, "type") == "text" && kindOf(data["text"]) != "string" ||
					reach(s, "type") == "at" && kindOf(data["qq"]) != "string" ||
					reach(s, "type") == "reply" && (kindOf(data["id"]) != "string" || !digits(data["id"].(string))) {
					t.Errorf("%s: %v in %s", name, s, text)
				}
			}
		}
	}
	for _, c := range eventCases() {
		for _, format := range []MessageFormat{Array, String} {
			if text, ok := (Encoder{Format: format, OwnUploads: true}).Encode(nil, entry(c.event)); ok {
				check(c.name, text)
			}
		}
	}
	check("heartbeat", heartbeat(t.Context(), &fakeCaller{id: self}, noon, time.Minute))
	check("lifecycle", newSocket(t, nil).Link(face.Talk{Account: self}, fakeDirectory{{id: self}}).Open(noon)[0].(face.Send).Payload)
	for model := range noneBotModels {
		if !used[model] {
			t.Errorf("no event is for %s", model)
		}
	}
}

// The test of the models can fail.
func TestModelFaultsAreFound(t *testing.T) {
	for text, want := range map[string]string{
		`{"time":1,"self_id":1,"post_type":"request","request_type":"friend","user_id":1,"flag":5,"comment":""}`:                             "flag is number",
		`{"time":1,"self_id":1,"post_type":"meta_event","meta_event_type":"heartbeat","interval":5,"status":{"online":null,"good":true}}`:    "status.online is null",
		`{"time":1,"self_id":1,"post_type":"notice","notice_type":"notify","sub_type":"poke","user_id":1}`:                                   "target_id is null",
		`{"time":1,"self_id":1,"post_type":"notice","notice_type":"notify","sub_type":"new","user_id":1}`:                                    "group_id is null",
		`{"time":1,"self_id":1,"post_type":"notice","notice_type":"friend_add","message_type":"private","user_id":1}`:                        "it has not one type",
		`{"self_id":1,"post_type":"notice","notice_type":"unheard_of"}`:                                                                      "time is null",
		`{"time":1,"self_id":1,"post_type":"notice","notice_type":"group_recall","user_id":1,"group_id":1,"operator_id":2,"message_id":"3"}`: "message_id is string",
	} {
		var e map[string]any
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		if model, faults := modelFaults(e); !slices.Equal(faults, []string{want}) {
			t.Errorf("%s for %q: %q, want %q", text, model, faults, want)
		}
	}
}

// The calls that NoneBot's adapter and aiocqhttp have methods for, with every
// parameter that these take.
var pythonCalls = []actionCase{
	{"send_private_msg", `{"user_id":20001,"message":"x","auto_escape":false}`},
	{"send_group_msg", `{"group_id":300001,"message":"x","auto_escape":true}`},
	{"send_msg", `{"message_type":"private","user_id":20001,"group_id":null,"message":"x","auto_escape":false}`},
	{"delete_msg", `{"message_id":123456}`},
	{"get_msg", `{"message_id":123456}`},
	{"get_forward_msg", `{"id":"res1"}`},
	{"send_like", `{"user_id":20001,"times":1}`},
	{"set_group_kick", `{"group_id":300001,"user_id":20002,"reject_add_request":false}`},
	{"set_group_ban", `{"group_id":300001,"user_id":20002,"duration":1800}`},
	{"set_group_whole_ban", `{"group_id":300001,"enable":true}`},
	{"set_group_admin", `{"group_id":300001,"user_id":20002,"enable":true}`},
	{"set_group_card", `{"group_id":300001,"user_id":20002,"card":""}`},
	{"set_group_name", `{"group_id":300001,"group_name":"x"}`},
	{"set_group_leave", `{"group_id":300001,"is_dismiss":false}`},
	{"set_group_special_title", `{"group_id":300001,"user_id":20002,"special_title":"","duration":-1}`},
	{"set_friend_add_request", `{"flag":"u_bob","approve":true,"remark":""}`},
	{"set_group_add_request", `{"flag":"300001|901|1|0","sub_type":"add","approve":true,"reason":""}`},
	{"get_login_info", `{}`},
	{"get_stranger_info", `{"user_id":20001,"no_cache":false}`},
	{"get_friend_list", `{}`},
	{"get_group_info", `{"group_id":300001,"no_cache":false}`},
	{"get_group_list", `{}`},
	{"get_group_member_info", `{"group_id":300001,"user_id":20002,"no_cache":false}`},
	{"get_group_member_list", `{"group_id":300001}`},
	{"get_group_honor_info", `{"group_id":300001,"type":"all"}`},
	{"get_cookies", `{"domain":""}`},
	{"get_csrf_token", `{}`},
	{"get_credentials", `{"domain":""}`},
	{"get_record", `{"file":"a.silk","out_format":"mp3"}`},
	{"get_image", `{"file":"a.png"}`},
	{"can_send_image", `{}`},
	{"can_send_record", `{}`},
	{"get_status", `{}`},
	{"get_version_info", `{}`},
	{"clean_cache", `{}`},
}

// Both put parameters of their own beside those of the call: _timeout, self_id.
func TestPythonClientsMethodsWork(t *testing.T) {
	s := newSocket(t, nil)
	for _, c := range pythonCalls {
		params := paramsObject(c.params)
		params["_timeout"], params["self_id"] = json.RawMessage("30.0"), json.RawMessage("10001")
		for _, suffix := range []string{"", "_async"} { // aiocqhttp's answers to events end in it
			frame, err := json.Marshal(map[string]any{"action": c.name + suffix, "params": params, "echo": map[string]int{"seq": 7}})
			if err != nil {
				t.Fatal(err)
			}
			if got := answer(t, s, string(frame)); !strings.HasPrefix(got, `{"status":"ok","retcode":0,"data":`) || !strings.HasSuffix(got, `,"echo":{"seq":7}}`) {
				t.Errorf("%s: %s", frame, got)
			}
		}
	}
	for _, gone := range []string{"set_group_anonymous", "set_group_anonymous_ban", "set_restart"} {
		if got := answer(t, s, `{"action":"`+gone+`","echo":"1"}`); !strings.Contains(got, gone+" is not supported: ") {
			t.Errorf("%s: %s", gone, got)
		}
	}
}

// The segments as both build them: null for what was not said, numbers and
// booleans as text.
func TestPythonClientsSegmentsAreTaken(t *testing.T) {
	s := newSocket(t, nil)
	for _, segment := range []string{
		`{"type":"at","data":{"qq":"all"}}`,
		`{"type":"contact","data":{"type":"qq","id":"20001"}}`,
		`{"type":"contact","data":{"type":"group","id":"300001"}}`,
		`{"type":"dice","data":{}}`,
		`{"type":"rps","data":{}}`,
		`{"type":"shake","data":{}}`,
		`{"type":"face","data":{"id":"14"}}`,
		`{"type":"image","data":{"file":"base64://aGk=","type":null,"cache":"true","proxy":"true","timeout":null}}`,
		`{"type":"image","data":{"file":"http://h/a","type":"flash","cache":"1","proxy":"0","timeout":"5","destruct":"1"}}`,
		`{"type":"record","data":{"file":"http://h/a","magic":null,"cache":null,"proxy":null,"timeout":null}}`,
		`{"type":"video","data":{"file":"http://h/a","cache":"true","proxy":null,"timeout":5}}`,
		`{"type":"json","data":{"data":"{\"app\":\"x\"}"}}`,
		`{"type":"xml","data":{"data":"<a/>"}}`,
		`{"type":"location","data":{"lat":"39.9","lon":"116.25","title":null,"content":null}}`,
		`{"type":"music","data":{"type":"163","id":"7"}}`,
		`{"type":"music","data":{"type":"custom","url":"http://h","audio":"http://h/a","title":"t","content":null,"image":null}}`,
		`{"type":"share","data":{"url":"http://h","title":"t","content":null,"image":null}}`,
		`{"type":"reply","data":{"id":"123456"}}`,
		`{"type":"poke","data":{"type":"126","id":"2003"}}`,
	} {
		frame := `{"action":"send_msg","params":{"message_type":"group","user_id":20001,"group_id":300001,"message":[` + segment + `,{"type":"text","data":{"text":" x"}}]},"echo":"1"}`
		if got := answer(t, s, frame); !strings.Contains(got, `"message_id":`) {
			t.Errorf("%s: %s", segment, got)
		}
	}
	for _, node := range []string{
		`{"type":"node","data":{"id":"123456"}}`,
		`{"type":"node","data":{"user_id":"20001","nickname":"A","content":"a[CQ:face,id=14]"}}`,
		`{"type":"node","data":{"user_id":"20001","nickname":"A","content":[{"type":"text","data":{"text":"a"}}]}}`,
	} {
		frame := `{"action":"send_group_forward_msg","params":{"group_id":300001,"messages":[` + node + `]},"echo":"1"}`
		if got := answer(t, s, frame); !strings.Contains(got, `"message_id":`) {
			t.Errorf("%s: %s", node, got)
		}
	}
}

// aiocqhttp answers an event over the socket with the event as context, less
// its message, raw_message, comment and sender.
func TestAQuickOperationNeedsNoMessage(t *testing.T) {
	s := newSocket(t, nil)
	for name, reply := range map[string]string{"group": `{"reply":"hi","at_sender":false,"delete":true}`, "friend": `{"reply":"hi"}`, "ask": `{"approve":true}`, "join": `{"approve":false,"reason":"no"}`} {
		text, _ := (Encoder{Format: Array}).Encode(nil, quickEvents()[name])
		context := paramsObject(string(text))
		for _, key := range []string{"message", "raw_message", "comment", "sender"} {
			delete(context, key)
		}
		short, err := json.Marshal(context)
		if err != nil {
			t.Fatal(err)
		}
		frame := `{"action":".handle_quick_operation_async","params":{"self_id":10001,"context":` + string(short) + `,"operation":` + reply + `},"echo":{"seq":1}}`
		if got := answer(t, s, frame); !strings.HasPrefix(got, `{"status":"ok"`) {
			t.Errorf("%s: %s", frame, got)
		}
	}
}
