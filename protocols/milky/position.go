package milky

import (
	"strconv"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// firstSN lies above every time in Unix milliseconds and below every number of
// the event log.
const firstSN = 100_000_000_000_000

// position is where an event stream is to begin: behind the Last-Event-ID that
// a reconnecting EventSource sends, or at ?since=. It answers false when since
// is no number; an event id that is none of ours is ignored.
func position(h *face.Head) (face.Position, bool) {
	if p, ok := parsePosition(header(h, "Last-Event-ID")); ok {
		return p, true
	}
	since := parameter(h.Query, "since")
	if since == "" {
		return face.Position{}, true
	}
	return parsePosition(since)
}

func parsePosition(text string) (face.Position, bool) {
	n, err := strconv.ParseUint(text, 10, 53)
	switch {
	case err != nil:
		return face.Position{}, false
	case n >= firstSN:
		return face.Position{Named: true, After: qq.SN(n)}, true
	}
	return face.Position{Named: true, Time: qq.Time(n)}, true
}
