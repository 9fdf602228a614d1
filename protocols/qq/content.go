package qq

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// Alone tells whether QQ sends a segment as a message of its own; only a Reply
// may stand beside it.
func Alone(seg Segment) bool {
	switch seg.(type) {
	case *Record, *Video, *File, *Speech, *Forward, *MarketFace, *Dice, *RPS, *Shake, *Poke,
		*Share, *Music, *Contact, *Location, *LightApp, *XML:
		return true
	}
	return false
}

// ReceivedOnly tells whether a segment cannot be sent by an ordinary account.
func ReceivedOnly(seg Segment) bool {
	switch seg.(type) {
	case *FlashFile, *RedPacket, *Keyboard, *Markdown, *Raw:
		return true
	}
	return false
}

// CheckContent checks what somebody wants to say against the rules that hold
// in every chat: ErrInvalid names the first one that is broken. What depends on
// the chat (who is mentioned, what is quoted) is the driver's.
func CheckContent(s Segments) error { return checkContent(s, 0) }

func checkContent(s Segments, depth int) error {
	if len(s) > MaxMessageSegments {
		return Errorf(ErrInvalid, "a message of %d segments is longer than %d", len(s), MaxMessageSegments)
	}
	runes, quotes, alone := 0, 0, 0
	for _, seg := range s {
		switch seg := seg.(type) {
		case nil:
			return Errorf(ErrInvalid, "the message has a segment that is nothing")
		case *Text:
			runes += utf8.RuneCountInString(seg.Text)
		case *Reply:
			quotes++
		}
		if Alone(seg) {
			alone++
		}
		if err := checkSegment(seg, depth); err != nil {
			return err
		}
	}
	switch {
	case runes > MaxMessageText:
		return Errorf(ErrInvalid, "a message of %d characters is longer than %d", runes, MaxMessageText)
	case quotes > 1:
		return Errorf(ErrInvalid, "a message quotes one message, not %d", quotes)
	case len(s) == quotes:
		return Errorf(ErrInvalid, "the message is empty")
	case alone > 0 && len(s)-quotes > 1:
		return Errorf(ErrInvalid, "QQ sends a segment of kind %q alone", loneKind(s))
	}
	return nil
}

func loneKind(s Segments) string {
	for _, seg := range s {
		if Alone(seg) {
			return SegmentKind(seg)
		}
	}
	return ""
}

// checkSegment checks one piece by itself.
func checkSegment(seg Segment, depth int) error {
	if ReceivedOnly(seg) {
		return Errorf(ErrUnsupported, "a segment of kind %q can only be received", SegmentKind(seg))
	}
	wrong := ""
	switch seg := seg.(type) {
	case *Face:
		wrong = unless(seg.ID != "", "a face needs an id")
	case *MarketFace:
		wrong = unless(seg.ID != "" && seg.Key != "", "a sticker of the shop needs id and key")
	case *Dice:
		wrong = unless(seg.Result >= 0 && seg.Result <= 6, "a die shows 1 to 6")
	case *RPS:
		wrong = unless(seg.Result >= 0 && seg.Result <= 3, "rock, paper, scissors are 1 to 3")
	case *Speech:
		n := utf8.RuneCountInString(seg.Text)
		wrong = unless(n > 0 && n <= MaxSpeech, "a text to be read has 1 to "+strconv.Itoa(MaxSpeech)+" characters")
	case *Share:
		wrong = unless(seg.URL != "" && seg.Title != "", "a shared link needs url and title")
	case *Music:
		known := seg.Platform != "" && seg.ID != ""
		wrong = unless(known || seg.URL != "" && seg.Title != "", "a song needs platform and id, or url and title")
	case *Contact:
		wrong = unless((seg.User != 0) != (seg.Group != 0), "a contact is one person or one group")
	case *Location:
		inside := seg.Latitude >= -90 && seg.Latitude <= 90 && seg.Longitude >= -180 && seg.Longitude <= 180
		wrong = unless(inside, "a place lies within 90 degrees north or south and 180 east or west")
	case *LightApp:
		wrong = unless(json.Valid([]byte(seg.Payload)), "the card is no JSON")
	case *XML:
		wrong = unless(seg.Payload != "", "the card is empty")
	case *Forward:
		return checkForward(seg, depth)
	}
	if wrong != "" {
		return Errorf(ErrInvalid, "%s", wrong)
	}
	return nil
}

func unless(right bool, text string) string {
	if right {
		return ""
	}
	return text
}

func checkForward(f *Forward, depth int) error {
	switch {
	case f.ID != "" && len(f.Nodes) > 0:
		return Errorf(ErrInvalid, "a forward is named by its id or made of messages, not both")
	case f.ID == "" && len(f.Nodes) == 0:
		return Errorf(ErrInvalid, "a forward needs messages")
	case len(f.Nodes) > MaxForwardNodes:
		return Errorf(ErrInvalid, "a forward of %d messages is longer than %d", len(f.Nodes), MaxForwardNodes)
	case depth >= MaxForwardDepth:
		return Errorf(ErrInvalid, "forwards nest at most %d deep", MaxForwardDepth)
	case len(f.Preview) > MaxForwardPreview:
		return Errorf(ErrInvalid, "a forward shows at most %d lines, not %d", MaxForwardPreview, len(f.Preview))
	}
	for i, n := range f.Nodes {
		if n == nil {
			return Errorf(ErrInvalid, "message %d of the forward is nothing", i)
		}
		if n.Ref != nil {
			continue
		}
		if !n.Sender.Valid() {
			return Errorf(ErrInvalid, "message %d of the forward has no sender", i)
		}
		if err := checkContent(n.Segments, depth+1); err != nil {
			return Errorf(ErrInvalid, "message %d of the forward: %w", i, err)
		}
	}
	return nil
}
