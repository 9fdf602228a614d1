package runtime_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/admin"
	"llbot/runtime/config"
	"llbot/runtime/driver/sim"

	"go.uber.org/goleak"
)

// patience is how long anything may take that must come.
const patience = 20 * time.Second

// rig is a whole server in this process, on free loopback ports and a data
// folder of its own, with an HTTP client and the means to play people.
type rig struct {
	t      *testing.T
	server *llbot.Server
	data   string
	addr   map[string]string // endpoint name → host:port
	client *http.Client
	admin  admin.Client
	schema *milkyCheck // of all that is said in Milky
}

// on changes the endpoint of a kind, or fails the build of the rig.
func on[E config.Endpoint](edit func(E)) func(*config.Config) {
	return func(cfg *config.Config) {
		for _, e := range cfg.Endpoints {
			if found, ok := e.(E); ok {
				edit(found)
			}
		}
	}
}

// add appends an endpoint of a kind; names are made unique by number.
func add[E config.Endpoint](kind config.Kind, edit func(E)) func(*config.Config) {
	return func(cfg *config.Config) {
		e, ok := config.NewEndpoint(kind).(E)
		if !ok {
			panic("wrong type for " + string(kind))
		}
		edit(e)
		if l := config.ListenOf(e); l != nil {
			l.Port = 0
		}
		if e.Common().Name == string(kind) {
			e.Common().Name = fmt.Sprintf("%s-%d", kind, len(cfg.Endpoints))
		}
		cfg.Endpoints = append(cfg.Endpoints, e)
	}
}

// withToken puts a token before every port.
func withToken(token config.Secret) func(*config.Config) {
	return func(cfg *config.Config) {
		for _, e := range cfg.Endpoints {
			if l := config.ListenOf(e); l != nil {
				l.Token = token
			}
		}
	}
}

// twoAccounts adds a second account beside the seed's.
func twoAccounts(cfg *config.Config) {
	second := cfg.Accounts[0]
	second.UIN, second.Nickname = int64(secondBot), "second"
	cfg.Accounts = append(cfg.Accounts, second)
}

const (
	bot              = sim.SeedAccount
	secondBot        = qq.UserID(2222222222)
	group            = sim.SeedGroup
	alice, bob       = sim.SeedAlice, sim.SeedBob
	carol            = sim.SeedCarol
	token            = "a-token-of-the-tests"
	botText          = "1234567890"
	httpName, wsName = string(config.KindOneBotHTTP), string(config.KindOneBotWS)
	milkyName        = string(config.KindMilky)
	satoriName       = string(config.KindSatori)
)

// testConfig is the default configuration on free ports.
func testConfig(t *testing.T, edits ...func(*config.Config)) *config.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.Admin.Port = 0
	for _, e := range cfg.Endpoints {
		config.ListenOf(e).Port = 0
	}
	for _, edit := range edits {
		edit(cfg)
	}
	return cfg
}

// noLeaks checks, after everything else of a test is over, that no goroutine
// of it is left.
func noLeaks(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		goleak.VerifyNone(t, before,
			goleak.IgnoreTopFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
			goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*HostClient).connsCleaner"))
	})
}

// start runs a server until the test ends.
func start(t *testing.T, edits ...func(*config.Config)) *rig {
	t.Helper()
	return startWith(t, nil, edits...)
}

func startWith(t *testing.T, options []llbot.Option, edits ...func(*config.Config)) *rig {
	t.Helper()
	noLeaks(t)
	return startBeside(t, options, edits...)
}

// startBeside is startWith for the second server of a test.
func startBeside(t *testing.T, options []llbot.Option, edits ...func(*config.Config)) *rig {
	t.Helper()
	cfg := testConfig(t, edits...)
	server, err := llbot.New(cfg, options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, server: server, data: cfg.Data, addr: map[string]string{}, client: newClient(t), schema: newMilkyCheck(t)}
	r.schema.watch(server.Endpoints())
	r.client.Transport = checkedTransport{r.client.Transport, r.schema}
	t.Cleanup(func() { r.stop() })
	for _, e := range server.Endpoints() {
		r.addr[e.Name] = e.Addr
	}
	if cfg.Admin.Enable {
		secret, err := admin.ReadToken(cfg.Data)
		if err != nil {
			t.Fatal(err)
		}
		r.admin = admin.Client{Base: "http://" + server.AdminAddr(), Token: secret}
	}
	return r
}

