package config

import (
	"bytes"
	"regexp"
)

// A document longer than shortDocument is read in pieces, since the YAML
// library's time grows with the square of a text: the items of the lists that
// its top-level keys hold, each alone. It has no anchors that reach across.
const (
	shortDocument = 32 * kib
	maxDocument   = 256 * mib
)

// parseLong is parseTree for documents of any length.
func parseLong(data []byte, r *report) (*node, bool) {
	if len(data) <= shortDocument {
		return parseTree(data, r)
	}
	if len(data) > maxDocument {
		r.at(position{1, 1}, "", "the file is longer than 256 MiB", "")
		return nil, false
	}
	root := &node{shape: shapeMap, where: position{1, 1}}
	seen := map[string]bool{}
	for _, part := range topLevel(data) {
		piece, ok := parsePiece(part, r)
		if !ok {
			return nil, false
		}
		if piece == nil {
			continue
		}
		if piece.shape != shapeMap {
			r.at(piece.where, "", "expected a mapping of keys to values, got "+piece.describe(false), "")
			return nil, false
		}
		for _, e := range piece.entries {
			if seen[e.key] {
				r.at(e.where, e.key, "key "+quote(e.key)+" is given twice", "keep one of them")
			}
			seen[e.key] = true
		}
		root.entries = append(root.entries, piece.entries...)
	}
	return root, len(r.faults) == 0
}

// piece is a part of a document and the line, from 0, where it begins.
type piece struct {
	text []byte
	line int
}

// topLevel cuts a document in front of every key that stands at the margin.
func topLevel(data []byte) []piece {
	return cut(piece{data, 0}, func(line []byte) bool {
		return len(line) > 0 && bytes.IndexByte([]byte(" \t\r#-}]"), line[0]) < 0
	})
}

// cut cuts a text in front of the lines that begin a new part.
func cut(from piece, begins func(line []byte) bool) []piece {
	var parts []piece
	start, startLine, line := 0, from.line, from.line
	for at := 0; at < len(from.text); line++ {
		end := len(from.text)
		if n := bytes.IndexByte(from.text[at:], '\n'); n >= 0 {
			end = at + n + 1
		}
		if at > start && begins(from.text[at:end]) {
			parts = append(parts, piece{from.text[start:at], startLine})
			start, startLine = at, line
		}
		at = end
	}
	return append(parts, piece{from.text[start:], startLine})
}

// listHead matches a key with a list below, up to the first item.
var listHead = regexp.MustCompile(`\A(?:[ \t]*(?:#[^\n]*)?\r?\n)*[A-Za-z_]+:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)- `)

// parsePiece reads one top-level key with its value; a long list item by item.
func parsePiece(from piece, r *report) (*node, bool) {
	head := listHead.FindSubmatchIndex(from.text)
	if len(from.text) <= shortDocument || head == nil {
		return parsePart(from, r)
	}
	dash := append(bytes.Clone(from.text[head[2]:head[3]]), "- "...)
	parts := cut(from, func(line []byte) bool { return bytes.HasPrefix(line, dash) })
	root, ok := parsePart(piece{parts[0].text, parts[0].line}, r)
	if !ok || root == nil || root.shape != shapeMap || len(root.entries) != 1 {
		return root, ok
	}
	list := &node{shape: shapeList, where: root.entries[0].where}
	root.entries[0].value = list
	for _, part := range parts[1:] {
		item, ok := parsePart(part, r)
		if !ok {
			return nil, false
		}
		if item != nil && item.shape == shapeList {
			list.items = append(list.items, item.items...)
		}
	}
	return root, true
}

// parsePart reads a part and puts its places where it stands in the document.
func parsePart(from piece, r *report) (*node, bool) {
	before := len(r.faults)
	n, ok := parseTree(from.text, r)
	for i := before; i < len(r.faults); i++ {
		r.faults[i].Line += from.line
	}
	if n != nil {
		n.shift(from.line)
	}
	return n, ok
}

// shift moves the places of a value down by so many lines.
func (n *node) shift(lines int) {
	n.where.line += lines
	for _, item := range n.items {
		item.shift(lines)
	}
	for i := range n.entries {
		n.entries[i].where.line += lines
		n.entries[i].value.shift(lines)
	}
}
