package runtime_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// held holds a text to the written one.
func held(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(text, "\n")); diff != "" {
		t.Errorf("%s: run the test with -update (-want +got):\n%s", file, diff)
	}
}

func clipped(text string) string {
	const most = 80
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

// differences lists what two JSON texts say differently, one path a line.
func differences(t *testing.T, want, got string) string {
	t.Helper()
	a, b := leaves(t, want), leaves(t, got)
	paths := slices.Sorted(maps.Keys(a))
	for path := range b {
		if _, both := a[path]; !both {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	var out strings.Builder
	for _, path := range paths {
		was, had := a[path]
		is, has := b[path]
		switch {
		case had && !has:
			fmt.Fprintf(&out, "  - %s = %s\n", path, clipped(was))
		case !had:
			fmt.Fprintf(&out, "  + %s = %s\n", path, clipped(is))
		case was != is:
			fmt.Fprintf(&out, "  ~ %s = %s, alone %s\n", path, clipped(is), clipped(was))
		}
	}
	return out.String()
}

// leaves are the values of a JSON text by their paths. What no two servers say
// alike is masked: times near now, addresses and signatures of links.
func leaves(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	var tree any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		out["(text)"] = text
		return out
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, member := range v {
				walk(path+"."+key, member)
			}
		case []any:
			for i, member := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), member)
			}
		default:
			var leaf bytes.Buffer
			encoder := json.NewEncoder(&leaf)
			encoder.SetEscapeHTML(false)
			_ = encoder.Encode(v)
			out[path] = masked(strings.TrimSuffix(leaf.String(), "\n"))
			if secrets.MatchString(path) && len(out[path]) > 2 {
				out[path] = "<made>"
			}
		}
	}
	walk("", tree)
	return out
}

var (
	ownHost   = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)
	signature = regexp.MustCompile(`\?e=[0-9]+&(amp;)?s=[-_0-9A-Za-z]+`)
	made      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|https://qfile.qq.com/q/[0-9a-f]+|&rkey=[-_0-9A-Za-z]+`)
	// secrets are members that a login or a clock makes.
	secrets  = regexp.MustCompile(`(cookies|bkn|token|csrf_token|clientkey|notice_id|announcement_id|arkMsg|arkJson|timestamp|sign)$`)
	stamp    = regexp.MustCompile(`^"?[0-9]{10,13}"?$`)
	signed   = regexp.MustCompile(`[-_0-9A-Za-z]{32,}|[0-9]{10,13}`)
	calendar = regexp.MustCompile(`20[0-9]{2}-[0-9]{2}-[0-9]{2}[ T][0-9:]{8}`)
)

func masked(leaf string) string {
	if stamp.MatchString(leaf) {
		n, _ := strconv.ParseInt(strings.Trim(leaf, `"`), 10, 64)
		if len(strings.Trim(leaf, `"`)) == 13 {
			n /= 1000
		}
		const near = 400 * 24 * time.Hour
		if d := time.Since(time.Unix(n, 0)); d < near && d > -near {
			return "<time>"
		}
	}
	leaf = signature.ReplaceAllString(leaf, "")
	leaf = made.ReplaceAllString(leaf, "<made>")
	leaf = calendar.ReplaceAllString(leaf, "<time>")
	if strings.HasPrefix(leaf, `"{`) { // a signed card
		leaf = signed.ReplaceAllString(leaf, "<made>")
	}
	return ownHost.ReplaceAllString(leaf, "http://host")
}
