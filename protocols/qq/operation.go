package qq

import (
	"context"
	"reflect"
)

// Class says what an operation is like; it decides who may call it with a
// scoped token, what is answered from the read cache and what is paced.
type Class uint8

// The classes of operations.
const (
	ClassRead     Class = iota + 1 // changes nothing
	ClassSend                      // speaks
	ClassChange                    // changes something of the account's own
	ClassModerate                  // acts on others in a group
	ClassAccount                   // login, profile
	ClassSystem                    // about the server
)

// String is the name that configurations use for a class.
func (c Class) String() string {
	names := [...]string{"", "read", "send", "change", "moderate", "account", "system"}
	if int(c) < len(names) {
		return names[c]
	}
	return "unknown"
}

// Operation is anything an account can be asked to do: a plain serialisable
// struct of this package that embeds one of the class markers below.
type Operation interface{ Class() Class }

// Op is an operation whose answer is an R.
type Op[R any] interface {
	Operation
	Answers(R)
}

// None is the result of an operation that answers nothing.
type None struct{}

// Returns ties an operation to its result type; embedded through the markers.
type Returns[R any] struct{}

// Answers exists for the type checker only.
func (Returns[R]) Answers(R) {}

// The markers: embed one in an operation to state its class and its result.
type (
	// Reads marks an operation that changes nothing.
	Reads[R any] struct{ Returns[R] }
	// Sends marks an operation that speaks.
	Sends[R any] struct{ Returns[R] }
	// Changes marks an operation on the account's own things.
	Changes[R any] struct{ Returns[R] }
	// Moderates marks an operation on others in a group.
	Moderates[R any] struct{ Returns[R] }
	// Governs marks an operation on the account's login or profile.
	Governs[R any] struct{ Returns[R] }
)

// Class is ClassRead.
func (Reads[R]) Class() Class { return ClassRead }

// Class is ClassSend.
func (Sends[R]) Class() Class { return ClassSend }

// Class is ClassChange.
func (Changes[R]) Class() Class { return ClassChange }

// Class is ClassModerate.
func (Moderates[R]) Class() Class { return ClassModerate }

// Class is ClassAccount.
func (Governs[R]) Class() Class { return ClassAccount }

// OpName is the name of an operation's type, e.g. "MuteMember".
func OpName(op Operation) string { return reflect.TypeOf(op).Name() }

// Caller runs operations on one account. Implementations resolve message
// references, ingest media and stamp 32-bit ids; failures are *Error.
type Caller interface {
	// Account is the number of the account that answers.
	Account() UserID
	// Do runs one operation; the dynamic type of the result is the R of its Op.
	Do(ctx context.Context, op Operation) (any, error)
}

// Do runs op through c and gives the typed result.
func Do[O Op[R], R any](ctx context.Context, c Caller, op O) (R, error) {
	var zero R
	v, err := c.Do(ctx, op)
	if err != nil {
		return zero, err
	}
	r, ok := v.(R)
	if !ok {
		return zero, Errorf(ErrInternal, "%s answered a %T", OpName(op), v)
	}
	return r, nil
}

// Resolving is implemented by operations that name messages or carry blobs.
// Resolve returns a copy in which every reference has passed through resolve
// and which shares no blob with the caller.
type Resolving interface {
	Operation
	Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error)
}

// Carrying is implemented by operations that carry blobs, which are ingested
// before the driver sees them.
type Carrying interface {
	Operation
	EachMedia(visit func(*Media) error) error
}

// Cacheable is implemented by reads whose answer the account may keep until
// something in its Domain changes. Key is the operation with its freshness wish
// taken out; fresh means that the caller wants the driver asked.
type Cacheable interface {
	Operation
	Cache() (key Operation, domain Domain, fresh bool)
}
