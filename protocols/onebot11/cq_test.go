package onebot11

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func piece(kind string, keysAndValues ...string) Piece {
	p := Piece{Type: kind}
	for i := 0; i < len(keysAndValues); i += 2 {
		p.Data = append(p.Data, str(keysAndValues[i], keysAndValues[i+1]))
	}
	return p
}

func text(s string) Piece { return piece("text", "text", s) }

func TestParseCQ(t *testing.T) {
	cases := []struct {
		in   string
		want []Piece
	}{
		{"", nil},
		{"plain, text", []Piece{text("plain, text")}},
		{"a[CQ:face,id=1]b", []Piece{text("a"), piece("face", "id", "1"), text("b")}},
		{"[CQ:dice]", []Piece{piece("dice")}},
		{"[CQ:image,file=http://h/p?a=b=c,url=]", []Piece{piece("image", "file", "http://h/p?a=b=c", "url", "")}},
		{"[CQ:a,k=[x][CQ:b]", []Piece{piece("a", "k", "[x"), piece("b")}},
		{"&amp;#91;&#91;&#93;&#44;&lt;&", []Piece{text("&#91;[],&lt;&")}},
		{"[CQ:a,k=&#44;&#91;&#93;&amp;amp;]", []Piece{piece("a", "k", ",[]&amp;")}},
		{"[CQ:a, k=v]", []Piece{text("[CQ:a, k=v]")}},
		{"[CQ:a-b,k=v]", []Piece{text("[CQ:a-b,k=v]")}},
		{"[CQ:a,k-1=v]", []Piece{text("[CQ:a,k-1=v]")}},
		{"[CQ:a,k]", []Piece{text("[CQ:a,k]")}},
		{"[CQ:a,=v]", []Piece{text("[CQ:a,=v]")}},
		{"[CQ:]", []Piece{text("[CQ:]")}},
		{"[CQ:a", []Piece{text("[CQ:a")}},
		{"[CQ:a,k=v", []Piece{text("[CQ:a,k=v")}},
		{"[CQ:a,", []Piece{text("[CQ:a,")}},
		{"[cq:a]", []Piece{text("[cq:a]")}},
		{"[CQ:[CQ:a]", []Piece{text("[CQ:"), piece("a")}},
		{"[CQ:a,k=[CQ:b,k=[CQ:c],bad]", []Piece{piece("a", "k", "[CQ:b", "k", "[CQ:c"), text(",bad]")}},
		{"[CQ:a,k=[CQ:b,k=1,bad][CQ:c,k=2]", []Piece{text("[CQ:a,k=[CQ:b,k=1,bad]"), piece("c", "k", "2")}},
		{"[CQ:a,k=1,bad,[CQ:b,k=2]", []Piece{text("[CQ:a,k=1,bad,"), piece("b", "k", "2")}},
		{"[CQ:a]]", []Piece{piece("a"), text("]")}},
		{"\u00e9[CQ:a,k=\u4f60]\xff", []Piece{text("\u00e9"), piece("a", "k", "\u4f60"), text("\xff")}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, ParseCQ(c.in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.in, diff)
		}
	}
}

// referenceCQ is the grammar as a pattern, which knows no shortcut.
func referenceCQ(in string) []Piece {
	code := regexp.MustCompile(`\[CQ:([A-Za-z0-9_]+)((?:,[A-Za-z0-9_]+=[^,\]]*)*)\]`)
	var out []Piece
	add := func(s string) {
		if s != "" {
			out = append(out, text(unescape(s)))
		}
	}
	plain := 0
	for _, at := range code.FindAllStringSubmatchIndex(in, -1) {
		add(in[plain:at[0]])
		p := Piece{Type: in[at[2]:at[3]]}
		for _, field := range strings.Split(in[at[4]:at[5]], ",")[1:] {
			key, value, _ := strings.Cut(field, "=")
			p.Data = append(p.Data, str(key, unescape(value)))
		}
		out, plain = append(out, p), at[1]
	}
	add(in[plain:])
	return out
}

func TestParseCQFollowsTheGrammar(t *testing.T) {
	words := rapid.SampledFrom([]string{"[CQ:", "a", "b_1", ",", "=", "]", "[", " ", "-", "&amp;", "k=v"})
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(words, 0, 25).Draw(t, "words"), "")
		if diff := cmp.Diff(referenceCQ(in), ParseCQ(in)); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", in, diff)
		}
	})
}

func TestHostileTextIsReadInTime(t *testing.T) {
	const n = 1 << 17
	for _, in := range []string{
		strings.Repeat("[CQ:a,k=", n), strings.Repeat("[CQ:a,k=", n) + ",bad]", strings.Repeat("[CQ:", n), strings.Repeat("[CQ:a,k", n), strings.Repeat("&", n),
	} {
		start := time.Now()
		ParseCQ(in)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%.20q…: %s", in, took)
		}
	}
}

func TestFormatCQ(t *testing.T) {
	got := FormatCQ([]Piece{text("a,&[]"), {"x", []Field{str("k", "a,&[]"), num("n", 5), lit("z", []byte("null"))}}, text("")})
	if want := "a,&amp;&#91;&#93;[CQ:x,k=a&#44;&amp;&#91;&#93;,n=5]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// anyPieces draws content as the parser would give it: no two texts side by
// side, no empty text.
func anyPieces(t *rapid.T) []Piece {
	name := rapid.StringMatching(`[a-zA-Z0-9_]{1,8}`)
	value := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\[\]&,=;#0-9amp]{0,12}`))
	var out []Piece
	for range rapid.IntRange(0, 6).Draw(t, "pieces") {
		afterText := len(out) > 0 && out[len(out)-1].Type == "text"
		if words := value.Draw(t, "text"); words != "" && !afterText && rapid.Bool().Draw(t, "is text") {
			out = append(out, text(words))
			continue
		}
		p := Piece{Type: name.Filter(func(s string) bool { return s != "text" }).Draw(t, "type")}
		for range rapid.IntRange(0, 3).Draw(t, "fields") {
			p.Data = append(p.Data, str(name.Draw(t, "key"), value.Draw(t, "value")))
		}
		out = append(out, p)
	}
	return out
}

func TestCQRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyPieces(t)
		written := FormatCQ(want)
		if diff := cmp.Diff(want, ParseCQ(written)); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", written, diff)
		}
	})
}

func TestArrayIsJSONWithTheSameContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyPieces(t)
		var got []struct {
			Type string
			Data map[string]string
		}
		if err := json.Unmarshal(FormatArray(want), &got); err != nil || len(got) != len(want) {
			t.Fatalf("%v in %s", err, FormatArray(want))
		}
		for i, p := range want {
			for _, f := range p.Data {
				if _, there := got[i].Data[f.Key]; !there || got[i].Type != p.Type {
					t.Fatalf("%s lacks %s", FormatArray(want), f.Key)
				}
			}
		}
	})
}

func FuzzParseCQ(f *testing.F) {
	for _, seed := range []string{"", "[CQ:a,b=c]", "x[CQ:a]y&amp;", "[CQ:[CQ:a,b=[]", "&#91;&#44;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		once := ParseCQ(in)
		again := ParseCQ(FormatCQ(once))
		if diff := cmp.Diff(once, again); diff != "" {
			t.Fatalf("%q (-once +again):\n%s", in, diff)
		}
	})
}
