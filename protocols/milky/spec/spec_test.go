package spec

import (
	"strings"
	"testing"
)

func TestTheSchemaFindsFaults(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"user_id":10000,"nickname":"","sex":"male","qid":"","remark":"","category":{"category_id":0,"category_name":""}}`:         "minimum",
		`{"user_id":10001,"nickname":null,"sex":"male","qid":"","remark":"","category":{"category_id":0,"category_name":""}}`:       "want string",
		`{"user_id":10001,"nickname":"","sex":"both","qid":"","remark":"","category":{"category_id":0,"category_name":""}}`:         "must be one of",
		`{"user_id":10001,"nickname":"","sex":"male","qid":"","category":{"category_id":0,"category_name":""}}`:                     "missing property",
		`{"user_id":10001,"nickname":"","sex":"male","qid":"","remark":"","x":1,"category":{"category_id":0,"category_name":""}}`:   "additional properties",
		`{"user_id":10001,"nickname":"","sex":"male","qid":"","remark":"","category":{"category_id":0.5,"category_name":""}}`:       "want integer",
		`{"user_id":"10001","nickname":"","sex":"male","qid":"","remark":"","category":{"category_id":0,"category_name":""}}`:       "want integer",
		`{"user_id":10001,"nickname":"","sex":"male","qid":"","remark":"","category":{"category_id":0,"category_name":""}} {"a":1}`: "invalid character",
	} {
		if faults := strings.Join(s.Check("#/structs/FriendEntity", []byte(text)), "; "); !strings.Contains(faults, want) {
			t.Errorf("%s: faults %q, want %q", text, faults, want)
		}
	}
	if faults := s.Check("#/structs/IncomingSegment", []byte(`{"type":"text","data":{"text":1}}`)); len(faults) == 0 {
		t.Error("a segment that fits no variant passed")
	}
	if faults := s.Check("#/structs/IncomingSegment", []byte(`{"type":"mention_all","data":{}}`)); len(faults) != 0 {
		t.Error(faults)
	}
	if faults := s.Check("#/envelopes/api_failed", []byte(`{"status":"failed","retcode":0,"message":""}`)); len(faults) == 0 {
		t.Error("a failure with retcode 0 passed")
	}
}

func TestWholeAnswers(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for text, good := range map[string]bool{
		`{"status":"ok","retcode":0,"data":{"uin":10001,"nickname":""}}`:       true,
		`{"status":"ok","retcode":0,"data":{"uin":10001}}`:                     false,
		`{"status":"ok","retcode":0,"data":{"uin":10001,"nickname":"","x":1}}`: false,
		`{"status":"ok","retcode":1,"data":{"uin":10001,"nickname":""}}`:       false,
		`{"status":"failed","retcode":-404,"message":"no"}`:                    true,
		`{"status":"failed","retcode":0,"message":"no"}`:                       false,
		`[]`: false,
		`{`:  false,
	} {
		if faults := s.Response("get_login_info", []byte(text)); (len(faults) == 0) != good {
			t.Errorf("%s: %v", text, faults)
		}
	}
	if faults := s.Request("get_friend_info", []byte(`{"user_id":10001,"more":1}`)); len(faults) > 0 {
		t.Error(faults)
	}
	if faults := s.Event([]byte(`{"event_type":"bot_offline","time":1,"self_id":10001,"data":{"reason":""}}`)); len(faults) > 0 {
		t.Error(faults)
	}
}
