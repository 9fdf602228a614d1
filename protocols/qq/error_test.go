package qq

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
)

func TestErrorText(t *testing.T) {
	for want, err := range map[string]*Error{
		"muted":              {Kind: ErrMuted},
		"SendMessage: quiet": {Kind: ErrMuted, Op: "SendMessage", Text: "quiet"},
		"GetUser: not found": {Kind: ErrNotFound, Op: "GetUser"},
		"quiet":              {Kind: ErrMuted, Text: "quiet"},
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

func TestErrorfKeepsKindAndCauses(t *testing.T) {
	err := Errorf(ErrMedia, "picture: %w", io.ErrUnexpectedEOF)
	if !errors.Is(err, ErrMedia) || !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, ErrMuted) {
		t.Errorf("%v", err)
	}
	if err.Error() != "picture: unexpected EOF" || err.Outcome != NotApplied {
		t.Errorf("%+v", err)
	}
	if two := Errorf(ErrMedia, "%w and %w", io.EOF, os.ErrNotExist); !errors.Is(two, io.EOF) || !errors.Is(two, os.ErrNotExist) || !errors.Is(two, ErrMedia) {
		t.Errorf("two causes: %+v", two)
	}
	if plain := Errorf(ErrInvalid, "x %d", 5); plain.Cause != nil || !errors.Is(plain, ErrInvalid) {
		t.Errorf("%+v", plain)
	}
}

func TestAsError(t *testing.T) {
	inner := Errorf(ErrConflict, "done already")
	if got := AsError(fmt.Errorf("outer: %w", inner)); got != inner {
		t.Errorf("%+v", got)
	}
	got := AsError(io.EOF)
	if !errors.Is(got, ErrInternal) || !errors.Is(got, io.EOF) || got.Outcome != Unknown || got.Text != "EOF" {
		t.Errorf("%+v", got)
	}
}

// TestKindsAreDistinct: no kind is another one.
func TestKindsAreDistinct(t *testing.T) {
	kinds := []error{
		ErrInvalid, ErrNotFound, ErrForbidden, ErrMuted, ErrUnsupported, ErrOffline, ErrRateLimited,
		ErrRiskControl, ErrConflict, ErrMedia, ErrTimeout, ErrUpstream, ErrInternal, ErrCursorGone,
	}
	for i, a := range kinds {
		for j, b := range kinds {
			if errors.Is(&Error{Kind: a}, b) != (i == j) {
				t.Errorf("%v is %v", a, b)
			}
		}
	}
}
