package runtime_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What differs from run to run in an example, and what it is replaced by; with
// %d, things that differ get numbers in the order in which they come.
var unsettled = []struct {
	pattern     *regexp.Regexp
	replacement string
}{
	{regexp.MustCompile(`_time":\d{9,}`), `_time":1767225600`},
	{regexp.MustCompile(`"time":\d{9,}`), `"time":1767225600`},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), `00000000-0000-4000-8000-%012d`},
	{regexp.MustCompile(`"announcement_id":"[0-9a-f]+"`), `"announcement_id":"65f0c0ffee"`},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), `127.0.0.1:3080`},
	{regexp.MustCompile(`\?e=\d+\\u0026s=[\w-]+`), `?e=1767232800\u0026s=signature`},
	{regexp.MustCompile(`skey=[^;"]+`), `skey=@secret`},
	{regexp.MustCompile(`"csrf_token":"\d+"`), `"csrf_token":"1234567890"`},
}

// settled is text as every run has it.
func settled(text string) string {
	for _, u := range unsettled {
		numbers := map[string]string{}
		text = u.pattern.ReplaceAllStringFunc(text, func(found string) string {
			if !strings.Contains(u.replacement, "%") {
				return u.replacement
			}
			if numbers[found] == "" {
				numbers[found] = fmt.Sprintf(u.replacement, len(numbers)+1)
			}
			return numbers[found]
		})
	}
	return text
}

// milkyExamples are the calls that the reference page shows, by API.
type milkyExamples map[string]milkyExample

type milkyExample struct {
	Request  json.RawMessage `json:"request"`
	Response json.RawMessage `json:"response"`
}

// note keeps the first call of an API.
func (e milkyExamples) note(api, request, response string) {
	if _, known := e[api]; !known {
		e[api] = milkyExample{json.RawMessage(request), json.RawMessage(response)}
	}
}

// golden holds the examples against those of the reference page, or writes them
// with -update.
func (e milkyExamples) golden(t *testing.T) {
	t.Helper()
	compact, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	again := milkyExamples{}
	if err := json.Unmarshal([]byte(settled(string(compact))), &again); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	encoder := json.NewEncoder(&got)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(again); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "protocols", "milky", "testdata", "examples.json")
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("%s is not what the server answers; write it with -update:\n%s", file, diff)
	}
}
