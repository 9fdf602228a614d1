package spec

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// damages are everything that can be put in the place of one value of v, or
// that can be taken out of it, one at a time.
func damages(v any, put func(any), see func()) {
	for _, wrong := range []any{nil, json.Number("-1"), "text", []any{}, map[string]any{}} {
		put(wrong)
		see()
	}
	put(v)
	switch v := v.(type) {
	case map[string]any:
		for key, e := range v {
			damages(e, func(x any) { v[key] = x }, see)
			delete(v, key)
			see()
			v[key] = e
		}
		v["x_more"] = "x"
		see()
		delete(v, "x_more")
	case []any:
		for i, e := range v {
			damages(e, func(x any) { v[i] = x }, see)
		}
	}
}

// TestUnionsJudgeTheSame as the schema itself, of right values and of each with
// one thing wrong.
func TestUnionsJudgeTheSame(t *testing.T) {
	fast, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	slow, err := load(func(v any) any { return v })
	if err != nil {
		t.Fatal(err)
	}
	seen, wrong := 0, 0
	for _, name := range []string{"message_receive.temp", "message_receive.friend", "group_mute", "friend_request", "group_invitation"} {
		text, err := os.ReadFile(filepath.Join("..", "testdata", "events", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		event, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		compare := func() {
			seen++
			one, other := fast.Faults("#/structs/Event", event), slow.Faults("#/structs/Event", event)
			if (len(one) == 0) != (len(other) == 0) {
				said, _ := json.Marshal(event)
				t.Fatalf("%s\nfast: %v\nslow: %v", said, one, other)
			}
			if len(one) > 0 {
				wrong++
			}
		}
		compare()
		damages(event, func(x any) { event = x }, compare)
	}
	if seen < 300 || wrong < 200 || wrong == seen {
		t.Errorf("%d values, %d of them wrong", seen, wrong)
	}
}
