package config

import (
	"regexp"
	"strconv"
)

// shape is what a value looks like in the file, before anybody asks what it should be.
type shape int

const (
	shapeNull shape = iota
	shapeBool
	shapeWhole // a plain decimal number that fits int64
	shapeNumber
	shapeText
	shapeList
	shapeMap
)

// node is one value of the file with its place: YAML with aliases followed and merge keys merged.
type node struct {
	shape   shape
	where   position
	text    string // of a scalar, as YAML reads it
	whole   int64  // of shapeWhole
	truth   bool   // of shapeBool
	items   []*node
	entries []entry
}

// entry is one key of a mapping.
type entry struct {
	key   string
	where position // of the key
	value *node
}

// get returns the value under key, nil if there is none.
func (n *node) get(key string) *node {
	for _, e := range n.entries {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// describe says what a value is, with its text unless that could be a secret or is long.
func (n *node) describe(secret bool) string {
	switch n.shape {
	case shapeNull:
		return "nothing"
	case shapeList:
		return "a list"
	case shapeMap:
		return "a mapping"
	}
	kind, text := "a number", n.text
	switch n.shape {
	case shapeText:
		kind, text = "text", quote(n.text)
	case shapeBool:
		kind = "true or false"
	}
	if secret {
		return kind
	}
	return kind + ", " + text
}

// spot is a value together with the path that leads to it.
type spot struct {
	path string
	node *node
}

// item is the i-th value of a list.
func (s spot) item(i int) spot { return spot{index(s.path, i), s.node.items[i]} }

// simpleKey matches the keys that a path shows as they are.
var simpleKey = regexp.MustCompile(`^[\p{L}\p{N}_-]{1,64}$`)

func join(path, key string) string {
	if !simpleKey.MatchString(key) {
		key = quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// quote quotes text for a message, shortened to something that fits a line.
func quote(s string) string {
	const most = 48
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return strconv.Quote(s)
}
