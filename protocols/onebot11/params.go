package onebot11

import (
	"fmt"
	"math"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// The parameters that many actions share. A default tag states what an absent
// parameter means, for the reference pages; a test holds it to the truth.

// nothing is the parameters of an action that has none.
type nothing struct{}

type userParam struct {
	User wire.Int `json:"user_id"`
}

type groupParam struct {
	Group wire.Int `json:"group_id"`
}

func (p groupParam) group() qq.GroupID { return qq.GroupID(p.Group) }

type memberParam struct {
	Group wire.Int `json:"group_id"`
	User  wire.Int `json:"user_id"`
}

// noData is the result of an action that answers nothing: null.
type noData struct{}

// null is that result.
func null(qq.None) *noData { return nil }

// anyOf is the first parameter that is there; name is blamed when none is.
func anyOf[T any](name string, list ...wire.Optional[T]) (T, error) {
	for _, o := range list {
		if o.Set {
			return o.Value, nil
		}
	}
	var zero T
	return zero, fault(name, "is required")
}

// What counts and pages are limited to and default to.
const (
	maxCount    = math.MaxInt32
	defaultPage = 20
)

// within refuses numbers that the domain cannot hold.
func within(name string, n wire.Int, least, most int64) (int, error) {
	if int64(n) < least || int64(n) > most {
		return 0, fault(name, fmt.Sprintf("must be a number between %d and %d", least, most))
	}
	return int(n), nil
}

// pointer is the value of a parameter, nil when it was left out.
func pointer[T, V any](o wire.Optional[T], form func(T) V) *V {
	if !o.Set {
		return nil
	}
	v := form(o.Value)
	return &v
}

// chatOf is the chat that two optional parameters name; a group wins.
func chatOf(user, group wire.Optional[wire.Int]) (qq.Chat, error) {
	switch {
	case group.Value != 0:
		return qq.GroupChat(qq.GroupID(group.Value)), nil
	case user.Value != 0:
		return qq.FriendChat(qq.UserID(user.Value)), nil
	}
	return qq.Chat{}, fault("user_id or group_id", "is required")
}
