// Package differential holds what package wire makes of our wire types to what
// encoding/json makes of them, for the fuzz tests of the faces.
package differential

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"llbot/protocols/wire"
)

const (
	seeds = 2 // of each type, tried without fuzzing: few, since the fuzzer begins with all of them
	tries = 5 // values of each seed
)

// Fuzz fills values of types by chance, has both libraries write them, and has
// both read the text again, whole and damaged. The first number picks the type
// and the values, the second the damage.
func Fuzz(f *testing.F, types []reflect.Type) {
	f.Helper()
	count := uint64(len(types))
	for seed := range seeds * count {
		f.Add(seed, seed*7)
	}
	f.Fuzz(func(t *testing.T, seed, damage uint64) { // one type at a time, or the fuzzer would be slow
		for try := range uint64(tries) {
			check(t, types[seed%count], rand.New(rand.NewPCG(seed, try)), rand.New(rand.NewPCG(damage, try)))
		}
	})
}

func check(t *testing.T, kind reflect.Type, chance, damage *rand.Rand) {
	t.Helper()
	v := reflect.New(kind)
	fill(v.Elem(), chance, 0)
	ours, err := wire.Marshal(v.Interface())
	theirs, stdErr := standard(v.Interface())
	if (err == nil) != (stdErr == nil) {
		t.Fatalf("%s: wire says %v, encoding/json %v", kind, err, stdErr)
	}
	if err != nil {
		return
	}
	if !bytes.Equal(ours, theirs) {
		t.Fatalf("%s is written as\n%s\nby encoding/json as\n%s", kind, ours, theirs)
	}
	read(t, kind, ours)
	if len(ours) > 0 {
		read(t, kind, harm(bytes.Clone(ours), damage))
	}
}

// standard writes as wire.Marshal promises to: no HTML escapes, the separators
// U+2028 and U+2029 as they are.
func standard(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	text := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	escapes := regexp.MustCompile(`\\(u2028|u2029|.)`) // whole ones: a backslash may be escaped itself
	return escapes.ReplaceAllFunc(text, func(escape []byte) []byte {
		switch string(escape) {
		case `\u2028`:
			return []byte("\u2028")
		case `\u2029`:
			return []byte("\u2029")
		}
		return escape
	}), nil
}

// read has both libraries read a text, into the type and into no type.
func read(t *testing.T, kind reflect.Type, text []byte) {
	t.Helper()
	if ours, theirs := wire.Valid(text), json.Valid(text); ours != theirs {
		t.Fatalf("wire says %v, encoding/json %v of the validity of\n%s", ours, theirs, text)
	}
	for _, into := range []reflect.Type{kind, reflect.TypeFor[any]()} {
		ours, theirs := reflect.New(into), reflect.New(into)
		err, stdErr := wire.Unmarshal(text, ours.Interface()), json.Unmarshal(text, theirs.Interface())
		if (err == nil) != (stdErr == nil) {
			t.Fatalf("%s from\n%s\nwire says %v, encoding/json %v", into, text, err, stdErr)
		}
		if err == nil && !reflect.DeepEqual(ours.Interface(), theirs.Interface()) {
			t.Fatalf("%s from\n%s\nis %+v, for encoding/json %+v", into, text, ours.Elem(), theirs.Elem())
		}
	}
}

// harm changes, drops or doubles a byte.
func harm(text []byte, chance *rand.Rand) []byte {
	at := chance.IntN(len(text))
	switch chance.IntN(4) {
	case 0:
		text[at] = byte(chance.Uint32())
	case 1:
		text = append(text[:at], text[at+1:]...)
	case 2:
		text = append(text[:at+1], text[at:]...)
	case 3:
		text = text[:at]
	}
	return text
}

// deepest is how far values nest.
const deepest = 5

// words are what strings are made of.
func words() []string {
	return []string{"", "a", "群", "\"", "\\", "\u2028", "\u2029", "<&>", "\x00", "\x1f", "\xff", "\xed\xa0\x80", "😀", "\\u2028", "null", "7", "\n", "\x7f"}
}

func text(chance *rand.Rand) string {
	var b strings.Builder
	all := words()
	for range chance.IntN(5) {
		b.WriteString(all[chance.IntN(len(all))])
	}
	return b.String()
}

// fill sets a value and whatever it holds.
func fill(v reflect.Value, chance *rand.Rand, depth int) {
	if !v.CanSet() && v.Kind() != reflect.Struct {
		return
	}
	if v.Type() == reflect.TypeFor[wire.Raw]() {
		raws := []string{`null`, `1`, `"x"`, `{"a":[1,2]}`, `[]`}
		v.SetBytes([]byte(raws[chance.IntN(len(raws))]))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(chance.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt([]int64{0, 1, -1, 1 << 40, math.MaxInt64, math.MinInt64, chance.Int64()}[chance.IntN(7)])
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint([]uint64{0, 1, math.MaxUint64, chance.Uint64()}[chance.IntN(4)])
	case reflect.Float32, reflect.Float64:
		v.SetFloat([]float64{0, 1.5, -1e21, 1e-7, chance.NormFloat64()}[chance.IntN(5)])
	case reflect.String:
		v.SetString(text(chance))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), chance, depth)
		}
	default:
		fillHolder(v, chance, depth)
	}
}

// fillHolder sets what holds further values; nil is one of its values.
func fillHolder(v reflect.Value, chance *rand.Rand, depth int) {
	if depth > deepest || chance.IntN(5) == 0 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), chance, depth+1)
	case reflect.Slice:
		n := chance.IntN(4)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(v.Index(i), chance, depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), chance, depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range chance.IntN(4) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, chance, depth+1)
			fill(value, chance, depth+1)
			v.SetMapIndex(key, value)
		}
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf([]any{text(chance), chance.Int64(), true}[chance.IntN(3)]))
		}
	}
}
