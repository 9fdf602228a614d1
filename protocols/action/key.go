package action

import (
	"bytes"
	"context"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Where all three protocols look for an idempotency key: a member of the
// parameters, and a header of HTTP requests.
const (
	KeyParam  = "_idempotency_key"
	KeyHeader = "Idempotency-Key"
)

// keyed reads the key out of parameters of any kind.
type keyed struct {
	Key wire.Optional[wire.Str] `json:"_idempotency_key"`
}

// CallOnce is Call under the request's idempotency key, if it has one: as the
// parameter KeyParam, or as the header that is given here ("" for none). A key
// that is none, and two that differ, are wire.Faults that name the place. Calls
// that only read take no notice of a proper key.
func (t *Table) CallOnce(ctx context.Context, c qq.Caller, a *Action, params []byte, header string) (any, error) {
	key, err := t.key(params, header)
	if err != nil {
		return nil, err
	}
	if key != "" && a.Class != qq.ClassRead {
		c = qq.UnderKey(c, key)
	}
	return t.Call(ctx, c, a, params)
}

// key is the request's key, "" for none. Parameters that do not mention one
// are not read.
func (t *Table) key(params []byte, header string) (string, error) {
	key, given, err := ParamKey(t.decoder, params)
	if err != nil {
		return "", err
	}
	if header != "" {
		if reason := qq.CheckKey(header); reason != "" {
			return "", wire.Faults{{Path: "header " + KeyHeader, Reason: reason}}
		}
		if given && key != header {
			return "", wire.Faults{{Path: KeyParam, Reason: "must be that of the header " + KeyHeader + " when both are given"}}
		}
		return header, nil
	}
	return key, nil
}

// ParamKey is the idempotency key among parameters, given false when there is
// none. The errors are wire.Faults: those of a key that is none, and those of
// text that mentions a key and is no JSON object.
func ParamKey(d *wire.Decoder, params []byte) (key string, given bool, err error) {
	if !bytes.Contains(params, []byte(KeyParam)) {
		return "", false, nil
	}
	var k keyed
	if err := d.Decode(params, &k); err != nil || !k.Key.Set {
		return "", false, err
	}
	if reason := qq.CheckKey(string(k.Key.Value)); reason != "" {
		return "", false, wire.Faults{{Path: KeyParam, Reason: reason}}
	}
	return string(k.Key.Value), true, nil
}
