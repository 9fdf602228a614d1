package qq

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestCapabilities(t *testing.T) {
	names := map[string]bool{}
	list := Capabilities()
	if len(list) != len(Catalogue()) {
		t.Errorf("%d capabilities of %d operations", len(list), len(Catalogue()))
	}
	for _, c := range list {
		if names[c.Name] {
			t.Errorf("%s is listed twice", c.Name)
		}
		names[c.Name] = true
		if c.Area == "" || !strings.HasSuffix(c.Sentence, ".") || strings.Contains(c.Sentence, "\n") {
			t.Errorf("%s in area %q: %q", c.Name, c.Area, c.Sentence)
		}
		if c.Name != OpName(c.Op) || c.Class != c.Op.Class() || c.Class.String() == "unknown" {
			t.Errorf("%s is %s (%s)", OpName(c.Op), c.Name, c.Class)
		}
		if c.Keyed == (c.Class == ClassRead) {
			t.Errorf("%s is of class %s, and takes a key: %v", c.Name, c.Class, c.Keyed)
		}
		if c.Secret && c.Keyed {
			t.Errorf("%s is a secret, and its answer would be stored", c.Name)
		}
		for _, kind := range c.Fails {
			if kind == nil || !c.MayFail(kind) {
				t.Errorf("%s fails with %v", c.Name, kind)
			}
			for _, common := range CommonFailures() {
				if errors.Is(kind, common) {
					t.Errorf("%s lists %v, which every operation may fail with", c.Name, kind)
				}
			}
		}
		if c.MayFail(ErrCursorGone) {
			t.Errorf("%s fails with %v", c.Name, ErrCursorGone)
		}
	}
}

func TestAnswers(t *testing.T) {
	want := map[string]reflect.Type{
		"SendMessage": reflect.TypeFor[*Sent](), "SetCard": reflect.TypeFor[None](), "ListFriends": reflect.TypeFor[[]*Friend](),
		"GetLogin": reflect.TypeFor[Login](), "CheckURL": reflect.TypeFor[URLSafety](),
	}
	for _, c := range Capabilities() {
		if w := want[c.Name]; w != nil && c.Answer() != w {
			t.Errorf("%s answers %v, want %v", c.Name, c.Answer(), w)
		}
		delete(want, c.Name)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

func TestCapabilityOf(t *testing.T) {
	if c, ok := CapabilityOf(MuteMember{Group: 7}); !ok || c.Name != "MuteMember" || !c.MayFail(ErrForbidden) || c.MayFail(ErrMedia) {
		t.Errorf("%+v, %v", c, ok)
	}
	if c, ok := CapabilityOf(Keyed{Op: MuteMember{}}); ok {
		t.Errorf("%+v", c)
	}
}

func TestWhatIsAnsweredOffline(t *testing.T) {
	for _, c := range Capabilities() {
		want := c.Name == "GetLogin" || c.Name == "GetStatus" || c.Name == "GetBackend" || c.Name == "GetLoginState" || c.Name == "LogIn"
		if c.Offline != want {
			t.Errorf("%s: offline %v", c.Name, c.Offline)
		}
	}
}
