package runtime_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// reason is what a failed call was told, without what belongs to the run.
func reason(a answer) string {
	text := a.text
	for _, path := range []string{"message", "wording"} {
		if found := word(a.at(path)); found != "" {
			text = found
			break
		}
	}
	return "fails: " + regexp.MustCompile(`"[^"]*"`).ReplaceAllString(text, "…")
}

func (s *sameness) diffText(what, want, got string) {
	var a, b any
	if json.Unmarshal([]byte(want), &a) != nil || json.Unmarshal([]byte(got), &b) != nil {
		if want != got {
			s.differ("%s: %q becomes %q", what, want, got)
		}
		return
	}
	s.diff(what, a, b)
}

// own are members that each server has of its own.
var own = []string{"sn", "_sn", "proxy_urls", "last_message_time", "stat"}

func (s *sameness) diff(path string, a, b any) {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(x)) {
			switch _, there := y[key]; {
			case slices.Contains(own, key):
			case !there:
				s.differ("%s.%s: missing", path, key)
			default:
				s.diff(path+"."+key, x[key], y[key])
			}
		}
		for key := range y {
			if _, there := x[key]; !there && !slices.Contains(own, key) {
				s.differ("%s.%s: %s", path, key, "only through the upstream")
			}
		}
		return
	case []any:
		y, ok := b.([]any)
		if !ok {
			break
		}
		if len(x) != len(y) {
			s.differ("%s: another number of entries", path)
			return
		}
		for i := range x {
			s.diff(path+".*", x[i], y[i])
		}
		return
	}
	x, isNumber := a.(float64)
	y, both := b.(float64)
	switch {
	case strings.HasSuffix(path, ".body.id"): // the log's number
	case isNumber && both && x > 1e9 && x < 1e10 && math.Abs(x-y) <= 2: // seconds of calls one after the other
	case isNumber && both && x > 1e12 && x != y && math.Abs(x-y) < 1000:
		face, _, _ := strings.Cut(path, " ")
		s.differ("%s: all instants in whole seconds", face)
	case !same(a, b):
		s.differ("%s: %s becomes %s", path, sortOf(a), sortOf(b))
	}
}

// same compares plain values; links may be signed at another time.
func same(a, b any) bool {
	x, isText := a.(string)
	y, both := b.(string)
	if isText && both {
		return signature.ReplaceAllString(x, "") == signature.ReplaceAllString(y, "")
	}
	return cmp.Equal(a, b)
}

// sortOf is what kind of value something is.
func sortOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if v == "" {
			return "empty text"
		}
		return "text"
	case float64:
		if v == 0 {
			return "0"
		}
		return "a number"
	case bool:
		return fmt.Sprint(v)
	case []any:
		return "a list"
	}
	return "an object"
}
