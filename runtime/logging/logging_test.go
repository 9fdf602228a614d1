package logging

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

const known = "correct-horse-battery" // the secret that redactors in these tests know

type valuer struct{ v slog.Value }

func (v valuer) LogValue() slog.Value { return v.v }

type stringer struct{ hidden string }

func (s stringer) String() string { return "stringer " + s.hidden }

type marshaller struct{ text string }

func (m marshaller) MarshalText() ([]byte, error) { return []byte(m.text), nil }

type jsonError struct{ Detail string }

func (e jsonError) Error() string { return "failed: " + e.Detail }

func (e jsonError) MarshalJSON() ([]byte, error) { return []byte(`"` + e.Detail + `"`), nil }

type panicky struct{}

func (*panicky) MarshalText() ([]byte, error) { panic("nil receiver") }

type nested struct {
	Name  string
	Inner *nested `json:",omitempty"`
	Token string  `json:",omitempty"`
	bare  string
}

// leaks are ways in which a secret can get into a record.
func leaks() map[string]func(*slog.Logger) {
	return map[string]func(*slog.Logger){
		"message":         func(l *slog.Logger) { l.Info("dialling with " + known) },
		"string":          func(l *slog.Logger) { l.Info("m", "url", "ws://h/?x="+known) },
		"error":           func(l *slog.Logger) { l.Info("m", "err", fmt.Errorf("wrap: %w", errors.New(known))) },
		"error that json": func(l *slog.Logger) { l.Info("m", "err", jsonError{known}) },
		"group":           func(l *slog.Logger) { l.Info("m", slog.Group("a", slog.Group("b", "c", known))) },
		"with":            func(l *slog.Logger) { l.With("c", known).Info("m") },
		"with group":      func(l *slog.Logger) { l.WithGroup("g").With("c", known).WithGroup("h").Info("m", "x", 1) },
		"log valuer":      func(l *slog.Logger) { l.Info("m", "c", valuer{slog.StringValue(known)}) },
		"valuer of group": func(l *slog.Logger) { l.Info("m", "c", valuer{slog.GroupValue(slog.String("d", known))}) },
		"valuer of value": func(l *slog.Logger) { l.Info("m", "c", valuer{slog.AnyValue(valuer{slog.StringValue(known)})}) },
		"bytes":           func(l *slog.Logger) { l.Info("m", "body", []byte(known)) },
		"stringer":        func(l *slog.Logger) { l.Info("m", "c", stringer{known}) },
		"text marshaller": func(l *slog.Logger) { l.Info("m", "c", marshaller{known}) },
		"struct":          func(l *slog.Logger) { l.Info("m", "c", nested{Inner: &nested{Name: known}}) },
		"pointer":         func(l *slog.Logger) { l.Info("m", "c", &nested{Name: known}) },
		"unexported":      func(l *slog.Logger) { l.Info("m", "c", nested{bare: known}) },
		"map value":       func(l *slog.Logger) { l.Info("m", "c", map[string]string{"k": known}) },
		"map key":         func(l *slog.Logger) { l.Info("m", "c", map[string]int{known: 1}) },
		"slice":           func(l *slog.Logger) { l.Info("m", "c", []string{"a", known}) },
		"raw JSON":        func(l *slog.Logger) { l.Info("m", "c", json.RawMessage(`{"a":"`+known+`"}`)) },
		"no JSON":         func(l *slog.Logger) { l.Info("m", "c", map[string]any{"f": func() {}, "k": known}) },
	}
}

func TestKnownSecretNeverShown(t *testing.T) {
	for name, leak := range leaks() {
		for _, format := range []Format{Text, JSON} {
			t.Run(name+" "+string(format), func(t *testing.T) {
				var bare, out bytes.Buffer
				leak(slog.New(slog.NewTextHandler(&bare, nil)))
				leak(slog.New(slog.NewJSONHandler(&bare, nil)))
				if !strings.Contains(bare.String(), known) {
					t.Fatalf("the case leaks nothing even without redaction: %s", &bare)
				}
				leak(New(Options{Format: format, Out: &out, Redactor: NewRedactor(known)}))
				if strings.Contains(out.String(), known) || out.Len() == 0 {
					t.Errorf("wrote %s", &out)
				}
				if format == JSON && !json.Valid(out.Bytes()) {
					t.Errorf("not JSON: %s", &out)
				}
				if strings.Count(out.String(), "\n") != 1 {
					t.Errorf("not one line: %q", &out)
				}
			})
		}
	}
}

