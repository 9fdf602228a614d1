package milky

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// bySet lets cmp look into face.Accounts.
var bySet = cmp.Comparer(func(a, b face.Accounts) bool { return a == b })

func subscription(framing face.Framing, own bool, id qq.UserID, since face.Position) face.Subscribe {
	return face.Subscribe{
		Selection: face.Selection{Accounts: face.AccountsOf(id), ReportSelf: own},
		Variant:   face.Variant{Encoder: Encoder{}, Framing: framing},
		Since:     since,
	}
}

func checkEffects(t *testing.T, got []face.Effect, want ...face.Effect) {
	t.Helper()
	if diff := cmp.Diff(want, got, bySet); diff != "" {
		t.Error(diff)
	}
}

func TestWebSocketTranscript(t *testing.T) {
	since := face.Position{Named: true, After: 100000000000001}
	l := newServer(t, Options{ReportSelf: true}).Link(face.Talk{Role: "event", Account: other, Since: since}, twoAccounts())
	checkEffects(t, l.Open(noon), subscription(face.FrameServer, true, other, since))
	for _, text := range []string{`{"op":1,"d":0}`, "", "\x00\xff", `{"action":"quit_group"}`} {
		checkEffects(t, l.Frame(noon+1000, []byte(text)))
	}
	checkEffects(t, l.Fire(noon+2000, "heartbeat of somebody else"))
}

func TestStreamTranscript(t *testing.T) {
	l := newServer(t, Options{}).Link(face.Talk{Stream: true, Role: "event"}, twoAccounts())
	again := face.After{Key: "heartbeat", Delay: 20 * time.Second}
	checkEffects(t, l.Open(noon), subscription(face.FrameSSEMilky, false, bot, face.Position{}), again)
	for range 3 {
		checkEffects(t, l.Fire(noon, "heartbeat"), face.Send{Payload: []byte(": heartbeat\n\n")}, again)
	}
}

func TestLinkOfAnAccountThatLeft(t *testing.T) {
	l := newServer(t, Options{}).Link(face.Talk{Account: 99999}, twoAccounts())
	checkEffects(t, l.Open(noon), face.Close{Code: 1013, Reason: "the account is not served here any more"})
}

func TestSubscribersShareOneVariant(t *testing.T) {
	a := newServer(t, Options{ReportSelf: true}).Link(face.Talk{}, twoAccounts()).Open(noon)[0].(face.Subscribe)
	b := newServer(t, Options{Token: "t"}).Link(face.Talk{}, twoAccounts()).Open(noon)[0].(face.Subscribe)
	if a.Variant != b.Variant {
		t.Error("an event would be encoded twice")
	}
}

func TestOwnMessagesOnlyWhenSelected(t *testing.T) {
	own := &qq.Entry{Account: bot, Event: &qq.MessageReceived{Message: *ownMessage()}}
	for _, report := range []bool{false, true} {
		open := newServer(t, Options{ReportSelf: report}).Link(face.Talk{}, twoAccounts()).Open(noon)
		if got := open[0].(face.Subscribe).Selection.Wants(own); got != report {
			t.Errorf("report self %v: wanted %v", report, got)
		}
	}
}

func TestHook(t *testing.T) {
	h := Hook(HookOptions{Token: "t"})
	want := []face.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Authorization", Value: "Bearer t"}}
	if diff := cmp.Diff(want, h.Headers(bot, nil)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[:1], Hook(HookOptions{}).Headers(bot, nil)); diff != "" {
		t.Error(diff)
	}
	if h.Encoder() != face.Encoder(Encoder{}) {
		t.Error("the webhook has an encoding of its own")
	}
	for status, proven := range map[int]bool{0: false, 200: true, 204: true, 302: true, 400: true, 401: false, 403: false, 404: true, 408: false, 429: false, 499: true, 500: false, 502: false} {
		if h.Proven(status) != proven {
			t.Errorf("%d: proven %v", status, !proven)
		}
	}
	if h.Answer(nil, nil, []byte(`{"reply":"hi"}`)) != nil {
		t.Error("there is a quick operation")
	}
	if every, body := h.Beat(); every != 0 || body != nil {
		t.Error("there is a heartbeat")
	}
}
