package onebot11

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// flaw is what is wrong with a segment: with the field Key, or with the type
// when that is "". The zero flaw is none.
type flaw struct{ Key, Reason string }

// sendable is a type of segment that can be sent: the fields that are read of
// it, and how.
type sendable struct {
	keys   []string
	decode func(Piece) (qq.Segment, flaw)
}

// sendableOf finds a type; the decode of what cannot be sent is nil.
func sendableOf(kind string) sendable {
	switch kind {
	case "text":
		return sendable{[]string{"text"}, decodeText}
	case "at":
		return sendable{[]string{"qq", "target", "name"}, decodeAt}
	case "face":
		return sendable{[]string{"id", "sub_type", "type"}, decodeFace}
	case "reply":
		return sendable{[]string{"id", "seq", "text"}, decodeReply}
	case "image":
		return sendable{[]string{"file", "url", "summary", "subType", "sub_type"}, decodeImage}
	case "cardimage":
		return sendable{[]string{"file"}, decodeImage}
	case "record":
		return sendable{[]string{"file", "url"}, decodeRecord}
	case "video":
		return sendable{[]string{"file", "url", "cover", "thumb"}, decodeVideo}
	case "file":
		return sendable{[]string{"file", "url", "name"}, decodeFile}
	case "forward":
		return sendable{[]string{"id"}, decodeForward}
	case "tts":
		return sendable{[]string{"text"}, decodeSpeech}
	case "dice":
		return sendable{[]string{"result", "value"}, decodeDice}
	case "rps":
		return sendable{[]string{"result", "value"}, decodeRPS}
	case "shake":
		return sendable{[]string{}, func(Piece) (qq.Segment, flaw) { return &qq.Shake{}, flaw{} }}
	case "poke":
		return sendable{[]string{"type", "id", "qq"}, decodePoke}
	case "anonymous":
		return sendable{[]string{"ignore"}, decodeAnonymous}
	}
	return sendableCard(kind)
}

// decodeText answers nil for empty text.
func decodeText(p Piece) (qq.Segment, flaw) {
	if text := p.Get("text"); text != "" {
		return &qq.Text{Text: text}, flaw{}
	}
	return nil, flaw{}
}

// decodeAt also takes go-cqhttp's target.
func decodeAt(p Piece) (qq.Segment, flaw) {
	who := p.first("qq", "target")
	if who == "all" {
		return &qq.MentionAll{}, flaw{}
	}
	user, err := strconv.ParseInt(who, 10, 64)
	if err != nil || user <= 0 {
		return nil, flaw{"qq", `must be a QQ number or "all"`}
	}
	return &qq.Mention{User: qq.UserID(user), Name: p.Get("name")}, flaw{}
}

// decodeFace: type=sticker is go-cqhttp's word for the large form.
func decodeFace(p Piece) (qq.Segment, flaw) {
	id := p.Get("id")
	if n, err := strconv.Atoi(id); err != nil || n < 0 {
		return nil, flaw{"id", "must be the number of a face"}
	}
	large := p.Get("sub_type") == strconv.Itoa(largeFace) || p.Get("type") == "sticker"
	return &qq.Face{ID: id, Large: large}, flaw{}
}

// decodeReply: without an id, seq is NapCat's and go-cqhttp's way to name a
// message of the same chat. What go-cqhttp's text claims was said counts for
// nothing: QQ no longer shows a quote of words that nobody said.
func decodeReply(p Piece) (qq.Segment, flaw) {
	if p.Get("id") == "" && p.Get("seq") != "" {
		seq, err := strconv.ParseInt(p.Get("seq"), 10, 64)
		if err != nil || seq <= 0 {
			return nil, flaw{"seq", "must be a message_seq"}
		}
		return &qq.Reply{MessageRef: qq.MessageRef{Seq: seq}}, flaw{}
	}
	id, ok := messageID(p.Get("id"))
	switch {
	case !ok && p.Get("text") != "" && p.Get("id") == "":
		return nil, flaw{"id", "is required, or seq: words that nobody said cannot be quoted"}
	case !ok:
		return nil, flaw{"id", "must be a message_id"}
	}
	return &qq.Reply{MessageRef: qq.MessageRef{ID: id}}, flaw{}
}

// messageID reads a message_id that was written as text.
func messageID(text string) (qq.MessageID, bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id == 0 || id < math.MinInt32 || id > math.MaxInt32 {
		return 0, false
	}
	return qq.MessageID(id), true
}

