package conn

import (
	"log/slog"
	"strings"
)

// maxReason bounds the text of an error that people are shown, in bytes.
const maxReason = 300

// cause is an error for the log; without one the attribute is left out.
func cause(err error) slog.Attr {
	if err == nil {
		return slog.Attr{}
	}
	return slog.Any("error", err)
}

// harmless is the text of an error without what URLs in it may tell only to
// those who know them: the user, the query and the fragment.
func harmless(err error) string {
	text := err.Error()
	var out strings.Builder
	for {
		i := strings.Index(text, "://")
		if i < 0 {
			break
		}
		end := i + 3 + indexOrAll(text[i+3:], " \t\r\n\"'<>`")
		out.WriteString(text[:i+3])
		out.WriteString(bareURL(text[i+3 : end]))
		text = text[end:]
	}
	out.WriteString(text)
	short := out.String()
	return strings.ToValidUTF8(short[:min(len(short), maxReason)], "")
}

// bareURL is what follows the scheme, without user, query and fragment.
func bareURL(rest string) string {
	tail := ""
	if trimmed := strings.TrimRight(rest, ":,;.)"); trimmed != rest { // of the sentence
		rest, tail = trimmed, rest[len(trimmed):]
	}
	rest = rest[:indexOrAll(rest, "?#")]
	authority := rest[:indexOrAll(rest, "/")]
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	return rest + tail
}

// indexOrAll is the index of the first of some characters, or the length.
func indexOrAll(text, chars string) int {
	if i := strings.IndexAny(text, chars); i >= 0 {
		return i
	}
	return len(text)
}
