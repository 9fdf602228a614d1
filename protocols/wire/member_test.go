package wire

import "testing"

func TestMember(t *testing.T) {
	for _, c := range []struct{ text, key, want string }{
		{`{"a":1,"b":{"a":2}}`, "a", `1`}, {`{"a":1,"b":{"a":2}}`, "b", `{"a":2}`}, {` { "a" : "x,y" , "b" : [ 1 ] } `, "b", `[ 1 ]`},
		{`{"a":1,"a":2}`, "a", `1`}, {`{"\u0061":3}`, "a", `3`}, {`{"a\"":4}`, `a"`, `4`}, {`{"a":null}`, "a", `null`}, {`{"":5}`, "", `5`},
		{`{"ab":1}`, "a", ``}, {`{}`, "a", ``}, {`["a",1]`, "a", ``}, {`"a"`, "a", ``}, {``, "a", ``}, {`7`, "a", ``},
	} {
		if got := string(Member([]byte(c.text), c.key)); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.key, c.text, got, c.want)
		}
	}
}

func TestMemberAllocatesNothing(t *testing.T) {
	text := []byte(`{"first":"x","second":[1,2,{"third":3}],"third":4}`)
	if n := testing.AllocsPerRun(100, func() { Member(text, "third") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzMember(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1]},"c":"d"}`), "c")
	f.Fuzz(func(t *testing.T, text []byte, key string) {
		if Check(text) != nil {
			return
		}
		var want []byte
		seen := false
		eachMember(text, func(quoted, v []byte) {
			if keyText(quoted) == key && !seen {
				want, seen = v, true
			}
		})
		if got := Member(text, key); string(got) != string(want) {
			t.Errorf("%q of %q: %q, want %q", key, text, got, want)
		}
	})
}
