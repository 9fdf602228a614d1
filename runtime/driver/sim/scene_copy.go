package sim

import (
	"encoding/json"
	"maps"
	"reflect"

	"llbot/protocols/qq"
)

// still is the world as it is at this moment: a copy that nothing changes, and
// the time. The lock is held for as long as copying takes; what is to be made
// of the copy may last.
func (w *World) still() (*state, qq.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.st.copied(), qq.TimeOf(w.opt.Now())
}

// copied is a copy of all that apply changes in place. What is behind pointers
// of package qq, and the content of messages, is replaced and never changed:
// both states have it. The copy's indexes belong to the original and must not
// be asked.
func (st *state) copied() *state {
	c := copyOf(reflect.ValueOf(*st)).Interface().(state)
	return &c
}

// copyOf copies a value of the state.
func copyOf(v reflect.Value) reflect.Value {
	if quick := quickCopy(v.Interface()); quick != nil {
		return reflect.ValueOf(quick)
	}
	switch t := v.Type(); {
	case t.Kind() == reflect.Pointer && !v.IsNil() && t.Elem().PkgPath() == reflect.TypeFor[state]().PkgPath():
		p := reflect.New(t.Elem())
		p.Elem().Set(copyOf(v.Elem()))
		return p
	case t.Kind() == reflect.Map && !v.IsNil():
		m := reflect.MakeMapWithSize(t, v.Len())
		for i := v.MapRange(); i.Next(); {
			m.SetMapIndex(i.Key(), copyOf(i.Value()))
		}
		return m
	case t.Kind() == reflect.Slice && !v.IsNil():
		s := reflect.MakeSlice(t, v.Len(), v.Len())
		for i := range v.Len() {
			s.Index(i).Set(copyOf(v.Index(i)))
		}
		return s
	case t.Kind() == reflect.Struct:
		s := reflect.New(t).Elem()
		s.Set(v)
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				s.Field(i).Set(copyOf(v.Field(i)))
			}
		}
		return s
	}
	return v
}

// quickCopy copies what there is most of; nil for everything else.
func quickCopy(v any) any {
	switch v := v.(type) {
	case map[qq.UserID]*qq.User:
		return maps.Clone(v)
	case map[qq.UserID]*qq.Friend:
		return maps.Clone(v)
	case map[qq.UserID]*qq.Member:
		return maps.Clone(v)
	case qq.Segments:
		return v
	case json.RawMessage:
		return v
	case []*message:
		return copyMessages(v)
	}
	return nil
}

func copyMessages(list []*message) []*message {
	if list == nil {
		return nil
	}
	own, block := make([]*message, len(list)), make([]message, len(list))
	for i, m := range list {
		block[i] = *m
		if m.Reactions != nil {
			block[i].Reactions = copyOf(reflect.ValueOf(m.Reactions)).Interface().(*reactions)
		}
		own[i] = &block[i]
	}
	return own
}
