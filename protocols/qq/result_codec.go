package qq

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// The stored form of the results of operations that are no reads is versioned,
// tagged JSON like that of events: {"v":1,"kind":"Sent","data":{…}}. The
// promises of codec.go hold for it too.
const resultVersion = 1

type storedResult struct {
	Version int             `json:"v"`
	Kind    string          `json:"kind"`
	Data    json.RawMessage `json:"data,omitempty"`
}

const resultNone = "None"

// ResultKinds is one new value of everything that operations other than reads
// answer, but None. Such an operation may take a key once its result stands
// here.
func ResultKinds() []any {
	return []any{&Sent{}, &Upload{}, &GroupFolder{}, &ClickResult{}, &FlashSet{}, &Album{}, &AlbumUpload{}, &Media{}}
}

// newResult is a new value of a kind, nil for one that is unknown.
func newResult(kind string) any {
	for _, v := range ResultKinds() {
		if resultKind(v) == kind {
			return v
		}
	}
	return nil
}

// resultKind is the name of a result's type, "" for what is no pointer.
func resultKind(v any) string {
	if t := reflect.TypeOf(v); t != nil && t.Kind() == reflect.Pointer {
		return t.Elem().Name()
	}
	return ""
}

// EncodeResult writes the stored form of what an operation answered. The error
// names a type that only reads answer.
func EncodeResult(v any) ([]byte, error) {
	if _, none := v.(None); none {
		return json.Marshal(storedResult{Version: resultVersion, Kind: resultNone})
	}
	kind := resultKind(v)
	if known := newResult(kind); known == nil || reflect.TypeOf(known) != reflect.TypeOf(v) {
		return nil, fmt.Errorf("encode result: %T has no stored form", v)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode result: %w", err)
	}
	return json.Marshal(storedResult{Version: resultVersion, Kind: kind, Data: data})
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
	if r.Kind == resultNone {
		return None{}, nil
	}
	v := newResult(r.Kind)
	if v == nil {
		return nil, fmt.Errorf("decode result: unknown kind %q", r.Kind)
	}
	if err := json.Unmarshal(r.Data, v); err != nil {
		return nil, fmt.Errorf("decode result %s: %w", r.Kind, err)
	}
	return v, nil
}
