package satori

// Write is the text of elements, the reverse of Parse.
func Write(elements []Element) string {
	return string(appendElements(nil, elements))
}

func appendElements(dst []byte, elements []Element) []byte {
	for i := range elements {
		dst = appendElement(dst, &elements[i])
	}
	return dst
}

func appendElement(dst []byte, e *Element) []byte {
	if e.Tag == "" {
		return appendEscaped(dst, e.Text, false)
	}
	dst = append(append(dst, '<'), e.Tag...)
	for _, a := range e.Attrs {
		dst = appendAttr(append(dst, ' '), a)
	}
	if len(e.Children) == 0 {
		return append(dst, "/>"...)
	}
	dst = appendElements(append(dst, '>'), e.Children)
	dst = append(append(dst, "</"...), e.Tag...)
	return append(dst, '>')
}

func appendAttr(dst []byte, a Attr) []byte {
	switch a.Form {
	case AttrTrue:
		return appendHyphenated(dst, a.Key)
	case AttrFalse:
		return appendHyphenated(append(dst, "no-"...), a.Key)
	}
	dst = append(appendHyphenated(dst, a.Key), `="`...)
	return append(appendEscaped(dst, a.Value, true), '"')
}

// appendHyphenated writes subType as sub-type. A run of capitals is one word,
// and capitals at the start are just lowered.
func appendHyphenated(dst []byte, key string) []byte {
	leading, previous := true, false
	for i := 0; i < len(key); i++ {
		c := key[i]
		capital := c >= 'A' && c <= 'Z'
		switch {
		case c == '_':
			c = '-'
		case capital:
			c += 'a' - 'A'
			if !leading && !previous {
				dst = append(dst, '-')
			}
		}
		leading, previous = leading && capital, capital
		dst = append(dst, c)
	}
	return dst
}
