package face

import (
	"encoding/binary"
	"slices"

	"llbot/protocols/qq"
)

// Accounts is an immutable, comparable set of accounts: two sets with the same
// members are ==. The zero value is the empty set.
type Accounts struct{ packed string } // sorted, 8 bytes each

// AccountsOf makes a set.
func AccountsOf(ids ...qq.UserID) Accounts {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	packed := make([]byte, 0, 8*len(ids))
	for _, id := range ids {
		packed = binary.BigEndian.AppendUint64(packed, uint64(id))
	}
	return Accounts{string(packed)}
}

// Has tells whether id is in the set.
func (a Accounts) Has(id qq.UserID) bool {
	for s := a.packed; len(s) >= 8; s = s[8:] {
		if at(s) == id {
			return true
		}
	}
	return false
}

// List gives the members in rising order.
func (a Accounts) List() []qq.UserID {
	var ids []qq.UserID
	for s := a.packed; len(s) >= 8; s = s[8:] {
		ids = append(ids, at(s))
	}
	return ids
}

func at(s string) qq.UserID {
	var id uint64
	for i := range 8 {
		id = id<<8 | uint64(s[i])
	}
	return qq.UserID(id)
}