func TestSecretKeys(t *testing.T) {
	for key, hidden := range map[string]bool{
		"token": true, "access_token": true, "AccessToken": true, "secret": true, "client_secret": true,
		"Authorization": true, "proxy-authorization": true, "cookie": true, "Set-Cookie": true, "password": true,
		"x-signature": true, "api_key": true,
		"tokens_left": false, "uin": false, "kind": false, "tokenizer": false, "path": false,
	} {
		for _, format := range []Format{Text, JSON} {
			var out bytes.Buffer
			l := New(Options{Format: format, Out: &out})
			l.Info("m", key, "abc123")
			l.With(key, 77077).Info("m")
			l.Info("m", slog.Group("g", slog.Any(key, []string{"abc123"})))
			l.Info("m", "c", map[string]any{"in": map[string]string{key: "abc123"}})
			shown := strings.Contains(out.String(), "abc123") || strings.Contains(out.String(), "77077")
			if shown == hidden {
				t.Errorf("key %q in %s: %s", key, format, &out)
			}
		}
	}
}

func TestHarmlessValuesUnderSecretKeys(t *testing.T) {
	var out bytes.Buffer
	l := New(Options{Out: &out})
	l.Info("m", "token", true, "secret", "", "cookie", nil, "c", map[string]any{"token": false, "secret": ""})
	if strings.Contains(out.String(), Redacted) {
		t.Errorf("hid what is no secret: %s", &out)
	}
}

