package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// sendableCard is sendableOf for cards.
func sendableCard(kind string) sendable {
	switch kind {
	case "json":
		return sendable{[]string{"data"}, decodeJSON}
	case "xml":
		return sendable{[]string{"data"}, decodeXML}
	case "share":
		return sendable{[]string{"url", "title", "content", "image"}, decodeShare}
	case "contact":
		return sendable{[]string{"type", "id"}, decodeContact}
	case "location":
		return sendable{[]string{"lat", "lon", "title", "content"}, decodeLocation}
	case "music":
		return sendable{
			[]string{"type", "subtype", "id", "url", "title", "audio", "voice", "content", "image", "singer"}, decodeMusic,
		}
	case "mface":
		return sendable{[]string{"emoji_package_id", "emoji_id", "key", "summary"}, decodeMarketFace}
	}
	return sendable{}
}

func decodeJSON(p Piece) (qq.Segment, flaw) {
	if !wire.Valid([]byte(p.Get("data"))) {
		return nil, flaw{"data", "must be the JSON text of a card"}
	}
	return &qq.LightApp{Payload: p.Get("data")}, flaw{}
}

func decodeXML(p Piece) (qq.Segment, flaw) {
	if p.Get("data") == "" {
		return nil, flaw{"data", "is required"}
	}
	return &qq.XML{Payload: p.Get("data")}, flaw{}
}

func decodeShare(p Piece) (qq.Segment, flaw) {
	for _, key := range []string{"url", "title"} {
		if p.Get(key) == "" {
			return nil, flaw{key, "is required"}
		}
	}
	return &qq.Share{URL: p.Get("url"), Title: p.Get("title"), Content: p.Get("content"), Image: p.Get("image")}, flaw{}
}

// decodeContact: any type but qq means a group.
func decodeContact(p Piece) (qq.Segment, flaw) {
	id, err := strconv.ParseInt(p.Get("id"), 10, 64)
	if err != nil || id <= 0 {
		return nil, flaw{"id", "must be the number of a person or a group"}
	}
	if p.Get("type") == "qq" {
		return &qq.Contact{User: qq.UserID(id)}, flaw{}
	}
	return &qq.Contact{Group: qq.GroupID(id)}, flaw{}
}

func decodeLocation(p Piece) (qq.Segment, flaw) {
	var at [2]float64
	for i, key := range []string{"lat", "lon"} {
		d, err := strconv.ParseFloat(p.Get(key), 64)
		if limit := 90 * float64(i+1); err != nil || !(d >= -limit && d <= limit) {
			return nil, flaw{key, "must be a number of degrees"}
		}
		at[i] = d
	}
	return &qq.Location{Latitude: at[0], Longitude: at[1], Title: p.Get("title"), Content: p.Get("content")}, flaw{}
}

// decodeMusic: a custom song stands for itself; go-cqhttp says voice for audio
// and puts the platform of a custom one under subtype.
func decodeMusic(p Piece) (qq.Segment, flaw) {
	platform := p.Get("type")
	if platform == "custom" {
		platform = p.Get("subtype")
	}
	switch platform {
	case "", "qq", "163", "kugou", "kuwo", "migu":
	default:
		return nil, flaw{"type", "must be qq, 163, kugou, kuwo, migu or custom"}
	}
	m := &qq.Music{
		Platform: platform, ID: p.Get("id"), URL: p.Get("url"), Title: p.Get("title"), Audio: p.first("audio", "voice"),
		Singer: p.Get("singer"), Content: p.Get("content"), Image: p.Get("image"),
	}
	switch {
	case m.ID != "" && platform != "" && p.Get("type") != "custom", m.URL != "" && m.Title != "":
		return m, flaw{}
	case m.URL != "":
		return nil, flaw{"title", "is required"}
	case platform != "" && p.Get("type") != "custom":
		return nil, flaw{"id", "is required, or url and title"}
	}
	return nil, flaw{"url", "is required"}
}

func decodeMarketFace(p Piece) (qq.Segment, flaw) {
	number, err := strconv.ParseInt(p.Get("emoji_package_id"), 10, 64)
	if err != nil {
		return nil, flaw{"emoji_package_id", "must be the number of a package of stickers"}
	}
	for _, key := range []string{"emoji_id", "key"} {
		if p.Get(key) == "" {
			return nil, flaw{key, "is required"}
		}
	}
	return &qq.MarketFace{Package: number, ID: p.Get("emoji_id"), Key: p.Get("key"), Summary: p.Get("summary")}, flaw{}
}

// unsendable tells why a type of OneBot's tables cannot be sent, "" for what
// is no type of theirs.
func unsendable(kind string) string {
	switch kind {
	case "node":
		return "messages to be forwarded are sent with send_forward_msg, send_group_forward_msg or send_private_forward_msg"
	case "gift":
		return "QQ has no free gifts any more"
	case "markdown", "keyboard":
		return "only QQ's official bots can send it"
	case "flash_file", "flashtransfer":
		return "flash transfers are made with upload_flash_file; their card can only be received"
	case "redbag":
		return "red packets can only be received"
	case "onlinefile":
		return "files sent from machine to machine are not covered"
	case "miniapp":
		return "make the card with get_mini_app_ark and send it as json"
	}
	return ""
}

// DecodePiece turns a segment that is to be sent into the inner language; nil
// for empty text and for a wish that may be ignored. When reason is not "", it
// tells what is wrong with the field key, or with the type when key is "".
func DecodePiece(p Piece) (s qq.Segment, key, reason string) {
	if way := sendableOf(p.Type); way.decode != nil {
		s, wrong := way.decode(p)
		if wrong != (flaw{}) {
			return nil, wrong.Key, wrong.Reason
		}
		return s, "", ""
	}
	if why := unsendable(p.Type); why != "" {
		return nil, "", "segments of type " + p.Type + " cannot be sent: " + why
	}
	return nil, "", "there is no segment type " + strconv.Quote(p.Type)
}
