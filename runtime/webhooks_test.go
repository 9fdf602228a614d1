package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"llbot/actors/conn"
	"llbot/actors/endpoint"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/store"
)

const hooked = "http://127.0.0.1:9000/events?key=secret"

// openWebhooks are those of an endpoint "satori" whose port is not open.
func openWebhooks(t *testing.T) (*webhooks, deliveries) {
	t.Helper()
	d, s := openDeliveries(t, t.TempDir())
	h := &webhooks{
		machine:  &machine{store: s, log: d.log, targets: d.targets},
		spawn:    func(_ string, fn func(), _ func(error)) { go fn() },
		endpoint: "satori", accounts: []qq.UserID{first, second},
	}
	server, err := satori.New(satori.Options{Hooks: h})
	if err != nil {
		t.Fatal(err)
	}
	h.open(func(token string) face.Hook { return server.Hook(satori.HookOptions{Token: token}) })
	return h, d
}

// Names of targets are kept for ever, so they may not change.
func TestWebhookIDs(t *testing.T) {
	for url, want := range map[string]string{
		hooked:                              "hook:127.0.0.1:9000-6f13cf1073ebf5cd",
		"https://[::1]/":                    "hook:[::1]-",
		"http://例.example/":                 "hook:_.example-",
		"http://" + strings.Repeat("a", 99): "hook:" + strings.Repeat("a", 64) + "-",
		"http://" + strings.Repeat("a", 98) + "b": "hook:" + strings.Repeat("a", 64) + "-",
	} {
		got := webhookID(url)
		if !strings.HasPrefix(got, want) || strings.Contains(got, "secret") || strings.Contains(got, "/") || face.DurableName(got) {
			t.Errorf("%s: %s, want %s…", url, got, want)
		}
	}
	if webhookID("http://a/1") == webhookID("http://a/2") {
		t.Error("two URLs have one ID")
	}
}

// A webhook has its places before it is there, and none when it is gone.
func TestWebhookPlaces(t *testing.T) {
	h, d := openWebhooks(t)
	d.append(t, first, second)
	if err := h.Create(t.Context(), hooked, "token"); !errors.Is(err, qq.ErrInternal) {
		t.Errorf("of a port that is not open: %v", err)
	}
	names := []string{endpoint.WebhookTarget("satori", first, webhookID(hooked)), endpoint.WebhookTarget("satori", second, webhookID(hooked))}
	begun := d.log.Last()
	for _, name := range names {
		if sn, ok := d.cursors.Load(name); !ok || sn != begun {
			t.Errorf("%s is at %d, the log at %d", name, sn, begun)
		}
		d.letters.Skip(name, begun, "for the test")
	}
	d.append(t, first)
	if err := h.Create(t.Context(), hooked, "another"); !errors.Is(err, qq.ErrInternal) {
		t.Errorf("again: %v", err)
	}
	if sn, _ := d.cursors.Load(names[0]); sn != begun || d.letters.Count(names[0]) != 1 {
		t.Errorf("created again it goes on at %d, not %d", sn, begun)
	}
	if list := h.store.Hooks().List("satori"); fmt.Sprint(list) != "[{satori "+hooked+" another}]" {
		t.Errorf("kept %v", list)
	}
	other := d.targets.Open("satori/10001/hook:other", conn.TargetWebhook, first)
	other.Move(begun)
	d.targets.Open("satori/10001/bot1", conn.TargetForward, first).Move(begun)
	for _, found := range []bool{true, false} {
		if got, err := h.Delete(t.Context(), hooked); got != found || err != nil {
			t.Errorf("deleted %t, %v", got, err)
		}
	}
	for _, name := range names {
		if _, ok := d.Find(name); ok || d.letters.Count(name) != 0 {
			t.Errorf("%s is still there", name)
		}
	}
	h.open(h.hook) // a later life finds what a deletion has left behind
	d.targets.Close(other.Name)
	if _, ok := d.Find(other.Name); ok {
		t.Error("a place of no webhook is still there")
	}
	if _, ok := d.Find("satori/10001/bot1"); !ok {
		t.Error("a client's place is gone")
	}
}

// What cannot be stored leaves no places.
func TestWebhookThatIsNotKept(t *testing.T) {
	h, d := openWebhooks(t)
	if err := h.Create(t.Context(), "http://a/"+strings.Repeat("x", 1<<14), ""); !errors.Is(err, qq.ErrInvalid) {
		t.Errorf("%v", err)
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Create(t.Context(), hooked, ""); !errors.Is(err, qq.ErrInternal) || !errors.Is(err, store.ErrClosed) {
		t.Errorf("%v", err)
	}
	if list := d.List(); len(list) != 0 {
		t.Errorf("places %+v", list)
	}
}

// Changes of one webhook wait for each other, those of others do not.
func TestWebhookTurns(t *testing.T) {
	h, _ := openWebhooks(t)
	if err := h.turns.take(t.Context(), hooked); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Create(ended, hooked, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("created out of turn: %v", err)
	}
	if _, err := h.Delete(ended, hooked); !errors.Is(err, context.Canceled) {
		t.Errorf("deleted out of turn: %v", err)
	}
	if _, err := h.Delete(t.Context(), "http://other"); err != nil {
		t.Errorf("another one: %v", err)
	}
	deleted := make(chan error)
	go func() { _, err := h.Delete(t.Context(), hooked); deleted <- err }()
	h.turns.give(hooked)
	if err := <-deleted; err != nil {
		t.Errorf("%v", err)
	}
}
