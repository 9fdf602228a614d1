package satori

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// fakeHooks holds URLs with their tokens.
type fakeHooks map[string]string

func (h fakeHooks) Create(_ context.Context, url, token string) error {
	if strings.Contains(url, "broken") {
		return qq.Errorf(qq.ErrInternal, "the webhook cannot be stored")
	}
	if len(h) == 2 && h[url] == "" {
		return qq.Errorf(qq.ErrInvalid, "an endpoint has 2 webhooks at most")
	}
	h[url] = token
	return nil
}

func (h fakeHooks) Delete(_ context.Context, url string) (bool, error) {
	if strings.Contains(url, "broken") {
		return false, qq.Errorf(qq.ErrInternal, "the webhook cannot be deleted")
	}
	_, found := h[url]
	delete(h, url)
	return found, nil
}

// TestWebhooksGolden shows registrations, and what is held when that changes.
func TestWebhooksGolden(t *testing.T) {
	hooks := fakeHooks{}
	s := newServer(t, Options{Hooks: hooks})
	var out strings.Builder
	for _, c := range []struct{ method, body string }{
		{"create", `{"url":"http://127.0.0.1:9000/events?key=1","token":"first"}`},
		{"create", `{"url":"http://127.0.0.1:9000/events?key=1","token":"second","more":1}`},
		{"create", ` {"url":"https://[::1]/","token":null} `},
		{"create", `{"url":"http://third.example"}`},
		{"create", `{"url":"http://broken.example"}`},
		{"create", `{"url":"ftp://a.example/"}`},
		{"create", `{"url":"/events"}`},
		{"create", `{"url":""}`},
		{"create", `{"url":"http://"}`},
		{"create", `{"url":"http://:80/"}`},
		{"create", `{"url":"http://a:0/"}`},
		{"create", `{"url":"http://a:65536/"}`},
		{"create", `{"url":"http://a b/"}`},
		{"create", `{"url":"http://a\u0000/"}`},
		{"create", `{"url":"http://me:secret@a/"}`},
		{"create", `{"url":"http://a/#part"}`},
		{"create", `{"url":"http://a/","token":"x\r\nX-More: 1"}`},
		{"create", `{"url":7,"token":{}}`},
		{"create", `{"url":null}`},
		{"create", ``},
		{"create", `[]`},
		{"create", `{`},
		{"delete", `{"url":"https://[::1]/"}`},
		{"delete", `{"url":"https://[::1]/"}`},
		{"delete", `{"url":"http://broken.example"}`},
		{"delete", `{}`},
	} {
		before := fmt.Sprint(hooks)
		r := call(t, s, nil, "meta/webhook."+c.method, c.body)
		fmt.Fprintf(&out, "%s %s\n  %d %s %s\n", c.method, c.body, r.Status, r.ContentType, r.Body)
		if held := fmt.Sprint(hooks); held != before {
			fmt.Fprintf(&out, "  %s\n", held)
		}
	}
	golden(t, "webhooks.golden", out.String())
}

// TestWebhooksAreTheEndpoints: they need the token and no login, and are no
// feature of one.
func TestWebhooksAreTheEndpoints(t *testing.T) {
	const token = "0123456789abcdef"
	hooks := fakeHooks{}
	s := newServer(t, Options{Token: token, Path: "/satori", Hooks: hooks})
	two := fakeDirectory{newAccount(self), newAccount(second)}
	for _, c := range []struct {
		method, path, authorization string
		status                      int // 0: served
	}{
		{"POST", "/satori/v1/meta/webhook.create", "", 401},
		{"POST", "/satori/v1/meta/webhook.create", "Bearer wrong", 403},
		{"GET", "/satori/v1/meta/webhook.delete", "Bearer " + token, 405},
		{"POST", "/satori/v1/meta/webhook.list", "Bearer " + token, 404},
		{"POST", "/satori/v1/meta/webhook.create", "Bearer " + token, 0},
		{"POST", "/satori/v1/meta/webhook.delete/", "Bearer " + token, 0},
	} {
		for _, dir := range []fakeDirectory{two, nil} {
			r := s.Route(head(c.method, c.path, "Authorization", c.authorization), dir)
			if served := r.Kind == face.RouteAction; served != (c.status == 0) || r.Response.Status != c.status {
				t.Errorf("%s %s %q: %d %s", c.method, c.path, c.authorization, r.Response.Status, r.Response.Body)
			}
		}
	}
	if features := s.features(nil); slices.ContainsFunc(features, func(f string) bool { return strings.HasPrefix(f, "meta") }) {
		t.Errorf("features %v", features)
	}
	if len(hooks) != 0 {
		t.Errorf("routing has registered %v", hooks)
	}
	var names []string
	for _, row := range s.Methods() {
		names = append(names, row.Name)
	}
	if !slices.Contains(names, hookCreateName) || !slices.Contains(names, hookDeleteName) {
		t.Errorf("methods %v", names)
	}
}

// FuzzWebhookURL: whatever is taken leads somewhere over HTTP.
func FuzzWebhookURL(f *testing.F) {
	for _, seed := range []string{"http://a", "https://[::1]:443/x?y=z", "http://a:80:80", "HTTP://A", "http:a", "http://%41/", "//a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if notPostable(text) == "" && (len(text) < len("http://x") || !strings.EqualFold(text[:4], "http") || strings.ContainsAny(text, "\r\n\x00 ")) {
			t.Errorf("%q is taken", text)
		}
	})
}
