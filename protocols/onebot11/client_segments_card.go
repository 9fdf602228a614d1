package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// receivedCard is for what QQ's clients draw as a card.
func receivedCard(p Piece) qq.Segment {
	switch p.Type {
	case "json":
		return lightApp(p.Get("data"))
	case "xml":
		return &qq.XML{Payload: p.Get("data")}
	case "markdown":
		return &qq.Markdown{Content: p.Get("content")}
	case "keyboard":
		return receivedKeyboard(p.Get("rows"))
	case "share":
		return &qq.Share{URL: p.Get("url"), Title: p.Get("title"), Content: p.Get("content"), Image: p.Get("image")}
	case "location":
		lat, _ := strconv.ParseFloat(p.Get("lat"), 64)
		lon, _ := strconv.ParseFloat(p.Get("lon"), 64)
		return &qq.Location{Latitude: lat, Longitude: lon, Title: p.Get("title"), Content: p.Get("content")}
	case "contact":
		if id, err := strconv.ParseInt(p.Get("id"), 10, 64); err == nil && p.Get("type") == "qq" {
			return &qq.Contact{User: qq.UserID(id)}
		} else if err == nil {
			return &qq.Contact{Group: qq.GroupID(id)}
		}
	case "music":
		return receivedMusic(p)
	case "mface":
		number, _ := strconv.ParseInt(p.Get("emoji_package_id"), 10, 64)
		return &qq.MarketFace{
			Package: number, ID: p.Get("emoji_id"), Key: p.Get("key"), Summary: p.Get("summary"), URL: p.Get("url"),
		}
	}
	return nil
}

// lightApp finds the app's name in the card's own text.
func lightApp(payload string) *qq.LightApp {
	card := &qq.LightApp{Payload: payload}
	var name string
	if wire.Check([]byte(payload)) == nil && wire.Unmarshal(wire.Member([]byte(payload), "app"), &name) == nil {
		card.App = name
	}
	return card
}

func receivedMusic(p Piece) qq.Segment {
	m := &qq.Music{
		Platform: p.Get("type"), ID: p.Get("id"), URL: p.Get("url"), Title: p.Get("title"), Audio: p.first("audio", "voice"),
		Singer: p.Get("singer"), Content: p.Get("content"), Image: p.Get("image"),
	}
	if m.Platform == "custom" {
		m.Platform = p.Get("subtype")
	}
	return m
}

// receivedKeyboard is nil for rows that cannot be read.
func receivedKeyboard(rows string) qq.Segment {
	var list []keyboardRow
	if (&Client{}).read([]byte(rows), &list) != nil {
		return nil
	}
	return &qq.Keyboard{Rows: each(list, func(r keyboardRow) qq.KeyboardRow {
		return qq.KeyboardRow{Buttons: each(r.Buttons, receivedButton)}
	})}
}

func receivedButton(b keyboardButton) qq.Button {
	a := b.Action
	return qq.Button{
		ID: b.ID, Label: b.Render.Label, VisitedLabel: b.Render.Visited, Style: b.Render.Style, Action: a.Type, Data: a.Data,
		Permission: a.Permission.Type, Roles: a.Permission.Roles, Users: a.Permission.Users, Unsupported: a.Unsupported,
		Reply: a.Reply, Enter: a.Enter,
	}
}
