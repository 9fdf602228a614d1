package satori

import (
	"reflect"
	"testing"

	"llbot/protocols/wire"
)

// TestLoginTextFollowsTheLogin: whatever changes about a login, its text is
// written anew, and what is written for one account is nothing to another.
func TestLoginTextFollowsTheLogin(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(l Login) {
		t.Helper()
		want, err := wire.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := s.loginText(l); string(got.Body) != string(want) || got.Status != 200 {
				t.Errorf("got %d %s, want %s", got.Status, got.Body, want)
			}
		}
	}
	l := Login{SN: 7, User: User{ID: "7"}, Features: []string{"a"}}
	check(l)
	fields := 0
	change := func(v reflect.Value) {
		for i := range v.NumField() {
			switch f := v.Field(i); f.Kind() {
			case reflect.String:
				f.SetString(f.String() + "x")
			case reflect.Int, reflect.Int64:
				f.SetInt(f.Int() + 1)
			case reflect.Bool:
				f.SetBool(!f.Bool())
			case reflect.Slice:
				f.Set(reflect.ValueOf([]string{"a", "b"}))
			case reflect.Struct:
				continue
			default:
				t.Fatalf("a field of kind %s", f.Kind())
			}
			fields++
			check(l)
		}
	}
	change(reflect.ValueOf(&l).Elem())
	change(reflect.ValueOf(&l.User).Elem())
	if fields != 10 {
		t.Errorf("%d fields were changed", fields)
	}
	other := l
	other.SN++
	check(other)
	check(l)
}
