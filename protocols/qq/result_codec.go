package qq

import (
	"encoding/json"
	"fmt"
)

// The stored form of the results of operations that are no reads is versioned,
// tagged JSON like that of events: {"v":1,"kind":"Sent","data":{…}}.
const resultVersion = 1

type storedResult struct {
	Version int             `json:"v"`
	Kind    string          `json:"kind"`
	Data    json.RawMessage `json:"data,omitempty"`
}

type storedSent struct {
	MessageRef
	Time Time `json:"time"`
}

const (
	resultNone = "None"
	resultSent = "Sent"
)

// EncodeResult writes the stored form of what an operation answered. The error
// names a type that only reads answer.
func EncodeResult(v any) ([]byte, error) {
	r := storedResult{Version: resultVersion}
	switch v := v.(type) {
	case None:
		r.Kind = resultNone
	case *Sent:
		data, err := json.Marshal(storedSent{v.MessageRef, v.Time})
		if err != nil {
			return nil, fmt.Errorf("encode result: %w", err)
		}
		r.Kind, r.Data = resultSent, data
	default:
		return nil, fmt.Errorf("encode result: %T has no stored form", v)
	}
	return json.Marshal(r)
}

// DecodeResult reads what EncodeResult wrote. The error tells what is wrong
// with the text, or that another version wrote it.
func DecodeResult(text []byte) (any, error) {
	var r storedResult
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("decode result: %w", err)
	}
	if r.Version != resultVersion {
		return nil, fmt.Errorf("decode result: version %d, want %d", r.Version, resultVersion)
	}
	switch r.Kind {
	case resultNone:
		return None{}, nil
	case resultSent:
		var s storedSent
		if err := json.Unmarshal(r.Data, &s); err != nil {
			return nil, fmt.Errorf("decode result %s: %w", r.Kind, err)
		}
		return &Sent{MessageRef: s.MessageRef, Time: s.Time}, nil
	}
	return nil, fmt.Errorf("decode result: unknown kind %q", r.Kind)
}
