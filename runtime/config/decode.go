package config

import (
	"fmt"
	"slices"

	"strings"
	"time"
)

// decoder lays nodes over defaults. A key that is absent or has no value leaves its default.
type decoder struct {
	*report
}

// reader takes the value of one key into the configuration.
type reader func(spot)

// field is one key that a mapping may have.
type field struct {
	key  string
	read reader
}

// mapping reads a mapping by its fields and reports keys that are none of them.
func (d *decoder) mapping(s spot, fields []field) {
	d.places[s.path] = s.node.where
	switch s.node.shape {
	case shapeMap:
	case shapeNull:
		return
	default:
		d.wrong(s, "a mapping of keys to values", false)
		return
	}
	for _, e := range s.node.entries {
		child := spot{join(s.path, e.key), e.value}
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == e.key })
		if i < 0 {
			d.at(e.where, child.path, "unknown key "+quote(e.key), keyHint(e.key, fields))
			continue
		}
		d.places[child.path] = e.value.where
		fields[i].read(child)
	}
}

// section is a reader for a mapping inside a mapping.
func (d *decoder) section(fields ...field) reader {
	return func(s spot) { d.mapping(s, fields) }
}

// wrong reports a value of the wrong type.
func (d *decoder) wrong(s spot, expected string, secret bool) {
	d.at(s.node.where, s.path, "expected "+expected+", got "+s.node.describe(secret), shapeHint(s.node, expected))
}

// shapeHint says how to write what was probably meant.
func shapeHint(n *node, expected string) string {
	switch {
	case expected == "text" && (n.shape == shapeWhole || n.shape == shapeNumber || n.shape == shapeBool):
		return "put quotes around it"
	case strings.Contains(expected, "number") && n.shape == shapeText && strings.Trim(n.text, "0123456789") == "":
		return "write it without quotes and leading zeros"
	case n.shape == shapeList || n.shape == shapeMap || !strings.Contains(expected, "true or false"):
		return ""
	case slices.Contains([]string{"yes", "on", "y", "1"}, strings.ToLower(n.text)):
		return "write true"
	case slices.Contains([]string{"no", "off", "n", "0"}, strings.ToLower(n.text)):
		return "write false"
	}
	return ""
}

// scalar builds a reader: null keeps the default, and take says whether it could use the value.
func (d *decoder) scalar(expected string, secret bool, take func(*node) bool) reader {
	return func(s spot) {
		if s.node.shape != shapeNull && !take(s.node) {
			d.wrong(s, expected, secret)
		}
	}
}

func (d *decoder) text(into *string) reader {
	return d.scalar("text", false, func(n *node) bool { return setText(n, into) })
}

func (d *decoder) secret(into *Secret) reader {
	return d.scalar("text", true, func(n *node) bool { return setText(n, into) })
}

func (d *decoder) url(into *URL) reader {
	return d.scalar("text", true, func(n *node) bool { return setText(n, into) })
}

func setText[T ~string](n *node, into *T) bool {
	*into = T(n.text)
	return n.shape == shapeText
}

func (d *decoder) boolean(into *bool) reader {
	return d.scalar("true or false", false, func(n *node) bool {
		*into = n.truth
		return n.shape == shapeBool
	})
}

// switched reads on and off besides true and false.
func (d *decoder) switched(into *bool) reader {
	return d.scalar("on or off", false, func(n *node) bool {
		*into = n.truth || n.text == "on"
		return n.shape == shapeBool || n.text == "on" || n.text == "off"
	})
}

func (d *decoder) whole(into *int) reader {
	return d.scalar("a whole number", false, func(n *node) bool {
		*into = int(n.whole)
		return n.shape == shapeWhole && int64(*into) == n.whole
	})
}

func (d *decoder) uin(into *int64) reader {
	return d.scalar("a number", false, func(n *node) bool {
		*into = n.whole
		return n.shape == shapeWhole
	})
}

func (d *decoder) size(into *int64) reader {
	return d.scalar("a size such as 64MiB", false, func(n *node) (ok bool) {
		*into, ok = parsed(n, parseSize, shapeText, shapeWhole)
		return ok
	})
}

func (d *decoder) duration(into *time.Duration) reader {
	return d.scalar("a duration such as 60s or 5m", false, func(n *node) (ok bool) {
		*into, ok = parsed(n, parseDuration, shapeText)
		return ok || n.shape == shapeWhole && n.whole == 0
	})
}

// interval reads a duration that LLBot writes as a plain number of milliseconds.
func (d *decoder) interval(into *time.Duration) reader {
	return d.scalar("a duration such as 60s, or milliseconds", false, func(n *node) (ok bool) {
		if n.shape == shapeWhole {
			found, err := fromMilliseconds(n.whole)
			*into = found
			return err == nil
		}
		*into, ok = parsed(n, parseDuration, shapeText)
		return ok
	})
}

func parsed[T any](n *node, parse func(string) (T, error), shapes ...shape) (T, bool) {
	value, err := parse(n.text)
	return value, err == nil && slices.Contains(shapes, n.shape)
}

// choice reads one of a few words.
func choice[T ~string](d *decoder, into *T, options ...T) reader {
	words := make([]string, len(options))
	for i, o := range options {
		words[i] = string(o)
	}
	return func(s spot) {
		switch {
		case s.node.shape == shapeNull:
		case s.node.shape != shapeText:
			d.wrong(s, "one of "+strings.Join(words, ", "), false)
		case !slices.Contains(words, s.node.text):
			d.at(s.node.where, s.path, fmt.Sprintf("%s is none of %s", quote(s.node.text), strings.Join(words, ", ")),
				didYouMean(nearest(s.node.text, words)))
		default:
			*into = T(s.node.text)
		}
	}
}

// list reads a list by its items; each replaces the default list, and null keeps it.
func list[T any](d *decoder, into *[]T, item func(*T) reader) reader {
	return func(s spot) {
		switch s.node.shape {
		case shapeNull:
			return
		case shapeList:
		default:
			d.wrong(s, "a list", false)
			return
		}
		all := make([]T, len(s.node.items))
		for i := range all {
			at := s.item(i)
			d.places[at.path] = at.node.where
			if at.node.shape == shapeNull {
				d.at(at.node.where, at.path, "an item with nothing in it", "remove it")
				continue
			}
			item(&all[i])(at)
		}
		*into = all
	}
}
