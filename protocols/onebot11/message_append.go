package onebot11

import (
	"slices"
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Messages are most of all events, and each is encoded once for all who hear
// it: while few do, that is most of what it costs. So they are written without
// the library; the tests hold every byte to what it would write.

// appendMessage writes a message event; false when there is nothing to show.
func appendMessage(dst []byte, self qq.UserID, m *qq.Message, format MessageFormat) ([]byte, bool) {
	v := messageAround(self, m, format)
	out := v.appendHead(dst)
	out, v.Raw = messageForm{format}.append(out, m.Segments)
	if v.Raw == "" {
		return dst, false
	}
	return v.appendTail(out), true
}

// append writes segments in the endpoint's format, and answers them as CQ text.
func (f messageForm) append(dst []byte, segments qq.Segments) (_ []byte, text string) {
	if only, ok := onlyText(segments); ok {
		text = escapeText.Replace(only)
		if f.format == String {
			return wire.AppendString(dst, text), text
		}
		dst = append(dst, `[{"type":"text","data":{"text":`...)
		return append(wire.AppendString(dst, only), "}}]"...), text
	}
	pieces := EncodeSegments(segments)
	text = FormatCQ(pieces)
	switch {
	case f.format == String:
		dst = wire.AppendString(dst, text)
	case slices.ContainsFunc(segments, foreign):
		dst = append(dst, wire.MustMarshal(wire.Raw(FormatArray(pieces)))...)
	default:
		dst = appendArray(dst, pieces)
	}
	return dst, text
}

// foreign tells what holds JSON that somebody else has written, with blanks and
// escapes of his own.
func foreign(s qq.Segment) bool {
	_, raw := s.(*qq.Raw)
	return raw
}

// onlyText is the text of content that is nothing else, as most is.
func onlyText(segments qq.Segments) (string, bool) {
	if len(segments) != 1 {
		return "", false
	}
	text, ok := segments[0].(*qq.Text)
	if !ok || text.Text == "" {
		return "", false
	}
	return text.Text, true
}

// appendHead writes what stands before the content.
func (v *messageEvent) appendHead(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"time":`...), v.Time, 10)
	b = strconv.AppendInt(append(b, `,"self_id":`...), int64(v.SelfID), 10)
	b = wire.AppendString(append(b, `,"post_type":`...), v.PostType)
	b = wire.AppendString(append(b, `,"message_type":`...), v.MessageType)
	b = wire.AppendString(append(b, `,"sub_type":`...), v.SubType)
	b = strconv.AppendInt(append(b, `,"message_id":`...), int64(v.ID), 10)
	b = strconv.AppendInt(append(b, `,"message_seq":`...), v.Seq, 10)
	b = strconv.AppendInt(append(b, `,"user_id":`...), int64(v.User), 10)
	return append(b, `,"message":`...)
}

// appendTail writes what stands behind the content, but for what only faults
// are looked for with.
func (v *messageEvent) appendTail(b []byte) []byte {
	b = wire.AppendString(append(b, `,"raw_message":`...), v.Raw)
	b = wire.AppendString(append(b, `,"message_format":`...), v.Format)
	b = strconv.AppendInt(append(b, `,"font":`...), int64(v.Font), 10)
	b = append(b, `,"sender":`...)
	switch s := v.Sender.(type) {
	case memberSender:
		b = s.append(b)
	case tempSender:
		b = s.append(b)
	case friendSender:
		b = append(s.append(b), '}')
	}
	if v.Group != 0 {
		b = strconv.AppendInt(append(b, `,"group_id":`...), int64(v.Group), 10)
	}
	if v.GroupName != nil {
		b = wire.AppendString(append(b, `,"group_name":`...), *v.GroupName)
	}
	if v.TempSource != nil {
		b = strconv.AppendInt(append(b, `,"temp_source":`...), int64(*v.TempSource), 10)
	}
	if v.Target != 0 {
		b = strconv.AppendInt(append(b, `,"target_id":`...), v.Target, 10)
	}
	return append(b, '}')
}

// append leaves the object open.
func (s friendSender) append(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"user_id":`...), int64(s.User), 10)
	return wire.AppendString(append(b, `,"nickname":`...), s.Nickname)
}

func (s tempSender) append(b []byte) []byte {
	b = append(friendSender{s.User, s.Nickname}.append(b), `,"group_id":`...)
	return append(strconv.AppendInt(b, int64(s.Group), 10), '}')
}

func (s memberSender) append(b []byte) []byte {
	b = friendSender{s.User, s.Nickname}.append(b)
	b = wire.AppendString(append(b, `,"card":`...), s.Card)
	b = wire.AppendString(append(b, `,"role":`...), s.Role)
	b = wire.AppendString(append(b, `,"level":`...), s.Level)
	return append(wire.AppendString(append(b, `,"title":`...), s.Title), '}')
}
