package admin

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// readNumber reads a whole number, or the word for one of a few.
func readNumber(c wire.Cursor, v reflect.Value) {
	if words := wordsOf(v.Type()); len(words) > 0 && c.Kind() == "a string" {
		var word wire.Str
		c.Into(&word)
		for n, w := range words {
			if w != "" && strings.EqualFold(w, string(word)) {
				v.SetUint(uint64(n))
				return
			}
		}
		if _, err := strconv.Atoi(string(word)); err != nil {
			c.Fault("must be one of " + strings.Join(withoutEmpty(words), ", "))
			return
		}
	}
	var n wire.Int
	c.Into(&n)
	switch {
	case v.CanInt() && !v.OverflowInt(int64(n)):
		v.SetInt(int64(n))
	case v.CanUint() && n >= 0 && !v.OverflowUint(uint64(n)):
		v.SetUint(uint64(n))
	default:
		c.Fault("is out of range")
	}
}

// mostWords is more than any of the domain's lists of words has.
const mostWords = 32

// wordsOf lists the names of a type such as qq.Sex, by value.
func wordsOf(t reflect.Type) []string {
	if t.Kind() != reflect.Uint8 || !t.Implements(reflect.TypeFor[fmt.Stringer]()) {
		return nil
	}
	words := make([]string, mostWords)
	seen := map[string]bool{}
	for n := range words {
		v := reflect.New(t).Elem()
		v.SetUint(uint64(n))
		word := v.Interface().(fmt.Stringer).String()
		if !seen[word] {
			words[n] = word
		}
		seen[word] = true
	}
	return words
}

func withoutEmpty(words []string) []string {
	var list []string
	for _, w := range words {
		if w != "" {
			list = append(list, w)
		}
	}
	return list
}

// readDuration takes seconds, or a text such as 10m.
func readDuration(c wire.Cursor, into *time.Duration) {
	if c.Kind() == "a number" {
		var seconds float64
		c.Into(&seconds)
		spanOf(c, seconds, string(c.Raw), into)
		return
	}
	var text wire.Str
	c.Into(&text)
	seconds, err := strconv.ParseFloat(string(text), 64)
	d, ok := parseAge(string(text))
	switch {
	case err == nil:
		spanOf(c, seconds, strconv.Quote(string(text)), into)
	case !ok:
		c.Fault("must be seconds, or a duration such as 90s or 10m")
	case d < 0 || d > mostSeconds*time.Second:
		noSpan(c, strconv.Quote(string(text)))
	default:
		*into = d
	}
}

// mostSeconds is a hundred years, the longest duration that is taken.
const mostSeconds = 36500 * 86400

// spanOf takes so many seconds, which were written as text.
func spanOf(c wire.Cursor, seconds float64, text string, into *time.Duration) {
	if !(seconds >= 0 && seconds <= mostSeconds) { // nor what is no number
		noSpan(c, text)
		return
	}
	*into = time.Duration(seconds * float64(time.Second))
}

func noSpan(c wire.Cursor, text string) {
	c.Fault("must be 0 to " + strconv.Itoa(mostSeconds) + " seconds, not " + text)
}

// readEmoji takes its number: that of a face, or a code point.
func readEmoji(c wire.Cursor, into *qq.Emoji) {
	var id wire.Str
	c.Into(&id)
	if n, err := strconv.ParseUint(string(id), 10, 31); err != nil || n == 0 && id != "0" {
		c.Fault("must be an emoji's decimal number, such as 66 or 128077, not " + strconv.Quote(string(id)))
		return
	}
	*into = qq.EmojiOf(string(id))
}

const chatForm = `must be group:NUMBER, friend:NUMBER or temp:NUMBER`

// readChat takes "group:123456".
func readChat(c wire.Cursor, into *qq.Chat) {
	var text string
	c.Into(&text)
	chat, ok := parseChat(text)
	if !ok {
		c.Fault(chatForm)
	}
	*into = chat
}

func parseChat(text string) (qq.Chat, bool) {
	scene, peer, _ := strings.Cut(text, ":")
	s, known := qq.ParseScene(scene)
	n, err := strconv.ParseInt(peer, 10, 64)
	return qq.Chat{Scene: s, Peer: n}, known && err == nil && n > 0
}

// readRef takes "group:123456:7" or the 32-bit id that bots know.
func readRef(c wire.Cursor, into *qq.MessageRef) {
	var text wire.Str
	c.Into(&text)
	if id, err := strconv.ParseInt(string(text), 10, 32); err == nil {
		into.ID = qq.MessageID(id)
		return
	}
	at := strings.LastIndexByte(string(text), ':')
	chat, ok := parseChat(string(text[:max(at, 0)]))
	seq, err := strconv.ParseInt(string(text[at+1:]), 10, 64)
	if !ok || err != nil || seq < 1 {
		c.Fault(`must be a message's id, or group:NUMBER:SEQ, friend:NUMBER:SEQ or temp:NUMBER:SEQ`)
		return
	}
	*into = qq.MessageRef{Chat: chat, Seq: seq}
}

// formOf tells people how a parameter is written.
func formOf(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[qq.Segments]():
		return "message"
	case reflect.TypeFor[time.Duration]():
		return "seconds"
	case reflect.TypeFor[qq.Chat]():
		return "group:N|friend:N|temp:N"
	case reflect.TypeFor[qq.MessageRef]():
		return "id|group:N:SEQ|friend:N:SEQ"
	case reflect.TypeFor[qq.Emoji]():
		return "number of a face or an emoji"
	case reflect.TypeFor[qq.Media]():
		return "file"
	}
	if words := withoutEmpty(wordsOf(t)); len(words) > 0 {
		return strings.Join(words, "|")
	}
	switch t.Kind() {
	case reflect.Pointer:
		return formOf(t.Elem())
	case reflect.Slice:
		return "list of " + formOf(t.Elem())
	case reflect.Struct:
		var parts []string
		for _, f := range parametersOf(t) {
			parts = append(parts, f.name+": "+formOf(f.typ))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true|false"
	}
	return "number"
}
