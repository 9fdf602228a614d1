package onebot11

import (
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

const filteredEvent = `{"time":1700000000,"self_id":10001,"post_type":"message","message_type":"group","user_id":20002,"raw_message":"Hello \"you\"\n好",` +
	`"message":[{"type":"at","data":{"qq":"20001"}},{"type":"text","data":{"text":"hi"}}],"sender":{"card":"Bobby","role":"admin","level":7.0},` +
	`"tags":["a","b"],"matrix":[[1,2],[3]],"nothing":null,"empty":[],"yes":true,"scores":[3,8],"list":[{"n":1,"s":"x"},{"n":5,"s":"y"}]}`

func TestFilters(t *testing.T) {
	for _, c := range []struct {
		query string
		want  bool
	}{
		{``, true}, {` `, true}, {`{}`, true},
		{`{"post_type":"message"}`, true}, {`{"post_type":"notice"}`, false}, {`{"post_type":"message","user_id":1}`, false},
		{`{"user_id":20002}`, true}, {`{"user_id":2.0002e4}`, true}, {`{"user_id":"20002"}`, false}, {`{"yes":true}`, true}, {`{"yes":false}`, false},
		{`{"raw_message":"Hello \"you\"\u000a\u597d"}`, true},
		{`{"sender":{"role":"admin","card":"Bobby","level":7}}`, true}, {`{"sender":{"role":"admin"}}`, false},
		{`{"sender.role":"admin"}`, true}, {`{"sender.role.x":"admin"}`, false}, {`{"sender.level":7}`, true},
		{`{"nothing":null}`, true}, {`{"missing":null}`, true}, {`{"yes":null}`, false}, {`{"user_id":{"$eq":20002}}`, true},
		{`{"user_id":{"$ne":20002}}`, false}, {`{"user_id":{"$ne":1}}`, true}, {`{"missing":{"$ne":1}}`, true},
		{`{"user_id":{"$in":[1,20002]}}`, true}, {`{"user_id":{"$in":[]}}`, false}, {`{"missing":{"$in":[null]}}`, true},
		{`{"user_id":{"$nin":[1,20002]}}`, false}, {`{"user_id":{"$nin":[1]}}`, true}, {`{"tags":{"$nin":["a"]}}`, false},
		{`{"user_id":{"$gt":20001,"$lt":20003}}`, true}, {`{"user_id":{"$gt":20002}}`, false}, {`{"user_id":{"$gte":20002,"$lte":20002}}`, true},
		{`{"user_id":{"$gt":"1"}}`, false}, {`{"post_type":{"$gt":"a"}}`, true}, {`{"missing":{"$lt":5}}`, false}, {`{"scores":{"$gt":7}}`, true},
		{`{"raw_message":{"$regex":"^hello"}}`, false}, {`{"raw_message":{"$regex":"^hello","$options":"i"}}`, true},
		{`{"raw_message":{"$options":"i","$regex":"YOU"}}`, true}, {`{"user_id":{"$regex":"2"}}`, false}, {`{"tags":{"$regex":"^b$"}}`, true},
		{`{"sender.card":{"$exists":true}}`, true}, {`{"nothing":{"$exists":true}}`, true}, {`{"missing":{"$exists":true}}`, false},
		{`{"missing":{"$exists":false}}`, true}, {`{"missing.deeper":{"$exists":false}}`, true},
		{`{"user_id":{"$not":{"$gt":5}}}`, false}, {`{"user_id":{"$not":{"$lt":5}}}`, true}, {`{"missing":{"$not":{"$lt":5}}}`, true},
		{`{"user_id":{"$not":20002}}`, false}, {`{"scores":{"$not":{"$gt":7}}}`, false},
		{`{"$or":[{"user_id":1},{"post_type":"message"}]}`, true}, {`{"$or":[{"user_id":1},{"user_id":2}]}`, false},
		{`{"$and":[{"user_id":20002},{"post_type":"message"}]}`, true}, {`{"$and":[{"user_id":20002},{"post_type":"x"}]}`, false},
		{`{"$nor":[{"user_id":1},{"post_type":"x"}]}`, true}, {`{"$nor":[{"user_id":20002}]}`, false}, {`{"$not":{"user_id":1}}`, true},
		{`{"user_id":{"$or":[1,{"$gt":20000}]}}`, true}, {`{"user_id":{"$nor":[1,{"$gt":20000}]}}`, false},
		{`{"tags":"a"}`, true}, {`{"tags":["a","b"]}`, true}, {`{"tags":["b","a"]}`, false}, {`{"matrix":[3]}`, true}, {`{"matrix":3}`, false},
		{`{"tags":{"$all":["b","a"]}}`, true}, {`{"tags":{"$all":["a","c"]}}`, false}, {`{"tags":{"$all":[]}}`, false}, {`{"post_type":{"$all":["message"]}}`, true},
		{`{"tags":{"$size":2}}`, true}, {`{"tags":{"$size":1}}`, false}, {`{"empty":{"$size":0}}`, true}, {`{"post_type":{"$size":0}}`, false},
		{`{"message.type":"at"}`, true}, {`{"message.type":"image"}`, false}, {`{"message.type":{"$ne":"at"}}`, false}, {`{"message.type":{"$ne":"image"}}`, true},
		{`{"message.0.type":"at"}`, true}, {`{"message.1.type":"at"}`, false}, {`{"message.9.type":"at"}`, false}, {`{"message.data.qq":"20001"}`, true},
		{`{"message":{"$elemMatch":{"type":"at","data.qq":"20001"}}}`, true}, {`{"message":{"$elemMatch":{"type":"text","data.qq":"20001"}}}`, false},
		{`{"scores":{"$elemMatch":{"$gt":2,"$lt":4}}}`, true}, {`{"scores":{"$elemMatch":{"$gt":4,"$lt":7}}}`, false}, {`{"scores":{"$gt":4,"$lt":7}}`, true},
		{`{"list":{"$elemMatch":{"n":1,"s":"y"}}}`, false}, {`{"list.n":1,"list.s":"y"}`, true}, {`{"list":{"$elemMatch":{"$or":[{"n":9},{"s":"y"}]}}}`, true},
		{`{"post_type":{"$elemMatch":{"x":1}}}`, false}, {`{"missing":{"$elemMatch":{"$ne":1}}}`, false},
	} {
		f, err := CompileFilter(c.query)
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
		} else if got := f.Passes([]byte(filteredEvent)); got != c.want {
			t.Errorf("%s: %v", c.query, got)
		}
	}
}

