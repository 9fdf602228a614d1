package wire

import (
	"errors"
	"strings"
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"
)

type inner struct {
	Name string        `json:"name"`
	Note Optional[Str] `json:"note"`
}

type params struct {
	Text    string            `json:"text"`
	Flag    bool              `json:"flag"`
	Count   int64             `json:"count"`
	Ratio   float64           `json:"ratio"`
	Any     Raw               `json:"any"`
	One     inner             `json:"one"`
	Many    []inner           `json:"many"`
	Ids     []Int             `json:"ids"`
	Maybe   Optional[inner]   `json:"maybe"`
	Lenient Optional[Int]     `json:"lenient"`
	Switch  Optional[Bool]    `json:"switch"`
	Tags    Optional[[]Str]   `json:"tags"`
	Rest    Optional[Raw]     `json:"rest,omitempty"`
	Untold  int               // no tag: not a parameter
	Hidden  Optional[float64] `json:"-"`
}

func TestDecode(t *testing.T) {
	var got params
	err := (&Decoder{}).Decode([]byte(` {"text":"a\u00e9","flag":true,"count":7.0,"ratio":1.5,"any":{"x":[1]},"one":{"name":"n","note":5},
		"many":[{"name":"1"},{"name":"2","note":null}],"ids":[1,"2"],"maybe":null,"lenient":"12","switch":0,"tags":["a",1,true],
		"rest":[ 1 ],"unknown":{},"Untold":3} `), &got)
	want := params{
		Text: "a\u00e9", Flag: true, Count: 7, Ratio: 1.5, Any: Raw(`{"x":[1]}`), One: inner{"n", Optional[Str]{"5", true}},
		Many: []inner{{Name: "1"}, {Name: "2"}}, Ids: []Int{1, 2}, Lenient: Optional[Int]{12, true}, Switch: Optional[Bool]{false, true},
		Tags: Optional[[]Str]{[]Str{"a", "1", "true"}, true}, Rest: Optional[Raw]{Raw(`[ 1 ]`), true},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// What several actions take alike may be embedded: its fields are the action's.
func TestEmbeddedFields(t *testing.T) {
	type sharing struct {
		ID Int `json:"id"`
		inner
		Last Optional[Int] `json:"last"`
	}
	var got sharing
	err := new(Decoder).Decode([]byte(`{"last":3,"note":"x","name":"n","id":1}`), &got)
	want := sharing{1, inner{"n", Optional[Str]{"x", true}}, Optional[Int]{3, true}}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if err := new(Decoder).Decode([]byte(`{"note":[]}`), new(sharing)); err == nil || err.Error() != "note: must be a string, not an array; id: is required; name: is required" {
		t.Error(err)
	}
}

func TestEveryFaultIsListed(t *testing.T) {
	var p params
	err := (&Decoder{}).Decode([]byte(`{"text":1,"flag":"true","count":1.5,"ratio":"x","one":[],"many":[{"name":2},3,{}],"ids":{},
		"maybe":{"note":[]},"lenient":"x","switch":"maybe","tags":[null]}`), &p)
	faults, ok := errors.AsType[Faults](err)
	if !ok {
		t.Fatal(err)
	}
	want := []string{
		"text: must be a string, not a number", "flag: must be a boolean, not a string", "count: must be a whole number",
		"ratio: must be a number, not a string", "one: must be an object, not an array", "many[0].name: must be a string, not a number",
		"many[1]: must be an object, not a number", "many[2].name: is required", "ids: must be an array, not an object",
		"maybe.note: must be a string, not an array", "maybe.name: is required", "lenient: must be an integer, not other text",
		"switch: must be a boolean, not other text", "tags[0]: must be a string, not null", "any: is required",
	}
	if diff := cmp.Diff(want, strings.Split(faults.Error(), "; ")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecodeRefusesWhatIsNoObject(t *testing.T) {
	for text, want := range map[string]string{
		`[]`: "must be an object, not an array", `7`: "must be an object, not a number", `"x"`: "must be an object, not a string",
		`null`: "must be an object, not null", `true `: "must be an object, not a boolean",
	} {
		if err := (&Decoder{}).Decode([]byte(text), &inner{}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{``, `{`, `{"name":}`, strings.Repeat("[", 70)} {
		if err := (&Decoder{}).Decode([]byte(text), &inner{}); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestTheLastOfARepeatedKeyCounts(t *testing.T) {
	var p inner
	if err := (&Decoder{}).Decode([]byte(`{"name":"a","\u006eame":"b","note":1,"note":2}`), &p); err != nil || p.Name != "b" || p.Note.Value != "2" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestDecodedValuesAreCopies(t *testing.T) {
	text := []byte(`{"name":"abc","note":"def"}`)
	var p inner
	if err := (&Decoder{}).Decode(text, &p); err != nil {
		t.Fatal(err)
	}
	for i := range text {
		text[i] = 'x'
	}
	if p.Name != "abc" || p.Note.Value != "def" {
		t.Errorf("%+v", p)
	}
}

func scalar[T any](t *testing.T, text string) (T, string) {
	t.Helper()
	var p struct {
		V T `json:"v"`
	}
	err := (&Decoder{}).Decode([]byte(`{"v":`+text+`}`), &p)
	if err != nil {
		return p.V, strings.TrimPrefix(err.Error(), "v: ")
	}
	return p.V, ""
}

func TestInt(t *testing.T) {
	for text, want := range map[string]Int{
		`7`: 7, `"7"`: 7, `" 7 "`: 7, `-7`: -7, `"-7"`: -7, `7.0`: 7, `"7.0"`: 7, `7e2`: 700, `0`: 0, `-0`: 0, `4294967295`: 4294967295,
		`9223372036854775807`: 1<<63 - 1, `"9223372036854775807"`: 1<<63 - 1, `9007199254740992.0`: 1 << 53,
	} {
		if got, fault := scalar[Int](t, text); got != want || fault != "" {
			t.Errorf("%s: %d, %s", text, got, fault)
		}
	}
	for text, want := range map[string]string{
		`7.5`: "must be a whole number", `1e300`: "is out of range", `9223372036854775808`: "is out of range", `"x"`: "must be an integer, not other text",
		`""`: "must be an integer, not an empty string", `"  "`: "must be an integer, not an empty string", `"7x"`: "must be an integer, not other text",
		`"0x10p0"`: "must be an integer, not other text", `"Inf"`: "must be an integer, not other text", `"NaN"`: "must be an integer, not other text",
		`"1_0"`: "must be an integer, not other text", `true`: "must be an integer, not a boolean", `[1]`: "must be an integer, not an array",
		`{}`: "must be an integer, not an object", `null`: "is required",
	} {
		if got, fault := scalar[Int](t, text); fault != want {
			t.Errorf("%s: %d, %q, want %q", text, got, fault, want)
		}
	}
}

func TestStr(t *testing.T) {
	for text, want := range map[string]Str{`"a"`: "a", `7`: "7", `-1.50`: "-1.50", `12345678901234567890`: "12345678901234567890", `true`: "true", `""`: "", `"\u2028"`: "\u2028"} {
		if got, fault := scalar[Str](t, text); got != want || fault != "" {
			t.Errorf("%s: %q, %s", text, got, fault)
		}
	}
	for _, text := range []string{`[]`, `{}`, `null`} {
		if got, fault := scalar[Str](t, text); fault == "" {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestBool(t *testing.T) {
	for text, want := range map[string]Bool{
		`true`: true, `"true"`: true, `"True"`: true, `1`: true, `"1"`: true, `"yes"`: true,
		`false`: false, `"false"`: false, `0`: false, `"0"`: false, `"no"`: false, `""`: false,
	} {
		if got, fault := scalar[Bool](t, text); got != want || fault != "" {
			t.Errorf("%s: %v, %s", text, got, fault)
		}
	}
	for _, text := range []string{`2`, `"on"`, `[]`, `null`, `1.0`} {
		if got, fault := scalar[Bool](t, text); fault == "" {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestEveryIntegerIsReadBack(t *testing.T) {
	same := func(n int64) bool {
		text := string(MustMarshal(n))
		bare, fault := scalar[Int](t, text)
		quoted, fault2 := scalar[Int](t, `"`+text+`"`)
		strict, fault3 := scalar[int64](t, text)
		return fault+fault2+fault3 == "" && int64(bare) == n && int64(quoted) == n && strict == n
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

func TestOptionalOr(t *testing.T) {
	if (Optional[int]{}).Or(5) != 5 || (Optional[int]{Value: 0, Set: true}).Or(5) != 0 {
		t.Error("Or does not tell absent from zero")
	}
}

func TestAStructOfTooManyFieldsOrOddTypesIsAMistakeOfOurs(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	var p struct {
		M map[string]int `json:"m"`
	}
	_ = (&Decoder{}).Decode([]byte(`{"m":{}}`), &p)
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte(`{"text":"a","flag":true,"count":7,"ratio":1,"any":1,"one":{"name":"n"},"many":[],"ids":["1"]}`))
	f.Add([]byte(`{"maybe":{"name":null},"switch":"1","lenient":"0x1p4","tags":[1.0]}`))
	f.Add([]byte(`{"text":`))
	d := &Decoder{}
	f.Fuzz(func(t *testing.T, text []byte) {
		var p params
		err := d.Decode(text, &p)
		if _, ok := errors.AsType[Faults](err); err != nil && !ok {
			t.Fatalf("%q: %T %v", text, err, err)
		}
		if err == nil && Check(text) != nil {
			t.Fatalf("%q was taken", text)
		}
	})
}

// shape reads a value by hand.
type shape struct {
	keys   []string
	values []string
	kind   string
}

func (s *shape) DecodeWire(c Cursor) {
	s.kind = c.Kind()
	c.Members(func(key string, v Cursor) { s.keys = append(s.keys, key+"="+string(v.Raw)) })
	c.Each(func(v Cursor) { s.values = append(s.values, string(v.Raw)) })
	if v := c.Key("fail"); !v.Null() {
		v.Key("deep").Fault("is here")
	}
}

func TestShapesReadByHand(t *testing.T) {
	for text, want := range map[string]shape{
		`{"a": 1 ,"b":[ 2 ],"a":null}`: {keys: []string{"a=1", "b=[ 2 ]", "a=null"}, kind: "an object"},
		` [ 1 , "x" , {} ] `:           {values: []string{"1", `"x"`, "{}"}, kind: "an array"},
		`"s"`:                          {kind: "a string"},
		`-1`:                           {kind: "a number"},
		`false`:                        {kind: "a boolean"},
		`null`:                         {kind: "null"},
	} {
		var got shape
		if err := (&Decoder{}).Decode([]byte(text), &got); err != nil || !cmp.Equal(want, got, cmp.AllowUnexported(shape{})) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	err := (&Decoder{}).Decode([]byte(`{"fail":{}}`), &shape{})
	if err == nil || err.Error() != "fail.deep: is here" {
		t.Error(err)
	}
}

func TestTheLastKeyIsTheCursors(t *testing.T) {
	var found string
	c := Cursor{Raw: []byte(`{"a":1,"a":2,"b":3}`), faults: &Faults{}, decoder: &Decoder{}}
	if found = string(c.Key("a").Raw); found != "2" || !c.Key("none").Null() || c.Key("none").Kind() != "nothing" {
		t.Error(found)
	}
}

func TestALongListOfNonsenseGetsAShortAnswer(t *testing.T) {
	var p struct {
		Many []inner `json:"many"`
	}
	err := (&Decoder{}).Decode([]byte(`{"many":[`+strings.Repeat("1,", 100000)+`1]}`), &p)
	faults, _ := errors.AsType[Faults](err)
	if len(faults) != MaxFaults+1 || !strings.HasSuffix(err.Error(), "many[49]: must be an object, not a number; and there is more wrong") {
		t.Errorf("%d faults: %.3000s", len(faults), err)
	}
}
