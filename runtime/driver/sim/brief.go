package sim

import (
	"strings"

	"llbot/protocols/qq"
)

// briefLimit is how many characters a line about a message has at most.
const briefLimit = 50

// brief is a message in one line, as QQ's lists show it.
func brief(s qq.Segments) string {
	var line strings.Builder
	for _, seg := range s {
		line.WriteString(briefOf(seg))
	}
	runes := []rune(strings.Join(strings.Fields(line.String()), " "))
	if len(runes) > briefLimit {
		return string(runes[:briefLimit]) + "…"
	}
	return string(runes)
}

func briefOf(seg qq.Segment) string {
	switch seg := seg.(type) {
	case *qq.Text:
		return seg.Text
	case *qq.Mention:
		return "@" + seg.Name + " "
	case *qq.MentionAll:
		return "@全体成员 "
	case *qq.Reply:
		return ""
	case *qq.Face:
		return "[表情]"
	case *qq.Image:
		return nameOr(seg.Summary, "[图片]")
	case *qq.MarketFace:
		return nameOr(seg.Summary, "[动画表情]")
	case *qq.Record:
		return "[语音]"
	case *qq.Video:
		return "[视频]"
	case *qq.File:
		return "[文件]" + seg.Name
	case *qq.Forward:
		return "[聊天记录]"
	case *qq.Dice:
		return "[骰子]"
	case *qq.RPS:
		return "[猜拳]"
	case *qq.Poke:
		return "[" + nameOr(seg.Name, "戳一戳") + "]"
	case *qq.Location:
		return "[位置]" + seg.Title
	case *qq.Share:
		return "[分享]" + seg.Title
	}
	return "[卡片消息]"
}

// nameOr is the name, or what stands for it when it is "".
func nameOr(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
