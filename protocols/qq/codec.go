package qq

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// The stored form of events and segments is versioned, tagged JSON:
// {"v":1,"kind":"MemberMuted","data":{…}}. A kind that this version does not
// know is kept as UnknownEvent or Raw and written back as it was.
//
// The fields of data are those of the Go type under their json tags. They are
// named, so a field may be added at any time; one that a release has written
// keeps its name and its type for ever. Nothing but the lists EventKinds and
// SegmentKinds has to be told about a new kind: forms are compiled from types.
const codecVersion = 1

const (
	eventHead = `{"v":1,`
	kindHead  = `"kind":"`
	dataHead  = `","data":`
)

// tagged is what stands around the data of an event or a segment.
type tagged struct {
	Version int             `json:"v,omitempty"`
	Kind    string          `json:"kind"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// EncodeEvent writes the stored form of an event.
func EncodeEvent(e Event) ([]byte, error) { return AppendEvent(make([]byte, 0, 1024), e) }

// AppendEvent writes the stored form of an event behind dst: one JSON object,
// which holds no zero byte whatever is said in it. It fails when the data of an
// UnknownEvent or of a Raw is no JSON; dst comes back as it was then.
func AppendEvent(dst []byte, e Event) ([]byte, error) {
	start := len(dst)
	dst, err := appendEvent(append(dst, eventHead...), e)
	if err != nil {
		return dst[:start], fmt.Errorf("encode %T: %w", e, err)
	}
	return append(dst, '}'), nil
}

func appendEvent(dst []byte, e Event) ([]byte, error) {
	if u, ok := e.(*UnknownEvent); ok && u != nil {
		return appendTagged(dst, u.Kind, u.Data)
	}
	if m, ok := e.(*MessageReceived); ok && m != nil { // nearly all are
		return m.appendJSON(appendKind(dst, "MessageReceived"))
	}
	v := reflect.ValueOf(e)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return dst, errors.New("no event")
	}
	dst = appendKind(dst, EventKind(e))
	return formOf(v.Type()).append(dst, v.Elem())
}

// DecodeEvent reads the stored form of an event; the event keeps nothing of
// text. The error tells what is wrong with the text; an unknown kind is no
// error.
func DecodeEvent(text []byte) (Event, error) {
	if e, ok := readEvent(text); ok {
		return e, nil
	}
	return parseEvent(text)
}

// EventKind is the name of an event's type, e.g. "MemberMuted".
func EventKind(e Event) string {
	if u, ok := e.(*UnknownEvent); ok {
		return u.Kind
	}
	t := reflect.TypeOf(e)
	if f := forms().types[t]; f != nil {
		return f.name
	}
	return t.Elem().Name()
}

// EventKinds is one new value of every event there is. A new event is stored
// once it stands here.
func EventKinds() []Event {
	return []Event{
		&MessageReceived{}, &MessageRecalled{}, &FriendRequested{}, &FriendAdded{}, &FriendDeleted{},
		&GroupRequested{}, &MemberIncreased{}, &MemberDecreased{}, &GroupDisbanded{}, &AdminChanged{},
		&CardChanged{}, &MemberMuted{}, &GroupMuted{}, &StatusChanged{}, &EventsLost{},
		&Nudged{}, &NudgeRecalled{}, &PinChanged{}, &ReactionChanged{}, &EssenceChanged{},
		&FileUploaded{}, &TypingChanged{}, &GrayTip{}, &ButtonPressed{}, &FlashProgressed{},
		&GroupRenamed{}, &TitleChanged{}, &HonorGained{}, &LuckyKing{},
		&FriendChanged{}, &ProfileLiked{}, &ProfileChanged{}, &LoginProgressed{}, &DeviceChanged{},
	}
}

// SegmentKind is the name of a segment's type in lower case, e.g. "text" or
// "mention_all"; "" for what is no segment of this package.
func SegmentKind(s Segment) string {
	if raw, ok := s.(*Raw); ok {
		return raw.Kind
	}
	if f := forms().types[reflect.TypeOf(s)]; f != nil {
		return f.name
	}
	return ""
}

// SegmentKinds is one new value of every segment there is but Raw. A new
// segment is stored once it stands here.
func SegmentKinds() []Segment {
	return []Segment{
		&Text{}, &Mention{}, &MentionAll{}, &Face{}, &Reply{}, &Image{},
		&Record{}, &Video{}, &File{}, &FlashFile{}, &Speech{}, &Forward{},
		&MarketFace{}, &Dice{}, &RPS{}, &Shake{}, &Poke{}, &RedPacket{},
		&Share{}, &Music{}, &Contact{}, &Location{}, &LightApp{}, &XML{}, &Markdown{}, &Keyboard{},
	}
}

func newEvent(kind string) Event {
	e, _ := forms().events[kind].make().(Event)
	return e
}

func newSegment(kind string) Segment {
	s, _ := forms().segments[kind].make().(Segment)
	return s
}

// MarshalJSON writes the stored form of the content.
func (s Segments) MarshalJSON() ([]byte, error) { return appendSegments(nil, s) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Segments) UnmarshalJSON(text []byte) error {
	r := reader{text: text}
	if out, ok := r.segments(); ok && r.pos == len(text) {
		*s = out
		return nil
	}
	return s.parse(text)
}
