package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const hidden = "hunter2-hunter2-hunter2"

func TestSecretsAreNeverPrinted(t *testing.T) {
	url := URL("ws://h/x?access_token=" + hidden)
	cfg := Default()
	cfg.Endpoints = []Endpoint{&OneBotWSReverse{Target: Target{URL: url, Token: hidden}}}
	holder := struct {
		S Secret
		U URL
		P *Secret
	}{S: hidden, U: url}
	for _, v := range []any{Secret(hidden), url, holder, &holder, []Secret{hidden}, map[string]any{"a": Secret(hidden)},
		*TargetOf(cfg.Endpoints[0]), cfg.Endpoints[0], cfg} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%e", "%c", "%U", "%b"} {
			refuse(t, verb, fmt.Sprintf(verb, v))
		}
		if text, err := json.Marshal(v); err == nil {
			refuse(t, "JSON", string(text))
		}
		if text, err := yaml.Marshal(v); err == nil {
			refuse(t, "YAML", string(text))
		}
		var out bytes.Buffer
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
		refuse(t, "slog", out.String())
	}
	refuse(t, "Explain", Explain(cfg))
	if Secret(hidden).Reveal() != hidden || url.Reveal() != string(url) {
		t.Error("Reveal does not reveal")
	}
	if Secret("").String() != "" || fmt.Sprint(Secret("x")) != "[redacted]" {
		t.Error("a set secret cannot be told from none")
	}
}

func refuse(t *testing.T, how, text string) {
	t.Helper()
	for _, form := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden), "hunter"} {
		if strings.Contains(text, form) {
			t.Errorf("%s shows the secret: %s", how, text)
		}
	}
}

func TestURLShown(t *testing.T) {
	for in, want := range map[URL]string{
		"ws://h:1/a/b":              "ws://h:1/a/b",
		"https://h/?x=1":            "https://h/?…",
		"http://user:pass@h/%2F?":   "http://h/%2F",
		"http://[::1":               "[redacted]",
		"":                          "",
		"http://h/p#frag=something": "http://h/p",
	} {
		if got := in.String(); got != want {
			t.Errorf("%q is shown as %q, want %q", string(in), got, want)
		}
	}
}

// TestFaultsShowNoSecret puts a secret wherever a fault could quote it.
func TestFaultsShowNoSecret(t *testing.T) {
	for _, yaml := range []string{
		"endpoints: [{kind: milky, token: {" + hidden + "}}]",
		"endpoints: [{kind: milky, token: [" + hidden + "]}]",
		"endpoints: [{kind: milky, token: 'a " + hidden + "'}]",
		"endpoints:\n  - kind: milky\n    token: @" + hidden,
		"endpoints:\n  - kind: milky\n    token: |" + hidden,
		"endpoints:\n  - kind: milky\n    token: >" + hidden,
		"data: x\ntoken: %" + hidden + "\nlog: {}\n",
		"endpoints:\n  - kind: milky\n    token: !" + hidden,
		"endpoints:\n  - kind: milky\n    token: \"" + hidden,
		"endpoints:\n  - kind: milky\n    token: '" + hidden + "\n",
		"endpoints:\n  - kind: milky\n    token: a: " + hidden,
		"endpoints:\n  - kind: milky\n    token: `" + hidden,
		"endpoints:\n  - kind: milky\n    token: \t" + hidden,
		"endpoints:\n  - kind: milky\n    token: \"" + hidden + "\\q\"",
		"endpoints: [{kind: milky, host: 0.0.0.0, token: " + hidden[:15] + "}]",
		"endpoints: [{kind: milky-webhook, url: 'http://u:" + hidden + "@h'}]",
		"endpoints: [{kind: milky-webhook, url: 'http://h:" + hidden + "'}]",
		"endpoints: [{kind: milky-webhook, url: 'http://h/%zz" + hidden + "'}]",
		"endpoints: [{kind: milky-webhook, url: ['" + hidden + "']}]",
		"endpoints: [{kind: milky-webhook, url: '" + hidden + "'}]",
		"endpoints: [{kind: onebot11-webhook, url: 'http://h', token: " + hidden + ", secret: " + hidden + "}]",
	} {
		_, err := Parse("f", []byte(yaml))
		if err == nil {
			t.Errorf("no fault in %q", yaml)
			continue
		}
		refuse(t, yaml, err.Error())
	}
}

func TestSecrets(t *testing.T) {
	cfg := parse(t, `endpoints:
  - {kind: milky, token: one}
  - {kind: satori}
  - {kind: onebot11-ws-reverse, url: "ws://h/?access_token=two%21&b=", token: three}
  - {kind: onebot11-webhook, url: "http://h/", secret: four}
`)
	got := cfg.Secrets()
	slices.Sort(got)
	if want := []string{"", "four", "one", "three", "two!"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