func TestBadFilters(t *testing.T) {
	for query, want := range map[string]string{
		`{`:                                   "not JSON",
		`[]`:                                  "must be an object, not an array",
		`5`:                                   "must be an object, not a number",
		`{"$where":"this.x"}`:                 "$where: $where would run code and is refused",
		`{"a":{"$where":"this.x"}}`:           "a.$where: $where would run code and is refused",
		`{"a":{"$near":1}}`:                   "a.$near: there is no operator $near",
		`{"$text":1}`:                         "$text: there is no operator $text",
		`{"a":{"$gt":1,"b":2}}`:               "a: must hold either operators or a value, not both",
		`{"a":{"$gt":null}}`:                  "a.$gt: must be a number or a string, not null",
		`{"a":{"$in":5}}`:                     "a.$in: must be an array, not a number",
		`{"a":{"$all":{}}}`:                   "a.$all: must be an array, not an object",
		`{"$or":{}}`:                          "$or: must be an array, not an object",
		`{"$or":[]}`:                          "$or: must hold a condition",
		`{"$or":[5]}`:                         "$or[0]: must be an object, not a number",
		`{"$and":[{"a":{"$regex":"("}}]}`:     "$and[0].a.$regex: cannot be read",
		`{"a":{"$regex":"x","$options":"g"}}`: "a.$options: must be made of i, m and s",
		`{"a":{"$options":"i"}}`:              "a.$options: belongs to $regex",
		`{"a":{"$exists":"perhaps"}}`:         "a.$exists: must be a boolean",
		`{"a":{"$size":"x"}}`:                 "a.$size: must be an integer",
		`{"a":{"$not":{"$x":1}}}`:             "a.$not.$x: there is no operator $x",
		`{"a":{"$elemMatch":5}}`:              "a.$elemMatch: must be an object, not a number",
		strings.Repeat(`{"$not":`, 70) + `{}` + strings.Repeat(`}`, 70): "nested deeper",
	} {
		if _, err := CompileFilter(query); err == nil || !strings.HasPrefix(err.Error(), "event filter: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
}

func mustFilter(t testing.TB, query string) Filter {
	t.Helper()
	f, err := CompileFilter(query)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEncodersWithOneFilterAreEqual(t *testing.T) {
	a, b := mustFilter(t, `{"user_id":1}`), mustFilter(t, `{"user_id":2}`)
	var first, same, other face.Encoder = Encoder{Filter: a}, Encoder{Filter: a}, Encoder{Filter: b}
	if first != same || first == other {
		t.Error("encoders do not compare as they should")
	}
	if (Encoder{Filter: mustFilter(t, "{}")}) != (Encoder{}) {
		t.Error("a filter that passes all makes a difference")
	}
}

func TestFilteredEventsAreNotEncoded(t *testing.T) {
	c := Encoder{Format: Array, Filter: mustFilter(t, `{"post_type":"message","group_id":{"$in":[300001]}}`)}
	for _, e := range []struct {
		event qq.Event
		want  bool
	}{
		{&qq.MessageReceived{Message: *groupMessage(&qq.Text{Text: "x"})}, true},
		{&qq.MessageReceived{Message: *friendMessage(&qq.Text{Text: "x"})}, false},
		{&qq.GroupMuted{Group: club}, false},
		{&qq.EventsLost{After: 5, Reason: "always told"}, true},
	} {
		text, ok := c.Encode([]byte("head"), entry(e.event))
		if ok != e.want || !ok && string(text) != "head" {
			t.Errorf("%T: %v %s", e.event, ok, text)
		}
	}
}

// Every kind of endpoint hands its filter to the encoder.
func TestEveryEndpointFilters(t *testing.T) {
	f := mustFilter(t, `{"user_id":1}`)
	r, err := Reverse(ReverseOptions{Filter: f})
	if err != nil {
		t.Fatal(err)
	}
	with := func(o *Options) { o.Filter = f }
	dir := fakeDirectory{{id: self}}
	for name, link := range map[string]face.Link{
		"ws": newSocket(t, with).Link(face.Talk{Account: self}, dir), "reverse": r.Link(dir[0]),
		"http": newHTTP(t, with).Link(face.Talk{Stream: true, Account: self}, dir),
	} {
		found := false
		for _, e := range link.Open(noon) {
			if s, ok := e.(face.Subscribe); ok {
				found = s.Variant.Encoder.(Encoder).Filter == f
			}
		}
		if !found {
			t.Errorf("%s has no filter", name)
		}
	}
	if Hook(HookOptions{Filter: f}).Encoder().(Encoder).Filter != f {
		t.Error("webhook has no filter")
	}
}

func FuzzFilter(f *testing.F) {
	for _, q := range []string{
		`{"a":{"$in":[1,"x",null]}}`, `{"$or":[{"a.b.0":{"$regex":"x","$options":"i"}}]}`, `{"a":{"$elemMatch":{"$not":{"$size":2}}}}`, `{"a":{"$all":[[]]}}`,
	} {
		f.Add([]byte(q), []byte(filteredEvent))
	}
	f.Fuzz(func(t *testing.T, query, event []byte) {
		filter, err := CompileFilter(string(query))
		if err != nil || !jsonObject(event) {
			return
		}
		not, err := CompileFilter(`{"$nor":[` + string(query) + `]}`)
		if err != nil { // "" is a filter and no query
			return
		}
		if filter.Passes(event) == not.Passes(event) {
			t.Errorf("%s and its contrary say the same about %s", query, event)
		}
	})
}

func jsonObject(text []byte) bool {
	return paramsObject(string(text)) != nil
}

func BenchmarkFilter(b *testing.B) {
	f := mustFilter(b, `{"post_type":"message","user_id":{"$in":[1,2,20002]},"message.type":{"$ne":"image"}}`)
	event := []byte(filteredEvent)
	b.ReportAllocs()
	for b.Loop() {
		f.Passes(event)
	}
}
