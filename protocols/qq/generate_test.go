package qq

import (
	"reflect"

	"pgregory.net/rapid"
)

// newSegments is one new value of every segment there is but Raw.
func newSegments() []Segment { return SegmentKinds() }

// genSegments draws content; quotes nest at most depth times.
func genSegments(t *rapid.T, depth int) Segments {
	var out Segments
	for range rapid.IntRange(0, 4).Draw(t, "length") {
		n := rapid.IntRange(0, len(newSegments())).Draw(t, "segment")
		if n == len(newSegments()) {
			kind := rapid.SampledFrom([]string{"hologram", "smell_o_vision", "?"}).Draw(t, "kind")
			data := rapid.SampledFrom([]string{`{"a":[1,"x"]}`, `null`, `5`, `"s"`}).Draw(t, "data")
			out = append(out, &Raw{Kind: kind, Data: []byte(data)})
			continue
		}
		seg := newSegments()[n]
		fill(t, reflect.ValueOf(seg).Elem(), depth)
		out = append(out, seg)
	}
	return out
}

// fill draws every field of a value.
func fill(t *rapid.T, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), depth)
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "set") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), depth)
		}
	case reflect.Slice:
		if depth == 0 {
			return
		}
		if v.Type() == reflect.TypeFor[Segments]() {
			v.Set(reflect.ValueOf(genSegments(t, depth-1)))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 3).Draw(t, "length"), 3))
		for i := range v.Len() {
			fill(t, v.Index(i), depth-1)
		}
	case reflect.String:
		v.SetString(rapid.String().Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "number"))
	case reflect.Int32:
		v.SetInt(int64(rapid.Int32().Draw(t, "number")))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Uint8().Draw(t, "number")))
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(rapid.Uint32().Draw(t, "number")))
	case reflect.Float64:
		v.SetFloat(rapid.Float64().Draw(t, "number"))
	default:
		panic("no values for " + v.Type().String())
	}
}
