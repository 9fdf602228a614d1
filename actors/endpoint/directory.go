package endpoint

import (
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// Accounts is the fixed list of accounts that an endpoint serves, the first
// one owning the plain paths. It implements face.Directory.
type Accounts []qq.Caller

// First is the first account.
func (a Accounts) First() (qq.Caller, bool) {
	if len(a) == 0 {
		return nil, false
	}
	return a[0], true
}

// Account finds an account by its number.
func (a Accounts) Account(id qq.UserID) (qq.Caller, bool) {
	for _, c := range a {
		if c.Account() == id {
			return c, true
		}
	}
	return nil, false
}

// All lists the accounts.
func (a Accounts) All() []qq.Caller { return a }

var _ face.Directory = Accounts{}
