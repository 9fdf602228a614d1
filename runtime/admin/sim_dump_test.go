package admin

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// greatWorld dumps more than a client keeps of other answers.
type greatWorld struct {
	*world
	text []byte
}

func (g greatWorld) Dump(string, bool) ([]byte, error) { return g.text, nil }

func TestDumpIsAsLongAsItMustBe(t *testing.T) {
	r := newRig(t, nil)
	text := strings.Repeat("# a line\n", maxAnswer/8)
	r.Worlds = greatWorld{r.world, []byte(text)}
	c, ctx := SimClient{Client: Client{r.start(t), token}}, context.Background()
	var got strings.Builder
	if must(t, c.Dump(ctx, &got)); got.String() != text {
		t.Errorf("%d bytes of %d", got.Len(), len(text))
	}
	if err := c.Dump(ctx, shortWriter{}); err != io.ErrShortWrite {
		t.Errorf("a full disk: %v", err)
	}
	if w := r.call("GET", "/api/sim/world?form=yaml", ""); w.Header().Get("Content-Type") != "text/yaml; charset=utf-8" || w.Body.String() != text {
		t.Errorf("%v", w.Header())
	}
	if w := r.call("GET", "/api/sim/world", ""); w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("%v", w.Header())
	}
}

// shortWriter is a disk that is full.
type shortWriter struct{}

func (shortWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestDumpIsRefused(t *testing.T) {
	r := newRig(t, nil)
	c := SimClient{Client: Client{r.start(t), token}}
	for query, want := range map[string]string{
		"form=xml":        "form: must be json or yaml",
		"form=xml&from=x": "from: is not known here; there are world, form; form: must be json or yaml",
		"world=a&world=b": "world: is given twice",
	} {
		if got := errorOf(t, r.call("GET", "/api/sim/world?"+query, "")); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	r.world.err = qq.Errorf(qq.ErrNotFound, "there is no world x")
	if err := c.Dump(context.Background(), io.Discard); err == nil || !strings.Contains(err.Error(), "there is no world x") {
		t.Errorf("%v", err)
	}
}

// Clients say which answers they cannot take.
func TestAnswersThatAreTooMuchOrTooLittle(t *testing.T) {
	for _, c := range []struct {
		media, text string
		length      string
		call        func(SimClient) error
		want        string
	}{
		{jsonType, strings.Repeat(" ", maxAnswer+1), "", asksClock, "is larger than 16 MiB"},
		{jsonType, strings.Repeat(" ", maxAnswer-2) + "{}", "", asksClock, ""},
		{jsonType, "{}", "100", asksClock, "broke off: unexpected EOF"},
		{yamlType, "seed: 7", "100", asksDump, "broke off: unexpected EOF"},
		{"text/html", "<html>", "", asksDump, "is not llbot"},
		{jsonType, `{"yaml":"seed: 7"}`, "", asksDump, "or another version of it"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.media)
			if c.length != "" {
				w.Header().Set("Content-Length", c.length)
			}
			_, _ = io.WriteString(w, c.text)
		}))
		err := c.call(SimClient{Client: Client{server.URL, token}})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.20q: %v, want %s", c.text, err, c.want)
		}
		server.Close()
	}
}

func asksClock(c SimClient) error {
	_, err := c.Clock(context.Background())
	return err
}

func asksDump(c SimClient) error { return c.Dump(context.Background(), io.Discard) }
