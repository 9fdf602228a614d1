package wire

import "unicode/utf8"

// AppendString appends text as Marshal writes it. Only texts with rare control
// characters, or that are no UTF-8, need the library for it.
func AppendString(dst []byte, text string) []byte {
	start := len(dst)
	dst = append(dst, '"')
	plain := plainASCII(text)
	if plain == len(text) {
		return append(append(dst, text...), '"')
	}
	from := 0
	for i := plain; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		letter := shortEscape(c)
		if letter == 0 {
			return append(dst[:start], MustMarshal(text)...)
		}
		dst = append(append(dst, text[from:i]...), '\\', letter)
		from = i + 1
	}
	if !utf8.ValidString(text[plain:]) {
		return append(dst[:start], MustMarshal(text)...)
	}
	return append(append(dst, text[from:]...), '"')
}

// shortEscape is the letter of an escape of two characters; 0 when there is
// none that Marshal uses.
func shortEscape(c byte) byte {
	switch c {
	case '"', '\\':
		return c
	case '\n':
		return 'n'
	case '\r':
		return 'r'
	case '\t':
		return 't'
	}
	return 0
}

// plainASCII is how many bytes at the start of text stand in JSON as they are,
// all of them ASCII; there may be up to seven more. Eight are looked at with
// one comparison: what borrows from, or has, a byte's top bit is not plain.
func plainASCII(text string) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; n+8 <= len(text); n += 8 {
		w := text[n : n+8]
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		if (x|(x-' '*ones)|((x^'"'*ones)-ones)|((x^'\\'*ones)-ones))&tops != 0 {
			return n
		}
	}
	for ; n < len(text); n++ {
		if c := text[n]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			break
		}
	}
	return n
}
