package runtime_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"llbot/protocols/onebot11"
)

// scriptFile holds the conversations; its head says how it is written.
const scriptFile = "testdata/onebot_actions.txt"

// onePixel is the smallest picture, oneTone the smallest sound.
var (
	onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
	oneTone  = base64.StdEncoding.EncodeToString(append([]byte("RIFF\x64\x03\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x40\x03\x00\x00"), make([]byte, 832)...))
)

// turn is one step of the conversations: what the bot asks, or what somebody
// does, with what came of it.
type turn struct {
	line   int
	before string // comments and empty lines ahead of it
	who    string // the number of who does it, "" for the bot
	name   string // an action, or a deed
	params string
	notes  []note
	answer string
	events []string
	raw    onebot11.Example // what was really asked and answered
}

// note is a part of the answer, or of the events, that later steps name.
type note struct{ name, path string }

// readScript reads the file; what stands behind the last step is lost.
func readScript(t *testing.T) []*turn {
	t.Helper()
	text, err := os.ReadFile(scriptFile)
	if err != nil {
		t.Fatal(err)
	}
	var turns []*turn
	before := ""
	for i, line := range strings.Split(string(text), "\n") {
		mark, rest, _ := strings.Cut(line, " ")
		if mark == ">" || mark == "@" {
			next := &turn{line: i + 1, before: before}
			if mark == "@" {
				next.who, rest, _ = strings.Cut(rest, " ")
			}
			next.name, next.params, _ = strings.Cut(rest, " ")
			turns, before = append(turns, next), ""
			continue
		}
		if line == "" || mark == "#" {
			before += line + "\n"
			continue
		}
		if len(turns) == 0 {
			t.Fatalf("%s:%d: %q stands before the first step", scriptFile, i+1, line)
		}
		last := turns[len(turns)-1]
		switch mark {
		case "$":
			name, path, _ := strings.Cut(rest, " = ")
			last.notes = append(last.notes, note{name, path})
		case "<":
			last.answer = rest
		case "*":
			last.events = append(last.events, rest)
		default:
			t.Fatalf("%s:%d: %q is nothing that can stand there", scriptFile, i+1, line)
		}
	}
	return turns
}

// text is the step as the file has it.
func (s *turn) text() string {
	var b strings.Builder
	b.WriteString(s.before)
	if s.who == "" {
		fmt.Fprintf(&b, "> %s %s\n", s.name, s.params)
	} else {
		fmt.Fprintf(&b, "@ %s %s %s\n", s.who, s.name, s.params)
	}
	for _, n := range s.notes {
		fmt.Fprintf(&b, "$ %s = %s\n", n.name, n.path)
	}
	if s.answer != "" {
		b.WriteString("< " + s.answer + "\n")
	}
	for _, e := range s.events {
		b.WriteString("* " + e + "\n")
	}
	return b.String()
}

// scrubber makes what differs from run to run the same, and keeps what must be
// the same the same: a message_id is M1 wherever it stands, a UUID U1.
type scrubber struct {
	noted []string // names and values by turns, the latest first
	names map[string]string
	count map[string]int
}

// chancy are the values that chance makes, by where they stand, with the letter
// of their names. Keys are not told apart: some change from second to second.
var chancy = []struct {
	letter string
	place  *regexp.Regexp
}{
	{"M", regexp.MustCompile(`"message_id":([1-9]\d*)`)},
	{"U", regexp.MustCompile(`([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`)},
	{"N", regexp.MustCompile(`"notice_id":"([0-9a-f]+)"`)},
	{"L", regexp.MustCompile(`qfile\.qq\.com/q/([0-9a-f]+)`)},
	{"KEY", regexp.MustCompile(`key=([\w@-]+)`)},
	{"KEY", regexp.MustCompile(`"(?:bkn|token|csrf_token|clientkey)\\*":\\*"?([\w-]+)`)},
}

var (
	uuids     = chancy[1].place
	tokens    = regexp.MustCompile(`[\w@-]+`)
	numbers   = regexp.MustCompile(`\d+`)
	addresses = regexp.MustCompile(`http://127\.0\.0\.1:\d+/media/([0-9a-f]{8})[0-9a-f]*\?[^"\\,\]]*`)
	dates     = regexp.MustCompile(`"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d"`)
)

// fill puts the noted values in.
func (c *scrubber) fill(params string) string {
	for i := 0; i+1 < len(c.noted); i += 2 {
		params = strings.ReplaceAll(params, "$"+c.noted[i], c.noted[i+1])
	}
	return strings.NewReplacer("PIXEL", onePixel, "TONE", oneTone).Replace(params)
}

func (c *scrubber) note(name, value string) { c.noted = append([]string{name, value}, c.noted...) }

// scrub is a text of the wire as the file has it.
func (c *scrubber) scrub(text string) string {
	text = addresses.ReplaceAllString(text, "http://media/$1")
	text = dates.ReplaceAllString(text, "TIME")
	for _, kind := range chancy {
		for _, found := range kind.place.FindAllStringSubmatch(text, -1) {
			switch {
			case kind.letter == "KEY":
				c.names[found[1]] = kind.letter
			case c.names[found[1]] == "":
				c.count[kind.letter]++
				c.names[found[1]] = kind.letter + strconv.Itoa(c.count[kind.letter])
			}
		}
	}
	text = uuids.ReplaceAllStringFunc(text, func(id string) string { return c.names[id] })
	text = tokens.ReplaceAllStringFunc(text, func(token string) string { return cmp.Or(c.names[token], token) })
	return numbers.ReplaceAllStringFunc(text, func(digits string) string {
		n, _ := strconv.ParseInt(digits, 10, 64)
		if isNow(n) || isNow(n/1000) {
			return "TIME"
		}
		return digits
	})
}

// isNow tells whether a number may be a second of these weeks.
func isNow(n int64) bool {
	d := time.Until(time.Unix(n, 0))
	return d > -24*time.Hour && d < 31*24*time.Hour
}
