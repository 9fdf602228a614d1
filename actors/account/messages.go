package account

import (
	"context"

	"llbot/actors/system"
	"llbot/protocols/qq"
)

// call asks for an operation that needs the driver.
type call struct {
	system.Reply[any]
	ctx context.Context
	op  qq.Operation
}

// happened brings an event of the driver.
type happened struct {
	system.Reply[qq.SN]
	emission qq.Emission
}

// linked tells that the driver's Run begins, with what it knew of the login.
type linked struct{ login qq.Login }

// unlinked tells that the driver's Run ended.
type unlinked struct{ err error }

// relink is the wheel's word to run the driver again.
type relink struct{}
