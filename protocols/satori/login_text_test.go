package satori

import (
	"reflect"
	"testing"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// TestLoginTextFollowsTheLogin: whatever changes about a login, it is made and
// written anew, and what is written for one account is nothing to another.
func TestLoginTextFollowsTheLogin(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(from qq.Login, features ...string) {
		t.Helper()
		want := s.codec.encodeLogin(from)
		want.Features = features
		text, err := wire.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			l := s.presented(from, features)
			if got := s.loginText(l); string(got.Body) != string(text) || got.Status != 200 {
				t.Errorf("got %d %s, want %s", got.Status, got.Body, text)
			}
		}
	}
	l := qq.Login{User: qq.User{ID: 7}}
	check(l, "a")
	check(l, "a", "b")
	check(l)
	for _, v := range []reflect.Value{reflect.ValueOf(&l).Elem(), reflect.ValueOf(&l.User).Elem()} {
		for i := range v.NumField() {
			switch f := v.Field(i); f.Kind() {
			case reflect.String:
				f.SetString(f.String() + "x")
			case reflect.Bool:
				f.SetBool(!f.Bool())
			case reflect.Int, reflect.Int64:
				f.SetInt(f.Int() + 1)
			}
			check(l, "a")
		}
	}
	other := l
	other.ID++
	check(other, "a")
	check(l, "a")

	// A login that was overtaken by another is written all the same.
	old := s.presented(l, []string{"a"})
	l.Nickname += "y"
	s.presented(l, []string{"a"})
	want, _ := wire.Marshal(old)
	if got := s.loginText(old); string(got.Body) != string(want) {
		t.Errorf("got %s, want %s", got.Body, want)
	}
}
