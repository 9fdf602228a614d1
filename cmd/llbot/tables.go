package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"llbot/runtime/admin"
	"llbot/runtime/config"
)

// columns starts a table whose columns stand under each other.
func columns(out io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(out, 0, 0, 2, ' ', 0) }

// printTargets prints one line a target.
func printTargets(out io.Writer, list []admin.TargetStatus, now time.Time) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "There are no targets: no webhook, no reverse link, and no client that named itself with ?durable=NAME.")
		return err
	}
	w := columns(out)
	_, _ = fmt.Fprintln(w, "TARGET\tKIND\tSTATE\tCURSOR\tWAITING\tLAG\tRETRIES\tREFUSED\tSKIPPED\tLETTERS\tLAST ERROR")
	for _, t := range list {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%s\n", plain(t.Name, 80), or(t.Kind, "-"), t.State,
			cursor(t), waiting(t), lag(t, now), t.Retries, t.Refused, t.Skipped, t.Letters, or(plain(t.LastError, 60), "-"))
	}
	return w.Flush()
}

// printTarget prints everything of one target.
func printTarget(out io.Writer, t admin.TargetStatus, now time.Time, zone *time.Location) error {
	w := columns(out)
	row := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("target", "%s", plain(t.Name, 1024))
	row("kind", "%s", or(t.Kind, "-"))
	if t.Account != 0 {
		row("account", "%d", t.Account)
	}
	row("state", "%s", state(t))
	row("cursor", "%s", cursor(t))
	switch {
	case t.Waiting > 0:
		row("waiting", "%s events, the oldest for %s", waiting(t), lag(t, now))
	case t.State != admin.StateAbsent:
		row("waiting", "nothing")
	}
	if t.OffLog {
		row("", "older ones have left the log: they cannot be delivered")
	}
	if t.Replaying > 0 {
		row("replaying", "%d events to go", t.Replaying)
	}
	row("delivered", "%s", delivered(t))
	row("last proof", "%s", moment(t.LastProof, zone))
	row("retries", "%d", t.Retries)
	if t.Tries > 0 {
		row("in hand", "%d tries so far, the next at %s", t.Tries, moment(t.NextTry, zone))
	}
	row("refused", "%d", t.Refused)
	row("skipped", "%d", t.Skipped)
	row("letters", "%s", letters(t))
	if t.Gaps > 0 {
		row("gaps", "%d times events left the log before they were delivered", t.Gaps)
	}
	if t.LastError != "" {
		row("last error", "%s at %s", plain(t.LastError, 500), moment(t.LastErrorAt, zone))
	}
	return w.Flush()
}

// printLetters prints one line an event that a target did not get.
func printLetters(out io.Writer, name string, list admin.LetterList, zone *time.Location) error {
	if len(list.Letters) == 0 {
		_, err := fmt.Fprintf(out, "%s got everything, or it was redelivered.\n", plain(name, 80))
		return err
	}
	w := columns(out)
	_, _ = fmt.Fprintln(w, "SN\tTIME\tKIND\tTRIES\tSTATUS\tREASON\tEVENT")
	for _, l := range list.Letters {
		event := "(has left the log)"
		if l.Type != "" {
			event = l.Type + ": " + plain(l.Text, 80)
		}
		_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", l.SN, moment(l.Time, zone), l.Kind, count(l.Tries), count(l.Status), or(plain(l.Reason, 60), "-"), event)
	}
	if err := w.Flush(); err != nil || !list.More {
		return err
	}
	_, err := fmt.Fprintf(out, "There are more; read on with --after %d\n", list.Letters[len(list.Letters)-1].SN)
	return err
}

// printRedelivering says what is on its way.
func printRedelivering(out io.Writer, target string, r admin.Redelivering) error {
	events := strconv.Itoa(r.Events)
	if r.More {
		events = "more than " + events
	}
	pace := "as fast as they go"
	if r.Rate > 0 {
		pace = fmt.Sprintf("%d a second", r.Rate)
	}
	text := fmt.Sprintf("redelivering %s events to %s, %s, as long as llbot runs: what is left when it stops must be asked for again; \"llbot targets %s\" shows how it goes", events, target, pace, target)
	if r.Events == 0 {
		text = "there is nothing to redeliver to " + target
	}
	if r.Gone > 0 {
		text += fmt.Sprintf("\n%d events have left the log and cannot be redelivered; \"llbot targets drop\" strikes them off", r.Gone)
	}
	_, err := fmt.Fprintln(out, text)
	return err
}

func state(t admin.TargetStatus) string {
	switch t.State {
	case admin.StateAbsent:
		return "absent: known from an earlier start, nothing serves it now"
	case "open":
		return "open: it failed so often that only now and then a try is made"
	case "live-only":
		return "live-only: it never answers a Ping, so that nobody knows what it got"
	}
	return t.State
}

// delivered is how many deliveries were proven, "-" where nobody counts.
func delivered(t admin.TargetStatus) string {
	if t.Delivered == nil {
		return "-"
	}
	return fmt.Sprintf("%d since the start", *t.Delivered)
}

// letters counts what "targets letters" lists.
func letters(t admin.TargetStatus) string {
	text := strconv.Itoa(t.Letters)
	if t.Letters > 0 {
		text += "; \"llbot targets letters\" lists them"
	}
	if t.Dropped > 0 {
		text += fmt.Sprintf("; %d older ones made room", t.Dropped)
	}
	return text
}

func cursor(t admin.TargetStatus) string {
	if t.Cursor == 0 {
		return "-"
	}
	return strconv.FormatUint(uint64(t.Cursor), 10)
}

// waiting is how many events wait, counted as far as the server counts.
func waiting(t admin.TargetStatus) string {
	switch {
	case t.State == admin.StateAbsent:
		return "-"
	case t.WaitingMore || t.OffLog:
		return strconv.Itoa(t.Waiting) + "+"
	}
	return strconv.Itoa(t.Waiting)
}

// lag is how long the oldest event that waits does so.
func lag(t admin.TargetStatus, now time.Time) string {
	if t.Oldest == 0 {
		return "-"
	}
	age := max(0, now.Sub(t.Oldest.Std()))
	switch {
	case age < time.Minute:
		return age.Round(100 * time.Millisecond).String()
	case age < 48*time.Hour:
		return config.ShowDuration(age.Round(time.Second))
	}
	return strconv.Itoa(int(age/(24*time.Hour))) + "d"
}

func count(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// plain is foreign text for a cell of a table: one line of at most so many
// characters, nothing in it that moves the cursor.
func plain(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
