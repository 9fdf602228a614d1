package runtime_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// conversation is what went over the wire, with everything taken out that
// differs from run to run.
type conversation struct{ text strings.Builder }

// changing are the things that differ from run to run: times, numbers made
// from them, 32-bit ids, addresses.
var changing = []struct {
	pattern     *regexp.Regexp
	replacement string
}{
	{regexp.MustCompile(`"(time|startup_time|group_create_time|join_time|last_sent_time|created_time|lastMessageTime|last_message_time|timestamp|created_at|updated_at|joined_at|message_seq|real_seq)":-?[1-9]\d*`), `"$1":0`},
	{regexp.MustCompile(`"(message_id|real_id)":-?[1-9]\d*`), `"$1":1`},
	{regexp.MustCompile(`"(sn|id)":\d{12,}`), `"$1":2`},
	{regexp.MustCompile(`(?m)^id: \d+$`), `id: 2`},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), `127.0.0.1:1`},
}

func (c *conversation) note(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	for _, ch := range changing {
		line = ch.pattern.ReplaceAllString(line, ch.replacement)
	}
	c.text.WriteString(line + "\n")
}

// golden compares with the file, or writes it with -update.
func (c *conversation) golden(t *testing.T, name string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(c.text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(c.text.String(), "\n")); d != "" {
		t.Errorf("%s:\n%s", name, d)
	}
}
