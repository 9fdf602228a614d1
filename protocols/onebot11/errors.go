package onebot11

import (
	"errors"
	"fmt"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// refused puts a failed call into an envelope: what the caller wrote wrongly is
// 400 (1400 over a WebSocket), what QQ or the account refused is 200 (1200).
func (d dialect) refused(err error) envelope {
	if faults, ok := errors.AsType[wire.Faults](err); ok {
		return d.failure(codeBad, faults.Error())
	}
	e := qq.AsError(err)
	if errors.Is(e, qq.ErrInvalid) {
		return d.failure(codeBad, describe(e))
	}
	return d.failure(codeFailed, describe(e))
}

// unsureText ends the text of a failure whose outcome nobody knows.
const unsureText = "; it may have taken effect all the same"

// describe is the text that a person is told.
func describe(e *qq.Error) string {
	text := e.Text
	if text == "" {
		text = e.Kind.Error()
	}
	if e.Code != 0 {
		text = fmt.Sprintf("%s (QQ code %d)", text, e.Code)
	}
	if e.Outcome == qq.Unknown {
		text += unsureText
	}
	return text
}

// fault is one thing wrong with a request that only shows after decoding.
func fault(path, reason string) error { return wire.Faults{{Path: path, Reason: reason}} }

// ignoring passes an error on unless it is of the kind.
func ignoring(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}

// faultsOf is the faults of an error that is nothing else.
func faultsOf(err error) wire.Faults {
	if faults, ok := errors.AsType[wire.Faults](err); ok {
		return faults
	}
	return wire.Faults{{Reason: err.Error()}}
}