func decodeImage(p Piece) (qq.Segment, flaw) {
	m, wrong := p.blob("url", "file")
	if wrong != (flaw{}) {
		return nil, wrong
	}
	sticker := p.first("subType", "sub_type") == "1"
	return &qq.Image{Media: m, Sticker: sticker, Summary: p.Get("summary")}, flaw{}
}

func decodeRecord(p Piece) (qq.Segment, flaw) {
	m, wrong := p.blob("url", "file")
	return &qq.Record{Media: m}, wrong
}

// decodeVideo: cover is go-cqhttp's name of the still, thumb NapCat's.
func decodeVideo(p Piece) (qq.Segment, flaw) {
	m, wrong := p.blob("url", "file")
	v := &qq.Video{Media: m}
	if wrong == (flaw{}) && p.first("cover", "thumb") != "" {
		var thumb qq.Media
		thumb, wrong = p.blob("cover", "thumb")
		v.Thumb = &thumb
	}
	return v, wrong
}

func decodeFile(p Piece) (qq.Segment, flaw) {
	m, wrong := p.blob("url", "file")
	if m.Name = p.Get("name"); m.Name == "" {
		m.Name = baseName(m.URI)
	}
	if wrong == (flaw{}) && strings.ContainsAny(m.Name, `/\`) {
		wrong = flaw{"name", badName}
	}
	return &qq.File{Media: m}, wrong
}

// badName is what is told of a file's name that might be a path.
const badName = "must be a name without slashes"

// blob reads the blob that the first of the keys with a value names; the last
// one is blamed when there is none.
func (p Piece) blob(keys ...string) (qq.Media, flaw) {
	key := keys[len(keys)-1]
	if i := slices.IndexFunc(keys, func(k string) bool { return p.Get(k) != "" }); i >= 0 {
		key = keys[i]
	}
	uri, ok := mediaURI(p.Get(key))
	if !ok {
		return qq.Media{}, flaw{key, badSource}
	}
	return qq.Media{URI: uri}, flaw{}
}

// first is the first value that is not "".
func (p Piece) first(keys ...string) string {
	for _, key := range keys {
		if v := p.Get(key); v != "" {
			return v
		}
	}
	return ""
}

func decodeForward(p Piece) (qq.Segment, flaw) {
	if p.Get("id") == "" {
		return nil, flaw{"id", "is required"}
	}
	return &qq.Forward{ID: qq.ForwardID(p.Get("id"))}, flaw{}
}

func decodeSpeech(p Piece) (qq.Segment, flaw) {
	if p.Get("text") == "" {
		return nil, flaw{"text", "is required"}
	}
	return &qq.Speech{Text: p.Get("text")}, flaw{}
}

func decodeDice(p Piece) (qq.Segment, flaw) {
	n, wrong := p.thrown(6)
	return &qq.Dice{Result: n}, wrong
}

func decodeRPS(p Piece) (qq.Segment, flaw) {
	n, wrong := p.thrown(3)
	return &qq.RPS{Result: n}, wrong
}

// thrown is the wished result of a throw, 0 for none; value is go-cqhttp's
// name.
func (p Piece) thrown(sides int) (int, flaw) {
	for _, key := range []string{"result", "value"} {
		text := p.Get(key)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > sides {
			return 0, flaw{key, "must be a number from 1 to " + strconv.Itoa(sides) + ", or 0 to let QQ throw"}
		}
		return n, flaw{}
	}
	return 0, flaw{}
}

// decodeAnonymous answers nil where the rest may go out under the account's own
// name. Where that was not said nothing is sent: it would tell who wrote it.
func decodeAnonymous(p Piece) (qq.Segment, flaw) {
	switch strings.ToLower(p.Get("ignore")) {
	case "1", "true", "yes":
		return nil, flaw{}
	}
	return nil, flaw{"ignore", "must be 1: QQ no longer has anonymous chat, so the message can only be sent under the account's own name"}
}

// decodePoke: with qq it is a nudge, which Content takes out of messages.
func decodePoke(p Piece) (qq.Segment, flaw) {
	if p.Get("qq") != "" {
		return nil, flaw{"qq", "somebody can be nudged in a message only; use the action send_poke, group_poke or friend_poke"}
	}
	kind, err := strconv.Atoi(p.Get("type"))
	if err != nil {
		return nil, flaw{"type", "must be the number of a kind of poke"}
	}
	id, err := strconv.Atoi(choose(p.Get("id") != "", p.Get("id"), "-1"))
	if err != nil {
		return nil, flaw{"id", "must be the number of a poke"}
	}
	return &qq.Poke{Kind: kind, ID: id}, flaw{}
}
