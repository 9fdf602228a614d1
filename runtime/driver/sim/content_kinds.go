package sim

import (
	"errors"

	"llbot/protocols/qq"
)

// checkSaid is qq.CheckContent for a world in which the other side of QQ is
// played too: what an ordinary account only receives is let through here and
// judged by mayShow, when the sender is known.
func checkSaid(s qq.Segments) error {
	err := qq.CheckContent(s)
	if !errors.Is(err, qq.ErrUnsupported) {
		return err
	}
	masked := s.Clone()
	for i, seg := range masked {
		switch seg.(type) {
		case *qq.Markdown, *qq.Keyboard, *qq.RedPacket:
			masked[i] = &qq.Face{ID: "0"}
		}
	}
	return qq.CheckContent(masked)
}

// special copies a piece of the kinds that content itself does not know.
func (w *World) special(seg qq.Segment) (qq.Segment, error) {
	switch seg := seg.(type) {
	case *qq.Record:
		return w.record(seg)
	case *qq.Video:
		return w.video(seg)
	case *qq.Speech:
		return w.spoken(seg)
	case *qq.Forward:
		return w.forward(seg)
	case *qq.Music:
		return songCard(seg)
	case *qq.LightApp:
		return lightApp(clean(seg.Payload))
	}
	return plain(seg)
}

// plain copies what is nothing but text and numbers.
func plain(seg qq.Segment) (qq.Segment, error) {
	switch seg := seg.(type) {
	case *qq.MarketFace:
		return marketFace(seg), nil
	case *qq.Dice:
		return &qq.Dice{Result: seg.Result}, nil
	case *qq.RPS:
		return &qq.RPS{Result: seg.Result}, nil
	case *qq.Shake:
		return seg, nil
	case *qq.Poke:
		return &qq.Poke{Kind: seg.Kind, ID: seg.ID, Name: pokeName(seg.Kind, seg.ID)}, nil
	case *qq.Share:
		return &qq.Share{URL: clean(seg.URL), Title: clean(seg.Title), Content: clean(seg.Content), Image: clean(seg.Image)}, nil
	case *qq.Contact:
		return &qq.Contact{User: seg.User, Group: seg.Group}, nil
	case *qq.Location:
		return &qq.Location{Latitude: seg.Latitude, Longitude: seg.Longitude, Title: clean(seg.Title), Content: clean(seg.Content)}, nil
	case *qq.XML:
		return &qq.XML{Service: seg.Service, Payload: clean(seg.Payload)}, nil
	case *qq.Markdown:
		return &qq.Markdown{Content: clean(seg.Content)}, nil
	case *qq.RedPacket:
		return &qq.RedPacket{Title: clean(seg.Title)}, nil
	case *qq.Keyboard:
		return keyboard(seg)
	}
	return nil, qq.Errorf(qq.ErrUnsupported, "the simulated QQ cannot send a segment of kind %q", qq.SegmentKind(seg))
}

// marketFace adds the address at which QQ shows a sticker of its shop.
func marketFace(seg *qq.MarketFace) *qq.MarketFace {
	f := &qq.MarketFace{Package: seg.Package, ID: clean(seg.ID), Key: clean(seg.Key), Summary: clean(seg.Summary)}
	if len(f.ID) > 2 {
		f.URL = "https://gxh.vip.qq.com/club/item/parcel/item/" + f.ID[:2] + "/" + f.ID + "/raw300.gif"
	}
	return f
}

// pokeName is what OneBot's table calls a poke, "" for one that it lacks.
func pokeName(kind, id int) string {
	if kind == 126 {
		return map[int]string{2011: "宝贝球", 2007: "玫瑰花", 2006: "召唤术", 2009: "让你皮", 2005: "结印", 2004: "手雷",
			2003: "勾引", 2001: "抓一下", 2002: "碎屏"}[id]
	}
	names := [...]string{"", "戳一戳", "比心", "点赞", "心碎", "666", "放大招"}
	if kind >= 0 && kind < len(names) {
		return names[kind]
	}
	return ""
}
