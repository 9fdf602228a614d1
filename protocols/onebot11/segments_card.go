package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// encodeCard is for what QQ's clients draw as a card.
func encodeCard(s qq.Segment) Piece {
	switch s := s.(type) {
	case *qq.LightApp:
		return Piece{"json", []Field{str("data", s.Payload)}}
	case *qq.XML:
		return Piece{"xml", []Field{str("data", s.Payload)}}
	case *qq.Markdown:
		return Piece{"markdown", []Field{str("content", s.Content)}}
	case *qq.Keyboard:
		return Piece{"keyboard", []Field{lit("rows", wire.MustMarshal(encodeRows(s.Rows)))}}
	case *qq.Share:
		return Piece{"share", append([]Field{str("url", s.URL), str("title", s.Title)}, filled(str("content", s.Content), str("image", s.Image))...)}
	case *qq.Location:
		place := []Field{str("lat", degrees(s.Latitude)), str("lon", degrees(s.Longitude))}
		return Piece{"location", append(place, filled(str("title", s.Title), str("content", s.Content))...)}
	case *qq.Contact:
		if s.Group != 0 {
			return Piece{"contact", []Field{str("type", "group"), str("id", s.Group.String())}}
		}
		return Piece{"contact", []Field{str("type", "qq"), str("id", s.User.String())}}
	case *qq.Music:
		return encodeMusic(s)
	case *qq.MarketFace:
		return Piece{"mface", []Field{
			num("emoji_package_id", s.Package), str("emoji_id", s.ID), str("key", s.Key), str("summary", s.Summary), str("url", s.URL),
		}}
	}
	return Piece{}
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

func encodeMusic(s *qq.Music) Piece {
	return Piece{"music", append([]Field{str("type", choose(s.Platform != "", s.Platform, "custom"))}, filled(
		str("id", s.ID), str("url", s.URL), str("title", s.Title), str("audio", s.Audio), str("singer", s.Singer),
		str("content", s.Content), str("image", s.Image),
	)...)}
}

type keyboardRow struct {
	Buttons []keyboardButton `json:"buttons"`
}

type keyboardButton struct {
	ID     string       `json:"id"`
	Render buttonRender `json:"render_data"`
	Action buttonAction `json:"action"`
}

type buttonRender struct {
	Label   string `json:"label"`
	Visited string `json:"visited_label"`
	Style   int    `json:"style"`
}

type buttonAction struct {
	Type        qq.ButtonAction `json:"type"`
	Permission  buttonPermit    `json:"permission"`
	Unsupported string          `json:"unsupport_tips"` // the misspelt key is real
	Data        string          `json:"data"`
	Reply       bool            `json:"reply"`
	Enter       bool            `json:"enter"`
}

type buttonPermit struct {
	Type  qq.ButtonPermission `json:"type"`
	Roles []string            `json:"specify_role_ids"`
	Users []string            `json:"specify_user_ids"`
}

func encodeRows(rows []qq.KeyboardRow) []keyboardRow {
	return each(rows, func(r qq.KeyboardRow) keyboardRow {
		return keyboardRow{each(r.Buttons, func(b qq.Button) keyboardButton {
			permit := buttonPermit{b.Permission, list(b.Roles), list(b.Users)}
			return keyboardButton{
				b.ID, buttonRender{b.Label, b.VisitedLabel, b.Style},
				buttonAction{b.Action, permit, b.Unsupported, b.Data, b.Reply, b.Enter},
			}
		})}
	})
}

// each writes a list in another form; an empty one is [], never null.
func each[A, B any](in []A, form func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = form(a)
	}
	return out
}

// list is never null on the wire.
func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
