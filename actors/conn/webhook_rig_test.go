package conn

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"

	"github.com/asynkron/protoactor-go/actor"
)

// caller is an account that nobody asks anything.
type caller qq.UserID

func (c caller) Account() qq.UserID { return qq.UserID(c) }

func (c caller) Do(context.Context, qq.Operation) (any, error) { return nil, qq.ErrUnsupported }

// hook is a protocol's webhook for tests.
type hook struct {
	wrong    qq.SN // the encoder panics on it
	encoder  face.Encoder
	beat     time.Duration
	onHeader func(body string)
	answer   func(e *qq.Entry, body string) func(context.Context) error
}

func (h *hook) Encoder() face.Encoder {
	if h.encoder != nil {
		return h.encoder
	}
	return numbers{wrong: h.wrong}
}

func (h *hook) Headers(_ qq.UserID, body []byte) []face.Header {
	if h.onHeader != nil {
		h.onHeader(string(body))
	}
	return []face.Header{{Name: "X-Length", Value: fmt.Sprint(len(body))}}
}

func (h *hook) Proven(status int) bool { return status/100 == 2 }

func (h *hook) Answer(_ qq.Caller, e *qq.Entry, body []byte) func(context.Context) error {
	if h.answer == nil {
		return nil
	}
	return h.answer(e, string(body))
}

func (h *hook) Beat() (time.Duration, func(context.Context, qq.Caller, qq.Time) []byte) {
	return h.beat, func(context.Context, qq.Caller, qq.Time) []byte { return []byte("beat") }
}

// poster is the target's side.
type poster struct {
	t      testing.TB
	answer func(ctx context.Context, body string, try int) (Answer, error)

	most  int32 // exchanges at once; 0: one
	under atomic.Int32
	mu    sync.Mutex
	got   []string // bodies, each try
	at    []time.Time
	heads []map[string]string
}

func (p *poster) Post(ctx context.Context, url string, headers []face.Header, body []byte) (Answer, error) {
	if n := p.under.Add(1); n > max(p.most, 1) {
		p.t.Errorf("%d exchanges at the same time", n)
	}
	defer p.under.Add(-1)
	if len(headers) < 1 || headers[0].Value != fmt.Sprint(len(body)) || url != "http://target" {
		p.t.Errorf("headers %v of %q to %s", headers, body, url)
	}
	head := map[string]string{}
	for _, h := range headers {
		head[h.Name] = h.Value
	}
	p.mu.Lock()
	p.got, p.at, p.heads = append(p.got, string(body)), append(p.at, time.Now()), append(p.heads, head)
	try, answer := len(p.got), p.answer
	p.mu.Unlock()
	if answer == nil {
		return Answer{Status: 204}, nil
	}
	return answer(ctx, string(body), try)
}

// set changes what the target answers.
func (p *poster) set(answer func(ctx context.Context, body string, try int) (Answer, error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *poster) bodies() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

// waits is the time between tries.
func (p *poster) waits() (waits []time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range len(p.at) - 1 {
		waits = append(waits, p.at[i+1].Sub(p.at[i]))
	}
	return waits
}

// target starts a webhook of the account.
func (h *house) target(hook *hook, p *poster, change ...func(*Webhook)) *actor.PID {
	h.t.Helper()
	p.t, h.env.Poster = h.t, p
	w := Webhook{Name: "hook", URL: "http://target", Hook: hook, Caller: caller(account)}
	for _, c := range change {
		c(&w)
	}
	pid, err := SpawnWebhook(nil, h.env.Sys.Actors().ProcessRegistry.NextId(), h.env, w)
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return pid
}

// rest lets time pass, and waits until nothing happens any more.
func (h *house) rest(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// texts is what numbers writes.
func texts(sns ...qq.SN) (all []string) {
	for _, sn := range sns {
		all = append(all, fmt.Sprintf("%d#", sn))
	}
	return all
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
