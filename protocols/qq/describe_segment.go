package qq

import (
	"fmt"
	"strconv"
)

func describeSegment(seg Segment) string {
	switch seg := seg.(type) {
	case *Text:
		return seg.Text
	case *Mention:
		if seg.Name != "" {
			return "@" + seg.Name
		}
		return "@" + seg.User.String()
	case *MentionAll:
		return "@all"
	case *Reply:
		return fmt.Sprintf("[reply to %d]", seg.Seq)
	}
	if more := detail(seg); more != "" {
		return "[" + SegmentKind(seg) + " " + more + "]"
	}
	return "[" + SegmentKind(seg) + "]"
}

// detail is what is worth telling of a segment beside its kind.
func detail(seg Segment) string {
	switch seg := seg.(type) {
	case *Face:
		return seg.ID
	case *Image:
		return seg.Name
	case *Record:
		return seconds(seg.Duration)
	case *Video:
		return seconds(seg.Duration)
	case *File:
		return seg.Name
	case *FlashFile:
		return seg.Title
	case *Speech:
		return strconv.Quote(seg.Text)
	case *Forward:
		return seg.Title
	case *MarketFace:
		return seg.Summary
	case *Dice:
		return thrown(seg.Result)
	case *RPS:
		return thrown(seg.Result)
	case *Share:
		return seg.Title
	case *Music:
		return seg.Title
	case *Location:
		return seg.Title
	case *LightApp:
		return seg.App
	}
	return ""
}

func seconds(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " s"
}

func thrown(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
