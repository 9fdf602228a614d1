package sim

import (
	"context"

	"llbot/protocols/qq"
)

func (a *actor) getBackend(context.Context, qq.GetBackend) (qq.Backend, error) {
	return qq.Backend{Name: "simulated QQ", ProtocolVersion: "sim-1", ProtocolType: "linux"}, nil
}

// defaultPage is the length of a list when an operation states none.
const defaultPage = 20

func pageLength(limit int) (int, error) {
	switch {
	case limit < 0:
		return 0, qq.Errorf(qq.ErrInvalid, "a list of at most %d entries makes no sense", limit)
	case limit == 0:
		return defaultPage, nil
	}
	return limit, nil
}
