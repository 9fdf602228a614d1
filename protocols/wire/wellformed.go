package wire

// wellFormed tells whether text is one JSON value, nested no deeper than
// MaxDepth. It walks over the text once, without recursion and without
// allocating: nearly every request passes here, and only those that do not are
// worth asking the library what is wrong with them.
func wellFormed(text []byte) bool { return nested(text, MaxDepth) }

func nested(text []byte, limit int) bool {
	var objects uint64 // a bit for each open level, the innermost lowest: 1 is an object
	depth := 0
	i := skipSpace(text, 0)
	for {
		if i < 0 || i >= len(text) {
			return false
		}
		switch c := text[i]; c {
		case '{', '[':
			if depth == limit {
				return false
			}
			depth++
			objects <<= 1
			i = skipSpace(text, i+1)
			if c == '{' {
				objects |= 1
			}
			if i >= len(text) || text[i] != c+2 { // "{}" and "[]" each lie two apart
				if c == '{' {
					i = behindKey(text, i)
				}
				continue
			}
		case '"':
			i = behindString(text, i)
		case 't':
			i = behindWord(text, i, "true")
		case 'f':
			i = behindWord(text, i, "false")
		case 'n':
			i = behindWord(text, i, "null")
		default:
			i = behindNumber(text, i)
		}
		// A value ends here, and with it perhaps those around it.
		for more := false; !more; {
			if i < 0 {
				return false
			}
			i = skipSpace(text, i)
			if depth == 0 {
				return i == len(text)
			}
			if i >= len(text) {
				return false
			}
			object := objects&1 == 1
			switch c := text[i]; {
			case c == ',':
				if i = skipSpace(text, i+1); object {
					i = behindKey(text, i)
				}
				more = true
			case object && c == '}', !object && c == ']':
				depth--
				objects >>= 1
				i++
			default:
				return false
			}
		}
	}
}

// The behind functions answer the index behind what begins at i, -1 when it is
// not there or broken.

// behindKey passes a member's key and colon, up to its value.
func behindKey(text []byte, i int) int {
	if i >= len(text) || text[i] != '"' {
		return -1
	}
	if i = behindString(text, i); i < 0 {
		return -1
	}
	if i = skipSpace(text, i); i >= len(text) || text[i] != ':' {
		return -1
	}
	return skipSpace(text, i+1)
}

func behindString(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i + 1
		case c < 0x20:
			return -1
		case c == '\\':
			if i = behindEscape(text, i+1); i < 0 {
				return -1
			}
		}
	}
	return -1
}

// behindEscape passes what stands behind a backslash, but for its last byte.
func behindEscape(text []byte, i int) int {
	if i >= len(text) {
		return -1
	}
	switch text[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i
	case 'u':
		if i+4 >= len(text) {
			return -1
		}
		for _, c := range text[i+1 : i+5] {
			if !digit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				return -1
			}
		}
		return i + 4
	}
	return -1
}

func behindWord(text []byte, i int, word string) int {
	if len(text)-i < len(word) || string(text[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

func behindNumber(text []byte, i int) int {
	if i < len(text) && text[i] == '-' {
		i++
	}
	if i < len(text) && text[i] == '0' {
		i++
	} else if i = behindDigits(text, i); i < 0 {
		return -1
	}
	if i < len(text) && text[i] == '.' {
		if i = behindDigits(text, i+1); i < 0 {
			return -1
		}
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		i = behindDigits(text, i)
	}
	return i
}

// behindDigits passes one digit at least.
func behindDigits(text []byte, i int) int {
	if i >= len(text) || !digit(text[i]) {
		return -1
	}
	for i < len(text) && digit(text[i]) {
		i++
	}
	return i
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// behindValue passes any value, which may nest no deeper than limit.
func behindValue(text []byte, i, limit int) int {
	if i >= len(text) {
		return -1
	}
	switch text[i] {
	case '"':
		return behindString(text, i)
	case '{', '[':
		if end := skipValue(text, i); nested(text[i:end], limit) {
			return end
		}
		return -1
	case 't':
		return behindWord(text, i, "true")
	case 'f':
		return behindWord(text, i, "false")
	case 'n':
		return behindWord(text, i, "null")
	}
	return behindNumber(text, i)
}
