package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what print writes with a file.
func golden(t *testing.T, name string, print func(io.Writer) error) {
	t.Helper()
	var out bytes.Buffer
	if err := print(&out); err != nil {
		t.Fatal(err)
	}
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("differs from %s:\n%s", path, out.String())
	}
}

// instant is the now of the golden files.
var instant = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)

// ago is a time of the golden files.
func ago(d time.Duration) qq.Time { return qq.TimeOf(instant.Add(-d)) }

func someTargets() []admin.TargetStatus {
	return []admin.TargetStatus{
		{Name: "forward/1234567890/my-bot", State: admin.StateAbsent, Cursor: 1763900000000007, Skipped: 3},
		{Name: "milky-webhook/1234567890", Kind: "webhook", Account: 1234567890, State: "up", Cursor: 1763900000000042, Delivered: new(uint64(7)), LastProof: ago(time.Second)},
		{Name: "onebot11-webhook/1234567890", Kind: "webhook", Account: 1234567890, State: "retrying", Cursor: 1763900000000012,
			Waiting: 30, Oldest: ago(95 * time.Second), Delivered: new(uint64(5)), Retries: 4, Refused: 2, Skipped: 1, Letters: 3, Dropped: 1, Tries: 4,
			NextTry: ago(-2500 * time.Millisecond), LastProof: ago(time.Hour), LastErrorAt: ago(time.Second),
			LastError: "Post \"http://localhost:8080\": dial tcp 127.0.0.1:8080: connect:\x1b[2J connection refused"},
		{Name: "onebot11-ws-reverse/1234567890", Kind: "reverse", Account: 1234567890, State: "open", Cursor: 1763900000000001,
			Waiting: 10000, WaitingMore: true, Oldest: ago(72 * time.Hour), Gaps: 1, OffLog: true, Replaying: 12, LastError: "404", LastErrorAt: ago(time.Minute)},
		{Name: "new/1234567890", Kind: "reverse", State: "live-only"},
	}
}

func TestTargetsTable(t *testing.T) {
	golden(t, "targets.txt", func(out io.Writer) error { return printTargets(out, someTargets(), instant) })
	golden(t, "targets_none.txt", func(out io.Writer) error { return printTargets(out, nil, instant) })
}

func TestTargetWhole(t *testing.T) {
	golden(t, "target.txt", func(out io.Writer) error {
		for _, one := range someTargets() {
			if err := printTarget(out, one, instant, time.UTC); err != nil {
				return err
			}
			if _, err := fmt.Fprintln(out); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestLettersTable(t *testing.T) {
	list := admin.LetterList{More: true, Letters: []admin.Letter{
		{Kind: "refused", SN: 1763900000000001, At: ago(time.Minute), Tries: 3, Status: 400, Reason: "answered 400 Bad Request", Time: ago(time.Hour), Type: "MessageReceived", Text: "group 123456 · Alice (10001): hello"},
		{Kind: "skipped", SN: 1763900000000002, At: ago(time.Minute), Reason: "older than 10m0s"},
	}}
	golden(t, "letters.txt", func(out io.Writer) error { return printLetters(out, "onebot11-webhook/1234567890", list, time.UTC) })
	golden(t, "letters_none.txt", func(out io.Writer) error {
		return printLetters(out, "onebot11-webhook/1234567890", admin.LetterList{}, time.UTC)
	})
}

func TestEventLines(t *testing.T) {
	e := admin.EventLine{SN: 1763900000000004, Time: ago(time.Hour), Account: 1234567890, Type: "MemberMuted",
		Text: "group 7: 10002 muted 10001 for 60 s", Event: []byte(`{"group":7,"seconds":60}`)}
	golden(t, "event.txt", func(out io.Writer) error {
		return errors.Join(printEvent(out, e, time.UTC), printWhole(out, e, time.UTC))
	})
}

func TestRedeliveringIsTold(t *testing.T) {
	for want, r := range map[string]admin.Redelivering{
		"redelivering 5 events to x, 20 a second":                      {Events: 5, Rate: 20},
		"redelivering more than 10000 events to x, as fast as they go": {Events: 10000, More: true},
		"there is nothing to redeliver to x":                           {Rate: 20},
		"2 events have left the log":                                   {Gone: 2},
	} {
		var out bytes.Buffer
		if err := printRedelivering(&out, "x", r); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%q, want %q", out.String(), want)
		}
	}
}

func TestLag(t *testing.T) {
	for want, age := range map[string]time.Duration{"1.2s": 1234 * time.Millisecond, "1m35s": 95 * time.Second, "47h": 47 * time.Hour, "9d": 220 * time.Hour, "0s": -time.Second} {
		if got := lag(admin.TargetStatus{Oldest: ago(age)}, instant); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestForeignTextIsPlain(t *testing.T) {
	for text, want := range map[string]string{"a\tb\n\x1b": "a b  ", "日本語です、": "日本語で…", "": "", "abcde": "abcde", "abcdef": "abcd…"} {
		if got := plain(text, 5); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Numbers are claimed for no event that has none.
func TestWhatWasSaidIsTold(t *testing.T) {
	var out bytes.Buffer
	err := printSaid(&out, admin.SayAnswer{Accepted: 3, Accounts: []admin.Heard{
		{Account: 10001, FirstSN: 7, LastSN: 9, Events: 3, Numbered: 3},
		{Account: 10002, FirstSN: 8, LastSN: 10, Events: 3, Numbered: 2},
		{Account: 10003, Events: 3},
	}})
	want := `accepted 3
account 10001 sees sn 7 to 9
account 10002 sees sn 8 to 10: 2 of 3 events; the others have no number yet, since the account is behind or stopped
account 10003: none of 3 events has a number yet; the account takes no events now (/readyz and the server's log may say why)
`
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
}
