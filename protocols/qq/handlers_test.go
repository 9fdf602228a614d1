package qq

import (
	"context"
	"errors"
	"slices"
	"testing"
)

type clerk struct{ name string }

func (c *clerk) getUser(_ context.Context, op GetUser) (*User, error) {
	return &User{ID: op.User, Nickname: c.name}, nil
}

func TestSharedHandlers(t *testing.T) {
	var h SharedHandlers[*clerk]
	lacked := len(h.Lacks())
	ServeShared(&h, (*clerk).getUser)
	for _, name := range []string{"ann", "ben"} {
		v, err := h.Do(t.Context(), &clerk{name}, GetUser{User: 7})
		if u, ok := v.(*User); err != nil || !ok || u.ID != 7 || u.Nickname != name {
			t.Errorf("%s answers %+v, %v", name, v, err)
		}
	}
	if _, err := h.Do(t.Context(), &clerk{}, GetLogin{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("what is not served: %v", err)
	}
	if list := h.Lacks(); len(list) != lacked-1 || slices.Contains(list, "GetUser") || !slices.Contains(list, "GetLogin") {
		t.Errorf("lacks %v", list)
	}
}