func TestStrangersTokens(t *testing.T) {
	r := NewRedactor()
	for text, want := range map[string]string{
		"Authorization: Bearer abc.def":        "Authorization: Bearer [redacted]",
		"bearer  xyz, then":                    "bearer  [redacted] then",
		"GET /event?access_token=a%20b&x=1":    "GET /event?access_token=[redacted]&x=1",
		"ACCESS_TOKEN=q":                       "ACCESS_TOKEN=[redacted]",
		"/?token=[redacted]":                   "/?token=[redacted]",
		"the token is missing":                 "the token is missing",
		"a forbearer of none and mytoken=5":    "a forbearer of none and mytoken=5",
		"":                                     "",
		"access_token=":                        "access_token=",
		`{"url":"x?access_token=abc","y":"z"}`: `{"url":"x?access_token=[redacted]","y":"z"}`,
	} {
		if got := r.Clean(text); got != want {
			t.Errorf("Clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestRedactorForms(t *testing.T) {
	const odd = `p&ss "word"/<ö>+1`
	r := NewRedactor(odd, "short", "abcdefgh", "abcdefgh-and-longer")
	body, err := json.Marshal(map[string]string{"x": odd})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		odd:                                    Redacted,
		string(body):                           `{"x":"[redacted]"}`,
		"p%26ss+%22word%22%2F%3C%C3%B6%3E%2B1": Redacted,
		"p&ss%20%22word%22%2F%3C%C3%B6%3E+1":   Redacted,
		"a short one":                          "a short one",
		"xabcdefgh-and-longerx, abcdefgh-and-long": "x[redacted]x, [redacted]-and-long",
		"abcdefgabcdefgh":                          "abcdefg[redacted]",
	} {
		if got := r.Clean(text); got != want {
			t.Errorf("Clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSecretAddedAfterWith(t *testing.T) {
	var out bytes.Buffer
	r := NewRedactor()
	l := New(Options{Out: &out, Redactor: r}).With("c", known).WithGroup("g")
	r.Add(known)
	l.Info("m", "d", known)
	if strings.Contains(out.String(), known) {
		t.Errorf("wrote %s", &out)
	}
}

// TestSameAsSlog holds the handler against the plain JSON handler: without secrets it changes nothing.
func TestSameAsSlog(t *testing.T) {
	speak := func(l *slog.Logger) {
		l.Info("plain", "a", 1, "b", "x", "c", true, "d", time.Second, "e", errors.New("e"), "f", nil)
		l.With("a", 1).WithGroup("g").With("b", 2).Info("m", "c", 3)
		l.With("a", 1).WithGroup("g").WithGroup("h").Info("m")
		l.WithGroup("g").Info("m", slog.Group("", slog.Int("inlined", 1)), slog.Group("empty"))
		l.WithGroup("").With().Info("m", slog.Attr{})
		l.Debug("unseen")
		l.Info("m", "s", nested{Name: "n"}, "l", []int{1, 2}, "m", map[string]int{"k": 9007199254740993})
		base := l.With("a", 1)
		base.With("b", 2).Info("first")
		base.With("c", 3).Info("second")
	}
	noTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	var want, got bytes.Buffer
	options := &slog.HandlerOptions{ReplaceAttr: noTime}
	speak(slog.New(slog.NewJSONHandler(&want, options)))
	speak(slog.New(&handler{next: slog.NewJSONHandler(&got, options), redactor: NewRedactor(known), any: jsonAny}))
	if got.String() != want.String() {
		t.Errorf("got\n%s\nwant\n%s", &got, &want)
	}
}

func TestTextLook(t *testing.T) {
	var out bytes.Buffer
	New(Options{Out: &out}).With("account", 10001).Warn("lost\nlink \x1b[31m", "err", errors.New("a b"), "n", "x\ny")
	line := out.String()
	_, rest, found := strings.Cut(line, " ")
	want := `WRN lost\nlink \x1b[31m account=10001 err="a b" n="x\ny"` + "\n"
	if !found || rest != want {
		t.Errorf("wrote %q, want %q after the time", rest, want)
	}
	if _, err := time.Parse(time.RFC3339Nano, strings.Fields(line)[0]); err != nil {
		t.Error(err)
	}
}

func TestColor(t *testing.T) {
	for _, c := range []struct {
		color Color
		want  bool
	}{{ColorAuto, false}, {ColorAlways, true}, {ColorNever, false}} { // a buffer is no terminal
		var out bytes.Buffer
		New(Options{Out: &out, Color: c.color}).Error("m", "err", errors.New("x"))
		if got := strings.Contains(out.String(), "\x1b["); got != c.want {
			t.Errorf("Color %d: %q", c.color, &out)
		}
	}
	file, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if isTerminal(file) {
		t.Error("a file is no terminal")
	}
	t.Setenv("NO_COLOR", "1")
	if colorful() {
		t.Error("NO_COLOR is set")
	}
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "dumb")
	if colorful() {
		t.Error("a dumb terminal shows no colour")
	}
}

func TestLevelChanges(t *testing.T) {
	for _, format := range []Format{Text, JSON} {
		var out bytes.Buffer
		var level slog.LevelVar
		l := New(Options{Out: &out, Format: format, Level: &level})
		l.Debug("one")
		level.Set(slog.LevelDebug)
		l.Debug("two")
		level.Set(slog.LevelError)
		l.Warn("three")
		if s := out.String(); strings.Contains(s, "one") || !strings.Contains(s, "two") || strings.Contains(s, "three") {
			t.Errorf("%s: %s", format, s)
		}
	}
}

func TestPanickingValues(t *testing.T) {
	for _, format := range []Format{Text, JSON} {
		var out bytes.Buffer
		var nothing *panicky
		var noError *jsonError
		New(Options{Out: &out, Format: format}).Info("m", "a", nothing, "b", noError, "c", any(nil))
		if out.Len() == 0 {
			t.Errorf("%s wrote nothing", format)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	var mu sync.Mutex
	var out bytes.Buffer
	r := NewRedactor(known)
	l := New(Options{Out: writerFunc(func(b []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return out.Write(b)
	}), Redactor: r})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 100 {
				r.Add(fmt.Sprintf("secret-%d-%d-known", i, j))
				l.With("i", i).Info("m", "a", known, "b", fmt.Sprintf("secret-%d-%d-known", i, j))
			}
		})
	}
	wg.Wait()
	if s := out.String(); strings.Contains(s, known) || strings.Contains(s, "-known") || strings.Count(s, "\n") != 800 {
		t.Error("a secret was shown or a line lost")
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func FuzzClean(f *testing.F) {
	f.Add("x correct-horse-battery y", "another-secret")
	f.Add("access_token=abc Bearer x", "aaaaaaaa")
	f.Fuzz(func(t *testing.T, text, secret string) {
		clean := NewRedactor(secret, known).Clean(text)
		if len([]rune(secret)) >= minSecret && !strings.Contains(Redacted, secret) &&
			strings.Contains(clean, secret) && !overlapsMark(clean, secret) {
			t.Errorf("Clean(%q) = %q shows %q", text, clean, secret)
		}
	})
}

// overlapsMark tells whether a secret is seen only because it resembles the mark that replaced another one.
func overlapsMark(clean, secret string) bool {
	return !strings.Contains(strings.ReplaceAll(clean, Redacted, "\x00"), secret)
}
