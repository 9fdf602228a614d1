package admin

import (
	"strconv"
	"strings"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// badPosition is what is said of a place that cannot be read.
func badPosition(text string) string {
	return strconv.Quote(text) + ` is no place in the log; it must be an age such as "2h" or "3d", a time such as "2006-01-02T15:04:05Z", Unix milliseconds, or the number of an event`
}

// position is a place in the event log: behind a number, or a time.
type position struct {
	after  qq.SN
	time   qq.Time
	isTime bool
}

// parsePosition reads a place in the event log as people and programs name it.
func parsePosition(text string, now qq.Time) (position, bool) {
	if n, ok := face.ParsePosition(text); ok {
		return position{after: n.After, time: n.Time, isTime: n.Time != 0}, true
	}
	if age, ok := parseAge(text); ok {
		return position{time: now - qq.Time(age.Milliseconds()), isTime: true}, true
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return position{time: qq.TimeOf(t), isTime: true}, true
	}
	return position{}, false
}

// parseAge reads a duration that may count days.
func parseAge(text string) (time.Duration, bool) {
	const day, most = 24 * time.Hour, 36500
	days, rest, counted := strings.Cut(text, "d")
	if !counted {
		d, err := time.ParseDuration(text)
		return d, err == nil && d >= 0
	}
	n, err := strconv.Atoi(days)
	if err != nil || n < 0 || n > most {
		return 0, false
	}
	if rest == "" {
		return time.Duration(n) * day, true
	}
	d, err := time.ParseDuration(rest)
	return time.Duration(n)*day + d, err == nil && d >= 0
}

// in is the number behind which the place lies. A time before the oldest event
// is the log's beginning.
func (p position) in(log EventLog) qq.SN {
	if p.isTime {
		return log.Seek(p.time)
	}
	return beginning(p.after, log)
}

// beginning is a number behind which to read: 0 is the oldest event that is
// held, wherever the log begins.
func beginning(after qq.SN, log EventLog) qq.SN {
	if after == 0 {
		return log.First() - 1
	}
	return after
}
