package milky

import "llbot/protocols/face"

// position is where an event stream is to begin: behind the Last-Event-ID that
// a reconnecting EventSource sends, or at ?since=. It answers false when since
// is no number; an event id that is none of ours is ignored.
func position(h *face.Head) (face.Position, bool) {
	if p, ok := face.ParsePosition(header(h, "Last-Event-ID")); ok {
		return p, true
	}
	since := parameter(h.Query, "since")
	if since == "" {
		return face.Position{}, true
	}
	return face.ParsePosition(since)
}
