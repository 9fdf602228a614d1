package admin

import "llbot/protocols/wire"

// Segment is one piece of what is said, in OneBot's form: a type such as text,
// at, image or reply, and its data.
type Segment struct {
	Type string            `json:"type"`
	Data map[string]string `json:"data"`
}

// Message is a SayRequest's message made of segments.
func Message(segments []Segment) wire.Raw { return wire.MustMarshal(segments) }
