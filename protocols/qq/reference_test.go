package qq

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// found lists the addresses of every value of type V inside v, whatever holds
// it; what lies inside one is not looked at.
func found[V any](v reflect.Value) (list []*V) {
	if v.Type() == reflect.TypeFor[V]() {
		return []*V{v.Addr().Interface().(*V)}
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				list = append(list, found[V](v.Field(i))...)
			}
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return found[V](v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, found[V](v.Index(i))...)
		}
	}
	return list
}

// filled is a pointer to a value of a type with every field set, content being
// one of every segment.
func filled(t *testing.T, typ reflect.Type) reflect.Value {
	t.Helper()
	p := reflect.New(typ)
	f := filler{t: t}
	f.fill(typ.Name(), p.Elem())
	for _, s := range found[Segments](p.Elem()) {
		*s = everyFilledSegment(t)
	}
	return p
}

// everyFilledSegment is one of every kind with all fields set.
func everyFilledSegment(t *testing.T) (all Segments) {
	for _, s := range SegmentKinds() {
		f := filler{t: t}
		f.fill(SegmentKind(s), reflect.ValueOf(s).Elem())
		if forward, ok := s.(*Forward); ok {
			for _, n := range forward.Nodes {
				n.Segments = Segments{&Image{Media: Media{ID: "in a node"}}, &Reply{MessageRef: MessageRef{Seq: 9}}}
			}
		}
		all = append(all, s)
	}
	return all
}

// sameAddresses compares what reflection found with what a method visited.
func sameAddresses[V any](t *testing.T, name string, want, got []*V) {
	t.Helper()
	seen := map[*V]bool{}
	for _, p := range got {
		if seen[p] {
			t.Errorf("%s: %+v is visited twice", name, *p)
		}
		seen[p] = true
	}
	for _, p := range want {
		if !seen[p] {
			t.Errorf("%s: %+v is not visited", name, *p)
		}
		delete(seen, p)
	}
	for p := range seen {
		t.Errorf("%s: %+v is visited, but not part of it", name, *p)
	}
}

func TestEveryReferenceOfAnEventOrResultIsVisited(t *testing.T) {
	var all []reflect.Value
	for _, e := range EventKinds() {
		all = append(all, filled(t, reflect.TypeOf(e).Elem()))
	}
	for _, c := range Capabilities() {
		if c.Answer().Kind() == reflect.Pointer {
			all = append(all, filled(t, c.Answer().Elem()))
		}
	}
	for _, p := range all {
		name, want := p.Type().String(), found[MessageRef](p.Elem())
		r, ok := p.Interface().(Referrer)
		if !ok {
			if len(want) > 0 {
				t.Errorf("%s names messages, but is no Referrer", name)
			}
			continue
		}
		var got []*MessageRef
		r.EachRef(func(ref *MessageRef) { got = append(got, ref) })
		sameAddresses(t, name, want, got)
	}
}

// TestOperationsOwnWhatTheyName: Resolve reaches every reference, EachMedia
// every blob of the copy, and nothing is changed that the caller holds.
func TestOperationsOwnWhatTheyName(t *testing.T) {
	for _, op := range Catalogue() {
		name := OpName(op)
		p := filled(t, reflect.TypeOf(op))
		before := filled(t, reflect.TypeOf(op))
		refs, blobs := found[MessageRef](p.Elem()), found[Media](p.Elem())
		r, resolving := p.Elem().Interface().(Resolving)
		_, carrying := p.Elem().Interface().(Carrying)
		if resolving != (len(refs)+len(blobs) > 0) || carrying != (len(blobs) > 0) {
			t.Errorf("%s: %d references, Resolving %v; %d blobs, Carrying %v", name, len(refs), resolving, len(blobs), carrying)
		}
		if !resolving {
			continue
		}
		resolved, err := r.Resolve(func(MessageRef) (MessageRef, error) { return MessageRef{Chat: GroupChat(7), Seq: 1, ID: 1}, nil })
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c, _ := resolved.(Carrying)
		var visited []*Media
		if carrying {
			_ = c.EachMedia(func(m *Media) error {
				visited = append(visited, m)
				m.ID = "taken"
				return nil
			})
		}
		own := reflect.New(reflect.TypeOf(op))
		own.Elem().Set(reflect.ValueOf(resolved))
		for _, ref := range found[MessageRef](own.Elem()) {
			if ref.Seq != 1 {
				t.Errorf("%s: %+v is not resolved", name, *ref)
			}
		}
		if carrying {
			sameAddresses(t, name, found[Media](own.Elem()), visited)
		}
		if diff := cmp.Diff(before.Interface(), p.Interface()); diff != "" {
			t.Errorf("%s: the caller's operation was changed\n%s", name, diff)
		}
	}
}

func TestSegmentsOwnTheirClone(t *testing.T) {
	all, before := everyFilledSegment(t), everyFilledSegment(t)
	clone := all.Clone()
	if diff := cmp.Diff(all, clone); diff != "" {
		t.Error(diff)
	}
	var refs []*MessageRef
	clone.EachRef(func(ref *MessageRef) { refs = append(refs, ref); ref.ID = -5 })
	sameAddresses(t, "clone", found[MessageRef](reflect.ValueOf(&clone).Elem()), refs)
	var blobs []*Media
	err := clone.EachMedia(func(m *Media) error { blobs = append(blobs, m); m.ID = "changed"; return nil })
	if err != nil {
		t.Error(err)
	}
	sameAddresses(t, "clone", found[Media](reflect.ValueOf(&clone).Elem()), blobs)
	if diff := cmp.Diff(before, all); diff != "" {
		t.Errorf("a change of the clone changed the original\n%s", diff)
	}
}

func TestMediaOfTheFirstFailureEndsTheVisit(t *testing.T) {
	for i := range len(found[Media](reflect.ValueOf(everyFilledSegment(t)))) {
		n := 0
		err := everyFilledSegment(t).EachMedia(func(*Media) error {
			if n++; n > i {
				return Errorf(ErrMedia, "no")
			}
			return nil
		})
		if err == nil || n != i+1 {
			t.Errorf("failing the blob %d: %d visited, %v", i, n, err)
		}
	}
}
