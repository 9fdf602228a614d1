package milky

import "llbot/protocols/face"

// position is where an event stream is to begin: behind the Last-Event-ID that
// a reconnecting EventSource sends, or at ?since=. It answers false when since
// is no number.
func position(h *face.Head) (face.Position, bool) {
	if id := header(h, "Last-Event-ID"); id != "" {
		return face.LastEventID(id), true
	}
	since := parameter(h.Query, "since")
	if since == "" {
		return face.Position{}, true
	}
	return face.ParsePosition(since)
}
