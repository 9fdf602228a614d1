package face

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

func ids() *rapid.Generator[[]qq.UserID] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) qq.UserID {
		return qq.UserID(rapid.Int64Range(0, qq.MaxUin).Draw(t, "id"))
	}), 0, 8)
}

func TestAccountsAreASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := ids().Draw(t, "ids")
		before := slices.Clone(in)
		set := AccountsOf(in...)
		if !slices.Equal(in, before) {
			t.Fatal("the argument was changed")
		}
		want := slices.Clone(in)
		slices.Sort(want)
		want = slices.Compact(want)
		if !slices.Equal(set.List(), want) {
			t.Fatalf("%v lists as %v", in, set.List())
		}
		for _, id := range in {
			if !set.Has(id) {
				t.Fatalf("%d is not in %v", id, set.List())
			}
		}
		other := qq.UserID(rapid.Int64Range(0, qq.MaxUin).Draw(t, "other"))
		if set.Has(other) != slices.Contains(in, other) {
			t.Fatalf("%d in %v: %v", other, in, set.Has(other))
		}
	})
}

func TestEqualSetsAreEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := ids().Draw(t, "ids")
		mixed := rapid.Permutation(append(slices.Clone(in), in...)).Draw(t, "mixed")
		if AccountsOf(in...) != AccountsOf(mixed...) {
			t.Fatalf("%v and %v differ", in, mixed)
		}
		if more := AccountsOf(append(in, qq.MaxUin+1)...); more == AccountsOf(in...) {
			t.Fatal("different sets are equal")
		}
	})
}

func TestTheEmptySet(t *testing.T) {
	var none Accounts
	if none != AccountsOf() || none.Has(0) || len(none.List()) != 0 {
		t.Error("the zero value is not the empty set")
	}
}

func TestHasDoesNotAllocate(t *testing.T) {
	set := AccountsOf(10001, 10002, 10003)
	found := 0
	n := testing.AllocsPerRun(100, func() {
		if set.Has(10003) {
			found++
		}
	})
	if n != 0 || found != 101 { // one run to warm up
		t.Errorf("%v allocations, found %d times", n, found)
	}
}

func TestSelection(t *testing.T) {
	message := func(account qq.UserID, self bool) *qq.Entry {
		return &qq.Entry{Account: account, Event: &qq.MessageReceived{Message: qq.Message{Self: self}}}
	}
	for _, c := range []struct {
		name  string
		s     Selection
		e     *qq.Entry
		wants bool
	}{
		{"of a chosen account", Selection{Accounts: AccountsOf(10001)}, message(10001, false), true},
		{"of another account", Selection{Accounts: AccountsOf(10001)}, message(10002, false), false},
		{"own, not asked for", Selection{Accounts: AccountsOf(10001)}, message(10001, true), false},
		{"own, asked for", Selection{Accounts: AccountsOf(10001), ReportSelf: true}, message(10001, true), true},
		{"own of another account", Selection{Accounts: AccountsOf(10001), ReportSelf: true}, message(10002, true), false},
		{"no message", Selection{Accounts: AccountsOf(10001)}, &qq.Entry{Account: 10001, Event: &qq.FriendDeleted{}}, true},
		{"nothing chosen", Selection{ReportSelf: true}, message(10001, false), false},
	} {
		if got := c.s.Wants(c.e); got != c.wants {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