// newClient is an HTTP client whose connections end with the test.
func newClient(t *testing.T) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 4}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 2 * patience}
}

// stop ends the server as the command does and measures it.
func (r *rig) stop() time.Duration {
	r.t.Helper()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 4*llbot.StopTimeout) // the machine may be busy
	defer cancel()
	if err := r.server.Stop(ctx); err != nil {
		r.t.Errorf("stop: %v", err)
	}
	return time.Since(begun)
}

// answer is what an HTTP request got.
type answer struct {
	status int
	header http.Header
	text   string
}

// at finds a value by its path, e.g. "data.messages.0.user_id", as compact
// JSON; "" when there is none.
func (a answer) at(path string) string { return at(a.text, path) }

func at(text, path string) string {
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return ""
	}
	for _, step := range strings.Split(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			found, ok := v[step]
			if !ok {
				return ""
			}
			value = found
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return ""
			}
			value = v[i]
		default:
			return ""
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return ""
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// word is the text of a JSON string.
func word(value string) string {
	var s string
	if json.Unmarshal([]byte(value), &s) != nil {
		return value
	}
	return s
}

// request sends an HTTP request; headers are names and values by turns.
func (r *rig) request(method, url, body string, headers ...string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if req.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, url, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, url, err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

func (r *rig) url(endpoint, path string) string { return "http://" + r.addr[endpoint] + path }

const jsonType = "application/json"

// onebot, milky and satori call an action that must succeed.
func (r *rig) onebot(action, params string) answer {
	r.t.Helper()
	a := r.request("POST", r.url(httpName, "/"+action), params, "Content-Type", jsonType)
	return r.succeeded(a, "retcode", action, params)
}

func (r *rig) milky(api, params string) answer {
	r.t.Helper()
	a := r.request("POST", r.url(milkyName, "/api/"+api), params, "Content-Type", jsonType)
	return r.succeeded(a, "retcode", api, params)
}

func (r *rig) satori(method, params string) answer {
	r.t.Helper()
	return r.satoriAs(bot, method, params)
}

func (r *rig) satoriAs(login qq.UserID, method, params string) answer {
	r.t.Helper()
	a := r.request("POST", r.url(satoriName, "/v1/"+method), params, "Content-Type", jsonType,
		"Satori-Platform", "llonebot", "Satori-User-ID", login.String())
	return r.succeeded(a, "", method, params)
}

func (r *rig) succeeded(a answer, code, name, params string) answer {
	r.t.Helper()
	if a.status != 200 || code != "" && a.at(code) != "0" {
		r.t.Fatalf("%s %s: %d %s", name, params, a.status, a.text)
	}
	return a
}

// say has somebody speak in the group.
func (r *rig) say(who qq.UserID, text string) {
	r.t.Helper()
	r.sayAll(admin.SayRequest{Group: group, User: who, Message: admin.Text(text)})
}

// tell has somebody speak to the first account.
func (r *rig) tell(who qq.UserID, text string) {
	r.t.Helper()
	r.sayAll(admin.SayRequest{Friend: true, User: who, Message: admin.Text(text)})
}

func (r *rig) sayAll(say admin.SayRequest) admin.SayAnswer {
	r.t.Helper()
	said, err := r.admin.Say(r.t.Context(), say)
	if err != nil || said.Accepted != max(say.Count, 1) {
		r.t.Fatalf("%+v: accepted %d, %v", say, said.Accepted, err)
	}
	return said
}

// dial opens a bare connection to an endpoint.
func (r *rig) dial(endpoint string) *net.TCPConn {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr[endpoint])
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(2 * patience))
	return conn.(*net.TCPConn)
}

// eventually waits for a state that nothing announces.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited too long for %s", what)
}

// listen is a port where connections are accepted by the kernel alone.
func listen(t *testing.T) net.Listener {
	t.Helper()
	return listenOn(t, "127.0.0.1:0")
}

func listenOn(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}
