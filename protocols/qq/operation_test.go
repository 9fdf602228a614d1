package qq

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

type caller struct{ do func(Operation) (any, error) }

func (caller) Account() UserID { return 10001 }

func (c caller) Do(_ context.Context, op Operation) (any, error) { return c.do(op) }

func TestDoGivesTheTypedResult(t *testing.T) {
	want := &User{ID: 5}
	got, err := Do(t.Context(), caller{func(op Operation) (any, error) {
		if op.(GetUser).User != 5 {
			t.Errorf("operation %+v", op)
		}
		return want, nil
	}}, GetUser{User: 5})
	if got != want || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestDoRefusesAResultOfAnotherType(t *testing.T) {
	for _, wrong := range []any{nil, User{}, "text", None{}} {
		got, err := Do(t.Context(), caller{func(Operation) (any, error) { return wrong, nil }}, GetUser{})
		if got != nil || !errors.Is(err, ErrInternal) || !strings.Contains(err.Error(), "GetUser answered a") {
			t.Errorf("%T: %v, %v", wrong, got, err)
		}
	}
}

func TestDoPassesTheErrorAndNothingElse(t *testing.T) {
	want := Errorf(ErrMuted, "quiet")
	got, err := Do(t.Context(), caller{func(Operation) (any, error) { return &User{}, want }}, GetUser{})
	if got != nil || err != error(want) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestHandlers(t *testing.T) {
	var h Handlers
	if _, err := h.Do(t.Context(), GetUser{}); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "GetUser") {
		t.Errorf("the zero value: %v", err)
	}
	Serve(&h, func(_ context.Context, op GetUser) (*User, error) { return &User{ID: op.User}, nil })
	Serve(&h, func(context.Context, MuteGroup) (None, error) { return None{}, Errorf(ErrForbidden, "no") })
	if v, err := h.Do(t.Context(), GetUser{User: 7}); err != nil || v.(*User).ID != 7 {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := h.Do(t.Context(), MuteGroup{}); !errors.Is(err, ErrForbidden) {
		t.Errorf("%v", err)
	}
	Serve(&h, func(context.Context, GetUser) (*User, error) { return &User{ID: 1}, nil })
	if v, _ := h.Do(t.Context(), GetUser{User: 7}); v.(*User).ID != 1 {
		t.Error("a second handler must take the place of the first")
	}
}

func TestLacks(t *testing.T) {
	var h Handlers
	lacks := h.Lacks()
	if len(lacks) != len(Catalogue())-1 || slices.Contains(lacks, "GetStatus") || !slices.IsSorted(lacks) {
		t.Errorf("the zero value lacks %v", lacks)
	}
	Serve(&h, func(context.Context, GetUser) (*User, error) { return nil, nil })
	if got := h.Lacks(); slices.Contains(got, "GetUser") || len(got) != len(lacks)-1 {
		t.Errorf("with GetUser: %v", got)
	}
}

func TestResolveCopies(t *testing.T) {
	resolve := func(r MessageRef) (MessageRef, error) {
		if r.ID == 9 {
			return r, Errorf(ErrNotFound, "no message 9")
		}
		return MessageRef{GroupChat(1), int64(r.ID), r.ID}, nil
	}
	quote := &Reply{MessageRef: MessageRef{ID: 4}}
	send := SendMessage{Segments: Segments{&Text{"x"}, quote}}
	op, err := send.Resolve(resolve)
	if err != nil || op.(SendMessage).Segments[1].(*Reply).Seq != 4 {
		t.Errorf("%+v, %v", op, err)
	}
	if quote.Seq != 0 {
		t.Error("the caller's own segments were changed")
	}
	for _, op := range []Resolving{
		SendMessage{Segments: Segments{&Reply{MessageRef: MessageRef{ID: 9}}, &Reply{MessageRef: MessageRef{ID: 4}}}},
		GetMessage{Ref: MessageRef{ID: 9}}, RecallMessage{Ref: MessageRef{ID: 9}},
	} {
		if _, err := op.Resolve(resolve); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", OpName(op), err)
		}
	}
	if op, err := (GetMessage{Ref: MessageRef{ID: 3}}).Resolve(resolve); err != nil || op.(GetMessage).Ref.Seq != 3 {
		t.Errorf("%+v, %v", op, err)
	}
	if op, err := (RecallMessage{Ref: MessageRef{ID: 3}}).Resolve(resolve); err != nil || op.(RecallMessage).Ref.Seq != 3 {
		t.Errorf("%+v, %v", op, err)
	}
}
