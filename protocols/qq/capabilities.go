package qq

import (
	"reflect"
	"slices"
)

// Capability is what can be said of an operation without asking a driver; the
// Lacks of a driver says which ones it cannot do.
type Capability struct {
	Op       Operation // zero value
	Name     string    // as OpName
	Area     string    // heading in lists, e.g. "group files"
	Class    Class
	Keyed    bool    // takes an idempotency key
	Offline  bool    // answered while the account is not logged in
	Secret   bool    // the answer is a secret of the login: never log or store it
	Sentence string  // what it does, for people
	Fails    []error // kinds of failure beside those of CommonFailures
}

// Answer is the type of the operation's result.
func (c Capability) Answer() reflect.Type {
	m, _ := reflect.TypeOf(c.Op).MethodByName("Answers")
	return m.Type.In(1)
}

// CommonFailures are the kinds that any operation may fail with: ErrInvalid,
// and what the account, the link and QQ itself refuse.
func CommonFailures() []error {
	return []error{
		ErrInvalid, ErrUnsupported, ErrOffline, ErrRateLimited, ErrRiskControl, ErrTimeout, ErrUpstream, ErrInternal,
	}
}

// MayFail tells whether the operation may fail with that kind.
func (c Capability) MayFail(kind error) bool {
	return slices.Contains(c.Fails, kind) || slices.Contains(CommonFailures(), kind)
}

// Capabilities lists every operation there is, by area.
func Capabilities() []Capability {
	var list []Capability
	for _, a := range areas() {
		for _, o := range a.ops {
			list = append(list, Capability{
				Op: o.op, Name: OpName(o.op), Area: a.name, Class: o.op.Class(),
				Keyed: o.op.Class() != ClassRead, Offline: AnswersOffline(o.op), Secret: IsSecret(o.op),
				Sentence: o.sentence, Fails: o.fails,
			})
		}
	}
	return list
}

// CapabilityOf is the capability of an operation's kind; false for what is no
// operation of the catalogue.
func CapabilityOf(op Operation) (Capability, bool) {
	list := Capabilities()
	i := slices.IndexFunc(list, func(c Capability) bool { return reflect.TypeOf(c.Op) == reflect.TypeOf(op) })
	if i < 0 {
		return Capability{}, false
	}
	return list[i], true
}

// Catalogue is one zero value of every operation there is. A new operation is
// known once it stands in areas.
func Catalogue() []Operation {
	var list []Operation
	for _, a := range areas() {
		for _, o := range a.ops {
			list = append(list, o.op)
		}
	}
	return list
}

// AnswersOffline tells whether a driver is asked although the account is not
// logged in.
func AnswersOffline(op Operation) bool {
	switch op.(type) {
	case GetLogin, GetStatus, GetBackend, GetLoginState, LogIn:
		return true
	}
	return false
}

// IsSecret tells whether the answer is a secret of the login.
func IsSecret(op Operation) bool {
	switch op.(type) {
	case GetCredentials, GetClientKey:
		return true
	}
	return false
}

// area is a part of the domain with its operations.
type area struct {
	name string
	ops  []described
}

// described is one operation with what a person is told of it.
type described struct {
	op       Operation
	sentence string
	fails    []error
}

func does(op Operation, sentence string, fails ...error) described {
	return described{op, sentence, fails}
}
