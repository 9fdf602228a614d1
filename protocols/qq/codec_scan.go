package qq

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"
)

// lit reads s when the text goes on with it.
func (r *reader) lit(s string) bool {
	end := r.pos + len(s)
	if end > len(r.text) || string(r.text[r.pos:end]) != s {
		return false
	}
	r.pos = end
	return true
}

func (r *reader) int(v reflect.Value) bool {
	negative := r.lit("-")
	n, ok := r.uint()
	if !ok || n > math.MaxInt64 && !(negative && n == 1<<63) {
		return false
	}
	i := int64(n)
	if negative {
		i = -i
	}
	v.SetInt(i)
	return !v.OverflowInt(i)
}

func (r *reader) uint() (n uint64, ok bool) {
	start := r.pos
	for r.pos < len(r.text) {
		c := uint64(r.text[r.pos]) - '0'
		if c > 9 {
			break
		}
		if n > (math.MaxUint64-c)/10 {
			return 0, false
		}
		n = n*10 + c
		r.pos++
	}
	digits := r.pos - start
	return n, digits == 1 || digits > 1 && r.text[start] != '0'
}

func (r *reader) string() (string, bool) {
	if !r.lit(`"`) {
		return "", false
	}
	start, ascii := r.pos, true
	for ; r.pos < len(r.text); r.pos++ {
		switch c := r.text[r.pos]; {
		case plain[c]:
		case c == '"':
			s := r.text[start:r.pos]
			r.pos++
			return string(s), ascii || utf8.Valid(s)
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			return "", false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", false
}

// escaped reads a string that began at start and holds escapes.
func (r *reader) escaped(start int) (string, bool) {
	end := r.pos
	for end < len(r.text) && r.text[end] != '"' {
		if r.text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(r.text) {
		return "", false
	}
	var out strings.Builder
	out.Grow(end - start)
	for from := start; ; {
		out.Write(r.text[from:r.pos])
		if r.pos == end {
			r.pos++
			s := out.String()
			return s, utf8.ValidString(s)
		}
		if !r.escape(&out) {
			return "", false
		}
		for from = r.pos; r.pos < end && r.text[r.pos] != '\\'; r.pos++ {
			if r.text[r.pos] < ' ' {
				return "", false
			}
		}
	}
}

// escape reads one escape; halves of surrogate pairs are not for us. There is
// a quote behind it.
func (r *reader) escape(out *strings.Builder) bool {
	c := r.text[r.pos+1]
	r.pos += 2
	if c != 'u' {
		const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
		i := strings.IndexByte(letters, c)
		if i < 0 {
			return false
		}
		out.WriteByte(meanings[i])
		return true
	}
	if r.pos+4 > len(r.text) {
		return false
	}
	var code rune
	for _, c := range r.text[r.pos : r.pos+4] {
		const digits = "0123456789abcdef"
		d := strings.IndexByte(digits, c|0x20)
		if d < 0 || c < '0' {
			return false
		}
		code = code<<4 | rune(d)
	}
	r.pos += 4
	out.WriteRune(code)
	return utf8.ValidRune(code)
}

// span reads any value without looking into it.
func (r *reader) span() ([]byte, bool) {
	start, depth := r.pos, 0
	for ; r.pos < len(r.text); r.pos++ {
		switch r.text[r.pos] {
		case '"':
			for r.pos++; r.pos < len(r.text) && r.text[r.pos] != '"'; r.pos++ {
				if r.text[r.pos] == '\\' {
					r.pos++
				}
			}
		case '{', '[':
			if depth++; r.depth+depth > deepest {
				return nil, false
			}
			continue
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return r.valid(start)
			}
		case '}', ']':
			if depth == 0 {
				return r.valid(start)
			}
			depth--
		}
	}
	return r.valid(start)
}

func (r *reader) valid(start int) ([]byte, bool) {
	if r.pos > len(r.text) {
		return nil, false
	}
	data := r.text[start:r.pos]
	return data, json.Valid(data)
}
