package milky

import "llbot/protocols/qq"

// QQ's own numbers of the faces that stand for a die and for rock, paper,
// scissors.
const (
	diceFace = "358"
	rpsFace  = "359"
)

// inWords stands for segments that have no Milky form: QQ's face of a die or of
// rock, paper, scissors, and words for the rest. Buttons (qq.Keyboard) stand
// beside a markdown segment and are left out, and so is what this version does
// not know (qq.Raw).
func inWords(seg qq.Segment) Segment {
	switch seg := seg.(type) {
	case *qq.Dice:
		return Segment{"face", faceData{diceFace, true}}
	case *qq.RPS:
		return Segment{"face", faceData{rpsFace, true}}
	case *qq.Share:
		return text(words(seg.Title, seg.URL))
	case *qq.Music:
		return text(words(seg.Title, seg.URL))
	case *qq.Contact:
		if seg.Group != 0 {
			return bracketed("group", seg.Group.String())
		}
		return bracketed("contact", seg.User.String())
	case *qq.Location:
		return bracketed("location", words(seg.Title, seg.Content))
	case *qq.Poke:
		return bracketed("poke", seg.Name)
	case *qq.Shake:
		return bracketed("shake", "")
	case *qq.RedPacket:
		return bracketed("red packet", seg.Title)
	case *qq.FlashFile:
		return bracketed("flash file", seg.Title)
	case *qq.Speech:
		return text(seg.Text)
	case *qq.MarketFace:
		return bracketed("sticker", seg.Summary)
	case *qq.File:
		return bracketed("file", seg.Name)
	case *qq.Markdown:
		return text(seg.Content)
	case *qq.XML:
		return bracketed("card", "")
	}
	return Segment{}
}

func bracketed(kind, detail string) Segment { return text("[" + words(kind, detail) + "]") }

// words joins two texts, either of which may be empty.
func words(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
