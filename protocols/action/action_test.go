package action

import (
	"context"
	"errors"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

type mute struct {
	Group wire.Int                `json:"group_id"`
	User  wire.Int                `json:"user_id"`
	For   wire.Optional[wire.Int] `json:"duration"`
}

func (p mute) op() (qq.MuteMember, error) {
	return qq.MuteMember{Group: qq.GroupID(p.Group), Member: qq.UserID(p.User), For: time.Duration(p.For.Or(1800)) * time.Second}, nil
}

func null(qq.None) wire.Raw { return wire.Raw("null") }

type recorder struct {
	got qq.Operation
	err error
}

func (*recorder) Account() qq.UserID { return 1 }

func (r *recorder) Do(_ context.Context, op qq.Operation) (any, error) {
	r.got = op
	return qq.None{}, r.err
}

func table(t *testing.T) *Table {
	t.Helper()
	tab, err := Join([]Action{Bind("set_group_ban", mute.op, null)})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestCallDecodesRunsAndEncodes(t *testing.T) {
	tab, caller := table(t), &recorder{}
	got, err := tab.Call(t.Context(), caller, tab.Lookup("set_group_ban"), []byte(`{"group_id":"123","user_id":7,"duration":null,"extra":1}`))
	if err != nil || string(got.(wire.Raw)) != "null" {
		t.Fatalf("got %v, %v", got, err)
	}
	want := qq.MuteMember{Group: 123, Member: 7, For: 30 * time.Minute}
	if caller.got != qq.Operation(want) {
		t.Fatalf("operation %+v, want %+v", caller.got, want)
	}
}

func TestCallReportsEveryFault(t *testing.T) {
	tab := table(t)
	_, err := tab.Call(t.Context(), &recorder{}, tab.Lookup("set_group_ban"), []byte(`{"group_id":"x","duration":[]}`))
	faults, ok := errors.AsType[wire.Faults](err)
	if !ok || len(faults) != 3 {
		t.Fatalf("faults: %v", err)
	}
}

func TestCallPassesTheOperationsError(t *testing.T) {
	tab := table(t)
	_, err := tab.Call(t.Context(), &recorder{err: qq.Errorf(qq.ErrForbidden, "no")}, tab.Lookup("set_group_ban"), []byte(`{"group_id":1,"user_id":1}`))
	if !errors.Is(err, qq.ErrForbidden) {
		t.Fatal(err)
	}
}

func TestJoinRefusesANameDeclaredTwice(t *testing.T) {
	row := Bind("x", mute.op, null)
	if _, err := Join([]Action{row}, []Action{row}); err == nil {
		t.Fatal("no error")
	}
	if _, err := Join([]Action{row, row.As("y")}); err != nil {
		t.Fatal(err)
	}
}
