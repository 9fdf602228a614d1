package admin

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// query reads the parameters of a call's address and collects what is wrong
// with them.
type query struct {
	values url.Values
	faultList
}

// parseQuery refuses parameters that are not known and those given twice.
func parseQuery(values url.Values, known ...string) *query {
	q := &query{values: values}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch {
		case !slices.Contains(known, name):
			q.add(name, "is not known here; there are "+strings.Join(known, ", "))
		case len(values[name]) > 1:
			q.add(name, "is given twice")
		}
	}
	return q
}

func (q *query) text(name string) string { return q.values.Get(name) }

// number reads a whole number within bounds; def when it is left out.
func (q *query) number(name string, def, least, most int64) int64 {
	text := q.text(name)
	if text == "" {
		return def
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		q.add(name, "must be "+strconv.FormatInt(least, 10)+" to "+strconv.FormatInt(most, 10))
		return def
	}
	return n
}

func (q *query) sn(name string) qq.SN { return qq.SN(q.number(name, 0, 0, maxSN)) }

// maxSN is the greatest number that an event may get.
const maxSN = 1<<53 - 1

func (q *query) user(name string) qq.UserID {
	text := q.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		n = 0
	}
	return q.faultList.user(name, wire.Int(n))
}

func (q *query) flag(name string) bool {
	switch q.text(name) {
	case "", "0", "false", "no":
		return false
	case "1", "true", "yes":
		return true
	}
	q.add(name, "must be true or false")
	return false
}

func (q *query) position(name string, now qq.Time) (p position, given bool) {
	text := q.text(name)
	if text == "" {
		return p, false
	}
	p, ok := parsePosition(text, now)
	if !ok {
		q.add(name, badPosition(text))
	}
	return p, ok
}
