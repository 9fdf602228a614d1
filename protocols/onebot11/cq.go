package onebot11

import (
	"strings"

	"llbot/protocols/wire"
)

// Piece is one segment in OneBot's words, in either direction and either form:
// {"type":Type,"data":{…}} or [CQ:Type,…].
type Piece struct {
	Type string
	Data []Field // in the order in which they are written
}

// Field is one entry of a segment's data. Literal marks a Value that is JSON
// text to be written as it is (a number, a list); else it is a string.
type Field struct {
	Key, Value string
	Literal    bool
}

// Get is the value of a key, "" when there is none.
func (p Piece) Get(key string) string {
	for _, f := range p.Data {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}

// The escapes of CQ codes: brackets and ampersands everywhere, commas inside
// codes only. The decoder knows all four everywhere, as LLBot's does.
var (
	escapeText  = strings.NewReplacer("&", "&amp;", "[", "&#91;", "]", "&#93;")
	escapeValue = strings.NewReplacer("&", "&amp;", "[", "&#91;", "]", "&#93;", ",", "&#44;")
	unescaper   = strings.NewReplacer("&amp;", "&", "&#91;", "[", "&#93;", "]", "&#44;", ",")
)

func unescape(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	return unescaper.Replace(text)
}

// FormatCQ writes segments as CQ text. Text is written bare; fields that are
// null are left out, and so is what has a name that CQ codes cannot spell.
func FormatCQ(pieces []Piece) string {
	var b strings.Builder
	b.Grow(64 * len(pieces))
	for _, p := range pieces {
		if p.Type == "text" {
			b.WriteString(escapeText.Replace(p.Get("text")))
		} else if isName(p.Type) {
			p.writeCode(&b)
		}
	}
	return b.String()
}

func (p Piece) writeCode(b *strings.Builder) {
	b.WriteString("[CQ:")
	b.WriteString(p.Type)
	for _, f := range p.Data {
		if isName(f.Key) && !(f.Literal && f.Value == "null") {
			b.WriteByte(',')
			b.WriteString(f.Key)
			b.WriteByte('=')
			b.WriteString(escapeValue.Replace(f.Value))
		}
	}
	b.WriteByte(']')
}

func isName(s string) bool { return s != "" && skipName(s, 0) == len(s) }

// ParseCQ reads CQ text. It never fails: what is no well-formed code stays
// text. Empty text gives no piece.
func ParseCQ(text string) []Piece {
	var pieces []Piece
	plain := 0 // where text that is not yet taken begins
	dead := -1
	flush := func(end int) {
		if plain < end {
			pieces = append(pieces, Piece{"text", []Field{{Key: "text", Value: unescape(text[plain:end])}}})
		}
	}
	for i := 0; i < len(text); {
		at := strings.Index(text[i:], "[CQ:")
		if at < 0 {
			break
		}
		at += i
		p, end, ok := parseCode(text, at+len("[CQ:"), dead)
		if !ok {
			i, dead = at+len("[CQ:"), max(dead, end)
			continue
		}
		flush(at)
		pieces = append(pieces, p)
		i, plain = end, end
	}
	flush(len(text))
	return pieces
}

// parseCode reads the rest of a code from its type on; end is behind the
// closing bracket. When there is no code, end is the last comma that was seen:
// every code that opens later and comes to a comma up to there fails likewise,
// which dead tells it, so that hostile text takes no quadratic time.
func parseCode(text string, i, dead int) (p Piece, end int, ok bool) {
	start := i
	i, end = skipName(text, i), -1
	if p.Type = text[start:i]; p.Type == "" {
		return p, end, false
	}
	for i < len(text) && text[i] == ',' {
		if i <= dead {
			return p, end, false
		}
		end = i
		start = i + 1
		i = skipName(text, start)
		key := text[start:i]
		if key == "" || i == len(text) || text[i] != '=' {
			return p, end, false
		}
		start = i + 1
		n := strings.IndexAny(text[start:], ",]")
		if n < 0 {
			return p, end, false
		}
		i = start + n
		p.Data = append(p.Data, Field{Key: key, Value: unescape(text[start:i])})
	}
	if i < len(text) && text[i] == ']' {
		return p, i + 1, true
	}
	return p, end, false
}

// skipName answers the index behind the letters, digits and underscores at i.
func skipName(text string, i int) int {
	for i < len(text) && nameByte(text[i]) {
		i++
	}
	return i
}

func nameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// FormatArray writes segments as a JSON array.
func FormatArray(pieces []Piece) []byte {
	return appendArray(make([]byte, 0, 64*len(pieces)+2), pieces)
}

func appendArray(out []byte, pieces []Piece) []byte {
	out = append(out, '[')
	for i, p := range pieces {
		if i > 0 {
			out = append(out, ',')
		}
		out = p.appendJSON(out)
	}
	return append(out, ']')
}

func (p Piece) appendJSON(out []byte) []byte {
	out = wire.AppendString(append(out, `{"type":`...), p.Type)
	return append(p.appendData(append(out, `,"data":`...)), '}')
}

// appendData writes the data of a piece as a JSON object.
func (p Piece) appendData(out []byte) []byte {
	out = append(out, '{')
	for i, f := range p.Data {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(wire.AppendString(out, f.Key), ':')
		if f.Literal {
			out = append(out, f.Value...)
		} else {
			out = wire.AppendString(out, f.Value)
		}
	}
	return append(out, '}')
}
