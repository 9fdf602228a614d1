package onebot11

import (
	"fmt"
	"regexp"
	"strings"

	"llbot/protocols/wire"
)

// Filter decides which events an endpoint gets, by a query in MongoDB's form
// on the event as it is written. It is compiled once and comparable: encoders
// with the same Filter share their encodings, so that it is asked once for each
// event, however many connections there are. The zero Filter passes all.
type Filter struct{ query matcher }

// CompileFilter reads a query (JSON). It knows $eq $ne $in $nin $gt $gte $lt
// $lte $regex (with $options i, m, s) $exists $not $all $size $elemMatch, and
// $and $or $nor; paths are dotted and go through lists. "" and {} pass all. The
// error names the place of what it does not know; $where is refused.
func CompileFilter(text string) (Filter, error) {
	if strings.TrimSpace(text) == "" {
		return Filter{}, nil
	}
	var q query
	if err := (&wire.Decoder{}).Decode([]byte(text), &q); err != nil {
		return Filter{}, fmt.Errorf("event filter: %w", err)
	}
	if len(q.all) == 0 {
		return Filter{}, nil
	}
	return Filter{&q.all}, nil
}

// Passes tells whether an event, a JSON object, is let through.
func (f Filter) Passes(event []byte) bool {
	return f.query == nil || f.query.matches(value{event})
}

// matcher is one compiled part of a query.
type matcher interface{ matches(v value) bool }

// query reads an object of conditions, all of which must hold.
type query struct{ all allOf }

// DecodeWire compiles the query; what is wrong is noted with its path.
func (q *query) DecodeWire(c wire.Cursor) {
	isObject := c.Members(func(key string, v wire.Cursor) {
		switch key {
		case "$and", "$or", "$nor":
			q.add(combine(key, v, compileQuery))
		case "$not":
			q.add(negated(compileQuery(v)))
		default:
			if strings.HasPrefix(key, "$") {
				v.Fault(unknownOperator(key))
				return
			}
			if m := compileCondition(v); m != nil {
				q.all = append(q.all, onPath(strings.Split(key, "."), m))
			}
		}
	})
	if !isObject {
		c.Fault("must be an object, not " + c.Kind())
	}
}

func (q *query) add(m matcher) {
	if m != nil {
		q.all = append(q.all, m)
	}
}

func compileQuery(c wire.Cursor) matcher {
	var q query
	q.DecodeWire(c)
	return &q.all
}

func unknownOperator(name string) string {
	if name == "$where" {
		return "$where would run code and is refused"
	}
	return "there is no operator " + name
}

// compileCondition reads what a field must be: operators, or a value that it
// must equal. nil when a fault was noted.
func compileCondition(c wire.Cursor) matcher {
	operators, others := 0, 0
	c.Members(func(key string, _ wire.Cursor) {
		if strings.HasPrefix(key, "$") {
			operators++
		} else {
			others++
		}
	})
	switch {
	case operators == 0:
		return literal(c)
	case others > 0:
		c.Fault("must hold either operators or a value, not both")
		return nil
	}
	var all allOf
	options := optionsOf(c)
	c.Members(func(key string, v wire.Cursor) {
		if m := compileOperator(key, v, options); m != nil {
			all = append(all, m)
		}
	})
	return &all
}

// compileOperator is nil when a fault was noted, and for $options, which
// belongs to $regex.
func compileOperator(name string, c wire.Cursor, options string) matcher {
	switch name {
	case "$eq":
		return literal(c)
	case "$ne":
		return negated(literal(c))
	case "$in":
		return alternatives(c)
	case "$nin":
		return negated(alternatives(c))
	case "$gt", "$gte", "$lt", "$lte":
		return ordering(name, c)
	case "$regex":
		return pattern(c, options)
	case "$options":
		return nil
	case "$exists":
		var want wire.Bool
		c.Into(&want)
		return presence(want)
	case "$not":
		return negated(compileCondition(c))
	case "$and", "$or", "$nor":
		return combine(name, c, compileCondition)
	case "$all":
		return everyOf(c)
	case "$size":
		var n wire.Int
		c.Into(&n)
		return size(n)
	case "$elemMatch":
		return &element{compileElement(c)}
	}
	c.Fault(unknownOperator(name))
	return nil
}

// compileElement reads what an element must be: operators on itself, or a
// query on its fields.
func compileElement(c wire.Cursor) matcher {
	ofItself := false
	c.Members(func(key string, _ wire.Cursor) {
		switch key {
		case "$and", "$or", "$nor":
		default:
			ofItself = ofItself || strings.HasPrefix(key, "$")
		}
	})
	if ofItself {
		return compileCondition(c)
	}
	return compileQuery(c)
}

// combine reads a list of conditions under $and, $or or $nor.
func combine(name string, c wire.Cursor, compile func(wire.Cursor) matcher) matcher {
	var parts []matcher
	if !c.Each(func(v wire.Cursor) {
		if m := compile(v); m != nil {
			parts = append(parts, m)
		}
	}) {
		c.Fault("must be an array, not " + c.Kind())
	} else if len(parts) == 0 {
		c.Fault("must hold a condition")
	}
	switch name {
	case "$or":
		return &oneOf{parts}
	case "$nor":
		return &negation{&oneOf{parts}}
	}
	all := allOf(parts)
	return &all
}

func optionsOf(c wire.Cursor) string {
	var options wire.Str
	if o := c.Key("$options"); !o.Null() {
		o.Into(&options)
		if strings.Trim(string(options), "ims") != "" {
			o.Fault("must be made of i, m and s")
		}
		if c.Key("$regex").Null() {
			o.Fault("belongs to $regex")
		}
	}
	return string(options)
}

func pattern(c wire.Cursor, options string) matcher {
	var text wire.Str
	c.Into(&text)
	if options != "" {
		options = "(?" + options + ")"
	}
	compiled, err := regexp.Compile(options + string(text))
	if err != nil {
		c.Fault("cannot be read: " + err.Error())
		return nil
	}
	return &expression{compiled}
}
