package onebot11

import (
	"strings"

	"llbot/protocols/qq"
)

// Told is one event as a server told it. References in Event hold what the wire
// has: the server's message_id in ID, Seq where the dialect tells it, and a Chat
// that is none where only the id is known. People and groups in it are what the
// event itself says of them.
type Told struct {
	Kind  string    // the discriminators, e.g. "notice/notify/poke"
	Self  qq.UserID // whose event it is
	Time  qq.Time   // whole seconds
	SN    qq.SN     // the server's own number of the event, 0 when it has none
	Event qq.Event  // nil for lifecycle and heartbeats
	Flag  string    // requests: what the answer must name, as it was written
	Hello bool      // lifecycle connect
	Beat  *Beat     // heartbeat
}

// Beat is what a heartbeat says. Interval is in milliseconds, 0 when it is not
// told.
type Beat struct {
	Online, Good bool
	Interval     int64
}

// SeqFrom tells in which field a server writes QQ's own number of a message.
type SeqFrom uint8

// The fields: none of them; message_seq, or else real_id; real_seq.
const (
	SeqNowhere SeqFrom = iota
	SeqMessage
	SeqReal
)

// tellHead is what decides how an event is read.
type tellHead struct {
	Time    int64     `json:"time"`
	Self    qq.UserID `json:"self_id"`
	Post    string    `json:"post_type"`
	Meta    string    `json:"meta_event_type"`
	Message string    `json:"message_type"`
	Notice  string    `json:"notice_type"`
	Request string    `json:"request_type"`
	Sub     string    `json:"sub_type"`
	SN      qq.SN     `json:"_sn"`
}

// tell is one event while it is read.
type tell struct {
	*Client
	tellHead
	frame []byte
	seq   SeqFrom
}

// into reads the event's own fields.
func (t *tell) into(v any) { _ = t.read(t.frame, v) } // the head was read, so it is JSON

// Event reads one event; seq is where the server's messages tell their number.
// What this version does not know is an *qq.UnknownEvent with the frame in it.
// The error means that the frame is no event.
func (c *Client) Event(frame []byte, seq SeqFrom) (Told, error) {
	t := &tell{Client: c, frame: frame, seq: seq}
	if err := c.read(frame, &t.tellHead); err != nil {
		return Told{}, qq.Errorf(qq.ErrUpstream, "the event cannot be read: %w", err)
	}
	if t.Post == "" {
		return Told{}, qq.Errorf(qq.ErrUpstream, "the frame has no post_type")
	}
	told := Told{Kind: t.kind(), Self: t.Self, Time: seconds64(t.Time), SN: t.SN}
	switch t.Post {
	case "meta_event":
		t.meta(&told)
	case "message", "message_sent":
		told.Event = t.message()
	case "notice":
		told.Event = t.notice()
	case "request":
		told.Event, told.Flag = t.request()
	}
	if told.Event == nil && !told.Hello && told.Beat == nil {
		told.Event = &qq.UnknownEvent{Kind: "onebot11/" + told.Kind, Data: append([]byte(nil), frame...)}
	}
	return told, nil
}

func (t *tell) kind() string {
	parts := []string{t.Post}
	for _, p := range []string{t.Meta, t.Message, t.Notice, t.Request, t.Sub} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "/")
}

// seconds64 is a time of the wire; some servers write milliseconds where they
// do not know better.
func seconds64(n int64) qq.Time {
	const year5138 = 100_000_000_000
	if n > year5138 || n < -year5138 {
		return qq.Time(n)
	}
	return qq.Time(n * 1000)
}

func (t *tell) meta(told *Told) {
	switch t.Meta {
	case "lifecycle":
		told.Hello = true
	case "heartbeat":
		var e heartbeatEvent
		t.into(&e)
		told.Beat = &Beat{e.Status.Online, e.Status.Good, e.Interval}
	case "gap":
		var e gapEvent
		t.into(&e)
		told.Event = &qq.EventsLost{After: e.After, Next: e.Next, Reason: e.Reason}
	}
}
