package config

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTemplateIsTheDefault(t *testing.T) {
	same(t, parse(t, string(Template())), Default())
}

// uncommented is the template with its examples in force: a "#" before "- " or two spaces is removed.
func uncommented() string {
	return regexp.MustCompile(`(?m)^( *)#(- |  )`).ReplaceAllString(string(Template()), "$1$2")
}

func TestTemplateExamples(t *testing.T) {
	// A "#   word" line of prose would be taken for an example; those explain, they are not YAML.
	text := regexp.MustCompile(`(?m)^ *   (name|accounts|replay|uin|media_in|media_out|backfill) .*\n`).ReplaceAllString(uncommented(), "")
	cfg := parse(t, text)
	var kinds []Kind
	for _, e := range cfg.Endpoints {
		kinds = append(kinds, e.Kind())
		fresh := NewEndpoint(e.Kind())
		if target := TargetOf(e); target != nil {
			TargetOf(fresh).URL = target.URL // the one thing without a default
		}
		got, want := Default(), Default()
		got.Endpoints, want.Endpoints = []Endpoint{e}, []Endpoint{fresh}
		same(t, got, want)
	}
	all := Kinds()
	slices.Sort(all)
	slices.Sort(kinds)
	if !slices.Equal(kinds, all) {
		t.Errorf("the template shows %v", kinds)
	}
}

// TestTemplateShowsEveryKey asks the decoder which keys there are.
func TestTemplateShowsEveryKey(t *testing.T) {
	d := &decoder{report: newReport("")}
	sections := strings.Split(uncommented(), "- kind: ")
	for _, kind := range Kinds() {
		i := slices.IndexFunc(sections, func(s string) bool { return strings.HasPrefix(s, string(kind)+"\n") })
		if i < 0 {
			t.Errorf("the template lacks %s", kind)
			continue
		}
		for _, f := range d.fields(NewEndpoint(kind)) {
			everywhere := slices.Contains([]string{"kind", "name", "accounts", "replay"}, f.key)
			alias := kind == KindOneBotWebhook && f.key == "token"
			if !everywhere && !alias && !strings.Contains(sections[i], " "+f.key+":") {
				t.Errorf("the template's %s lacks %s", kind, f.key)
			}
		}
	}
}

func TestTemplateIsACopy(t *testing.T) {
	Template()[0] = 'x'
	if Template()[0] == 'x' {
		t.Error("a caller can change the template")
	}
}

func TestTemplateShowsEveryDriver(t *testing.T) {
	text := string(Template())
	for _, driver := range Drivers() {
		if !strings.Contains(text, "driver: "+string(driver)) {
			t.Errorf("the template lacks %s", driver)
		}
		d := &decoder{report: newReport("")}
		a := NewAccount(driver)
		for _, f := range d.accountFields(&a) {
			if !strings.Contains(text, " "+f.key) {
				t.Errorf("the template's %s lacks %s", driver, f.key)
			}
		}
	}
}
