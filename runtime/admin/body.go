package admin

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// strict reads a T and refuses keys that T does not have, at its own level.
type strict[T any] struct{ Value T }

// DecodeWire reads the object under c.
func (s *strict[T]) DecodeWire(c wire.Cursor) {
	known := keysOf(reflect.TypeFor[T]())
	seen := map[string]bool{}
	c.Members(func(key string, value wire.Cursor) {
		switch {
		case !known[key]:
			value.Fault("is not known here")
		case seen[key]:
			value.Fault("is given twice")
		}
		seen[key] = true
	})
	c.Into(&s.Value)
}

func keysOf(t reflect.Type) map[string]bool {
	keys := map[string]bool{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		keys[name] = true
	}
	return keys
}

// decode reads a request's body, naming every fault with its path.
func decode[T any](body []byte) (T, error) {
	var s strict[T]
	if len(body) == 0 {
		return s.Value, wire.Faults{{Reason: "the body is empty; a JSON object is wanted"}}
	}
	var d wire.Decoder
	err := d.Decode(body, &s)
	return s.Value, err
}

// faultList collects what is wrong with values whose form is right.
type faultList struct{ wire.Faults }

func (l *faultList) add(path, reason string) {
	l.Faults = append(l.Faults, wire.Fault{Path: path, Reason: reason})
}

// err is the list as an error, nil when it is empty.
func (l *faultList) err() error {
	if len(l.Faults) == 0 {
		return nil
	}
	return l.Faults
}

// user checks a QQ number.
func (l *faultList) user(path string, n wire.Int) qq.UserID {
	if !qq.UserID(n).Valid() {
		l.add(path, "must be a QQ number, "+strconv.Itoa(qq.MinUin)+" to "+strconv.Itoa(qq.MaxUin))
	}
	return qq.UserID(n)
}

// userOr checks a QQ number that may be left out; 0 stands for that.
func (l *faultList) userOr(path string, n wire.Optional[wire.Int]) qq.UserID {
	if !n.Set {
		return 0
	}
	return l.user(path, n.Value)
}

// group checks a group's number.
func (l *faultList) group(path string, n wire.Int) qq.GroupID {
	if n < 1 || n > qq.MaxUin {
		l.add(path, "must be a group's number, 1 to "+strconv.Itoa(qq.MaxUin))
	}
	return qq.GroupID(n)
}

// within checks a number's bounds.
func (l *faultList) within(path string, n wire.Int, least, most int) int {
	if n < wire.Int(least) || n > wire.Int(most) {
		l.add(path, "must be "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
	}
	return int(n)
}

// under takes over the faults of a value whose place is path.
func (l *faultList) under(path string, err error) {
	var inner wire.Faults
	if !errors.As(err, &inner) {
		l.add(path, err.Error())
		return
	}
	for _, f := range inner {
		switch {
		case f.Path == "", strings.HasPrefix(f.Path, "["):
			l.add(path+f.Path, f.Reason)
		default:
			l.add(path+"."+f.Path, f.Reason)
		}
	}
}
