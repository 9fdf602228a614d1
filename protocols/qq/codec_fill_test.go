package qq

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// filler gives every field of a value something that is not zero, and another
// thing to each. Content is text.
type filler struct {
	t *testing.T
	n int64
}

func (f *filler) fill(path string, v reflect.Value) {
	f.n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			sf := v.Type().Field(i)
			if !sf.IsExported() {
				f.t.Errorf("%s.%s is not exported: it would not be stored", path, sf.Name)
				continue
			}
			f.fill(path+"."+sf.Name, v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(path, v.Elem())
	case reflect.Slice:
		f.fillSlice(path, v)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(path, key)
		f.fill(path, value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(fmt.Sprint("text ", f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(f.n%100 + 1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.n%100 + 1))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.n) + 0.5)
	default:
		f.t.Errorf("%s: a %s cannot be stored", path, v.Type())
	}
}

func (f *filler) fillSlice(path string, v reflect.Value) {
	if v.Type() == reflect.TypeFor[Segments]() {
		v.Set(reflect.ValueOf(NewText(fmt.Sprint("text ", f.n))))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 2, 2))
	for i := range v.Len() {
		f.fill(path, v.Index(i))
	}
}

// full is an event of every kind with every field set, and a message with
// every segment.
func full(t *testing.T) []Event {
	list := []Event{&UnknownEvent{Kind: "FromTheFuture", Data: []byte(`{"x":[1,{"y":"z"}]}`)}}
	for _, e := range EventKinds() {
		f := filler{t: t}
		f.fill(EventKind(e), reflect.ValueOf(e).Elem())
		list = append(list, e)
	}
	for _, s := range append(SegmentKinds(), &Raw{Kind: "hologram", Data: []byte(`{"depth":3,"of":["a <b>"]}`)}) {
		if _, ok := s.(*Raw); !ok {
			f := filler{t: t}
			f.fill(SegmentKind(s), reflect.ValueOf(s).Elem())
		}
		list = append(list, &MessageReceived{Message{Segments: Segments{s}}})
	}
	return list
}

// TestNoFieldIsForgotten: whatever a field is, it is there when it comes back.
// It fails for a field that is not exported, that is tagged away, or that
// shares its name with another.
func TestNoFieldIsForgotten(t *testing.T) {
	for _, e := range full(t) {
		text, err := EncodeEvent(e)
		if err != nil {
			t.Errorf("%s: %v", EventKind(e), err)
			continue
		}
		got, err := DecodeEvent(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Errorf("%s: %s (-want +got)\n%s", EventKind(e), text, diff)
		}
	}
}
