package wire

// Member is the value of an object's member in text that Check accepted, nil
// when there is none; of a repeated key the first. It allocates nothing for
// keys that are written without escapes.
func Member(text []byte, key string) []byte {
	i := skipSpace(text, 0)
	if i >= len(text) || text[i] != '{' {
		return nil
	}
	for i = skipSpace(text, i+1); i < len(text) && text[i] != '}'; i = skipSpace(text, i) {
		end := skipValue(text, i)
		found := isKey(text[i:end], key)
		start := skipSpace(text, skipSpace(text, end)+1)
		if end = skipValue(text, start); found {
			return text[start:end]
		}
		if i = skipSpace(text, end); i < len(text) && text[i] == ',' {
			i++
		}
	}
	return nil
}

func isKey(quoted []byte, key string) bool {
	if containsEscape(quoted) {
		return keyText(quoted) == key
	}
	return len(quoted) == len(key)+2 && string(quoted[1:len(quoted)-1]) == key
}
