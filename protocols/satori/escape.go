package satori

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// appendEscaped escapes & < > and, inside attribute values, the double quote.
func appendEscaped(dst []byte, text string, attribute bool) []byte {
	from := 0
	for i := 0; i < len(text); i++ {
		name := ""
		switch c := text[i]; {
		case c == '&':
			name = "&amp;"
		case c == '<':
			name = "&lt;"
		case c == '>':
			name = "&gt;"
		case c == '"' && attribute:
			name = "&quot;"
		default:
			continue
		}
		dst = append(append(dst, text[from:i]...), name...)
		from = i + 1
	}
	return append(dst, text[from:]...)
}

// Unescape reads &lt; &gt; &quot; &amp; and numeric references, each once, so
// that &amp;lt; is the text &lt;. Other names stay as they are.
func Unescape(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	out := make([]byte, 0, len(text))
	for text != "" {
		i := strings.IndexByte(text, '&')
		if i < 0 {
			break
		}
		out = append(out, text[:i]...)
		r, n := reference(text[i:])
		if n == 0 {
			out = append(out, '&')
			n = 1
		} else {
			out = utf8.AppendRune(out, r)
		}
		text = text[i+n:]
	}
	return string(append(out, text...))
}

// reference reads one reference at the start of text and its length, 0 when
// there is none.
func reference(text string) (r rune, n int) {
	switch {
	case strings.HasPrefix(text, "&lt;"):
		return '<', 4
	case strings.HasPrefix(text, "&gt;"):
		return '>', 4
	case strings.HasPrefix(text, "&amp;"):
		return '&', 5
	case strings.HasPrefix(text, "&quot;"):
		return '"', 6
	}
	unit, n := codeUnit(text)
	if n == 0 || !utf16.IsSurrogate(unit) {
		return unit, n
	}
	low, m := codeUnit(text[n:])
	if pair := utf16.DecodeRune(unit, low); m > 0 && pair != utf8.RuneError {
		return pair, n + m
	}
	return utf8.RuneError, n
}

// codeUnit reads &#38; or &#x26; as one UTF-16 unit: readers in JavaScript cut
// greater numbers to 16 bits, and a pair of references makes one character.
func codeUnit(text string) (unit rune, n int) {
	const longest = 12 // &#x, eight digits, ;
	end := strings.IndexByte(text[:min(len(text), longest)], ';')
	if end < 3 || text[:2] != "&#" {
		return 0, 0
	}
	digits, base := text[2:end], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		return 0, 0
	}
	return rune(v & 0xffff), end + 1
}
