package qq

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// The stored form of events and segments is versioned, tagged JSON:
// {"v":1,"kind":"MemberMuted","data":{…}}. A kind that this version does not
// know is kept as UnknownEvent or Raw and written back as it was.
const codecVersion = 1

type tagged struct {
	Version int             `json:"v,omitempty"`
	Kind    string          `json:"kind"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// EncodeEvent writes the stored form of an event.
func EncodeEvent(e Event) ([]byte, error) {
	t := tagged{Version: codecVersion}
	if u, ok := e.(*UnknownEvent); ok {
		t.Kind, t.Data = u.Kind, u.Data
		return json.Marshal(t)
	}
	data, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", e, err)
	}
	t.Kind, t.Data = EventKind(e), data
	return json.Marshal(t)
}

// DecodeEvent reads the stored form of an event. The error tells what is wrong
// with the text; an unknown kind is no error.
func DecodeEvent(text []byte) (Event, error) {
	var t tagged
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("decode event: %w", err)
	}
	if t.Version != codecVersion {
		return nil, fmt.Errorf("decode event: version %d, want %d", t.Version, codecVersion)
	}
	e := newEvent(t.Kind)
	if e == nil {
		return &UnknownEvent{Kind: t.Kind, Data: t.Data}, nil
	}
	if err := json.Unmarshal(t.Data, e); err != nil {
		return nil, fmt.Errorf("decode event %s: %w", t.Kind, err)
	}
	return e, nil
}

// EventKind is the name of an event's type, e.g. "MemberMuted".
func EventKind(e Event) string {
	if u, ok := e.(*UnknownEvent); ok {
		return u.Kind
	}
	return reflect.TypeOf(e).Elem().Name()
}

// EventKinds is one new value of every event there is, for census tests.
func EventKinds() []Event {
	return []Event{
		&MessageReceived{}, &MessageRecalled{}, &FriendRequested{}, &FriendAdded{}, &FriendDeleted{},
		&GroupRequested{}, &MemberIncreased{}, &MemberDecreased{}, &GroupDisbanded{}, &AdminChanged{},
		&CardChanged{}, &MemberMuted{}, &GroupMuted{}, &StatusChanged{},
	}
}

func newEvent(kind string) Event {
	for _, e := range EventKinds() {
		if EventKind(e) == kind {
			return e
		}
	}
	return nil
}

// MarshalJSON writes the stored form of the content.
func (s Segments) MarshalJSON() ([]byte, error) {
	list := make([]tagged, len(s))
	for i, seg := range s {
		if raw, ok := seg.(*Raw); ok {
			list[i] = tagged{Kind: raw.Kind, Data: raw.Data}
			continue
		}
		data, err := json.Marshal(seg)
		if err != nil {
			return nil, fmt.Errorf("encode segment %d: %w", i, err)
		}
		list[i] = tagged{Kind: SegmentKind(seg), Data: data}
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Segments) UnmarshalJSON(text []byte) error {
	var list []tagged
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	if list == nil {
		*s = nil
		return nil
	}
	out := make(Segments, len(list))
	for i, t := range list {
		seg := newSegment(t.Kind)
		if seg == nil {
			out[i] = &Raw{Kind: t.Kind, Data: t.Data}
			continue
		}
		if err := json.Unmarshal(t.Data, seg); err != nil {
			return fmt.Errorf("segment %d (%s): %w", i, t.Kind, err)
		}
		out[i] = seg
	}
	*s = out
	return nil
}

// SegmentKind is the name of a segment's type in lower case, e.g. "text".
func SegmentKind(s Segment) string {
	switch s := s.(type) {
	case *Text:
		return "text"
	case *Mention:
		return "mention"
	case *MentionAll:
		return "mention_all"
	case *Face:
		return "face"
	case *Reply:
		return "reply"
	case *Image:
		return "image"
	case *Raw:
		return s.Kind
	}
	return ""
}

func newSegment(kind string) Segment {
	switch kind {
	case "text":
		return &Text{}
	case "mention":
		return &Mention{}
	case "mention_all":
		return &MentionAll{}
	case "face":
		return &Face{}
	case "reply":
		return &Reply{}
	case "image":
		return &Image{}
	}
	return nil
}
