package config

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

const (
	maxFile  = 128 * kib // the YAML library's time grows with the square of a file; a long configuration is a tenth
	maxDepth = 32        // of brackets or of "- - -"; a configuration has four levels
)

// cleanText checks what the YAML library is bad at: encoding, tabs, size. False means that a fault was
// reported and parsing is pointless.
func cleanText(data []byte, r *report) (string, bool) {
	start := position{1, 1}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case len(data) > maxFile:
		r.at(start, "", fmt.Sprintf("the file has %d bytes; %d are the most", len(data), maxFile), "")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		r.at(start, "", "the file is UTF-16", "save it as UTF-8")
	case !utf8.Valid(data):
		r.at(badByte(data), "", "the file is not UTF-8 here", "save it as UTF-8")
	default:
		checkControls(string(data), r)
	}
	return string(data) + "\n", len(r.faults) == 0 // without its end of line the library drops a last value like "!x"
}

// badByte is the place of the first byte that is not UTF-8.
func badByte(data []byte) position {
	good := 0
	for good < len(data) {
		char, size := utf8.DecodeRune(data[good:])
		if char == utf8.RuneError && size == 1 {
			break
		}
		good += size
	}
	line := data[bytes.LastIndexByte(data[:good], '\n')+1 : good]
	return position{bytes.Count(data[:good], []byte("\n")) + 1, utf8.RuneCount(line) + 1}
}

// checkControls reports tabs, which the library drops out of values without a word, and invisible characters. Tabs
// in comments and at the end of a line do no harm.
func checkControls(text string, r *report) {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(beforeComment(line), " \t\r")
		at := strings.IndexFunc(line, func(c rune) bool { return c < ' ' || c == 0x7f })
		if at < 0 {
			continue
		}
		where := position{i + 1, utf8.RuneCountInString(line[:at]) + 1}
		if line[at] == '\t' {
			r.at(where, "", "a tab", "YAML wants spaces")
		} else {
			r.at(where, "", fmt.Sprintf("an invisible character (U+%04X)", line[at]), "remove it")
		}
	}
}

// beforeComment cuts a line at its first "#" that can begin a comment. One inside quotes is cut too early, which
// only hides a tab that is then part of the text.
func beforeComment(line string) string {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}

// tooDeep returns the first token nested deeper than the library's recursion can follow in reasonable time, nil if
// there is none.
func tooDeep(tokens token.Tokens) *token.Token {
	depth, dashes, line := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position.Line != line {
				line, dashes = t.Position.Line, 0
			}
			dashes++
		}
		if depth > maxDepth || dashes > maxDepth {
			return t
		}
	}
	return nil
}
