package gosdk

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	milky "github.com/Szzrain/Milky-go-sdk"
)

const (
	token = "token-of+the/sdk="
	bot   = 1234567890
	alice = 10001
	club  = 123456
)

// server is a running llbot.
type server struct {
	t                  *testing.T
	binary, file, data string
	out                output
	addr               map[string]string
}

// output gathers what the program prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func start(t *testing.T) *server {
	t.Helper()
	dir := t.TempDir()
	s := &server{t: t, binary: filepath.Join(dir, "llbot"), file: filepath.Join(dir, "llbot.yaml"), data: filepath.Join(dir, "data"), addr: map[string]string{}}
	build := exec.Command("go", "build", "-o", s.binary, "./cmd/llbot")
	build.Dir = filepath.Join("..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	yaml := "admin: {port: 0}\nendpoints:\n  - {kind: milky, port: 0, token: \"" + token + "\"}\n"
	if err := os.WriteFile(s.file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(s.binary, "--config", s.file, "--data", s.data)
	cmd.Stdout, cmd.Stderr = &s.out, &s.out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	s.await("its addresses", func() bool {
		for _, m := range regexp.MustCompile(`(?m)^  (\S+)\s+(?:http|ws)://([0-9.:]+)`).FindAllStringSubmatch(s.out.String(), -1) {
			s.addr[m[1]] = m[2]
		}
		return s.addr["admin"] != "" && s.addr["milky"] != ""
	})
	s.await("readiness", func() bool {
		resp, err := http.Get("http://" + s.addr["admin"] + "/readyz")
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})
	return s
}

func (s *server) await(what string, ok func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	s.t.Fatalf("waited too long for %s:\n%s", what, s.out.String())
}

// say makes Alice say something in the group.
func (s *server) say(text string) {
	s.t.Helper()
	out, err := exec.Command(s.binary, "say", "--config", s.file, "--data", s.data, "--url", "http://"+s.addr["admin"],
		"--group", "123456", "--as", "10001", text).CombinedOutput()
	if err != nil {
		s.t.Fatalf("say: %v\n%s", err, out)
	}
}

func (s *server) session(token string) *milky.Session {
	s.t.Helper()
	session, err := milky.New("ws://"+s.addr["milky"]+"/event", "http://"+s.addr["milky"]+"/api", token, quiet{})
	if err != nil {
		s.t.Fatal(err)
	}
	session.ShouldReconnectOnError = false
	return session
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestTheSDKAgainstTheServer(t *testing.T) {
	s := start(t)
	session := s.session(token)
	messages := make(chan *milky.ReceiveMessage, 16)
	session.AddHandler(func(_ *milky.Session, m *milky.ReceiveMessage) { messages <- m })
	if err := session.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	s.say("hello sdk")
	var heard *milky.ReceiveMessage
	select {
	case heard = <-messages:
	case <-time.After(10 * time.Second):
		t.Fatalf("no event:\n%s", s.out.String())
	}
	if heard.PeerId != club || heard.SenderId != alice || heard.Group == nil || heard.Group.GroupId != club || heard.GroupMember == nil || textOf(heard) != "hello sdk" {
		t.Errorf("heard %+v", heard)
	}

	t.Run("people", func(t *testing.T) { people(t, session) })
	t.Run("messages", func(t *testing.T) { talk(t, session, heard.MessageSeq) })
	t.Run("files", func(t *testing.T) { files(t, session) })
	t.Run("refusals", func(t *testing.T) {
		if _, err := session.GetGroupInfo(99999, true); err == nil || !strings.Contains(err.Error(), "API call failed") {
			t.Errorf("an unknown group: %v", err)
		}
		_, err := s.session("wrong").GetLoginInfo()
		if _, ok := errors.AsType[*milky.RESTError](err); !ok || !strings.Contains(err.Error(), "401") {
			t.Errorf("a wrong token: %v", err)
		}
	})
}

func people(t *testing.T, session *milky.Session) {
	if login := must[*milky.LoginInfo](t)(session.GetLoginInfo()); login.UIN != bot {
		t.Errorf("%+v", login)
	}
	if impl := must[*milky.ImplInfo](t)(session.GetImplInfo()); impl.MilkyVersion != "1.3" || impl.QQProtocolType == "" {
		t.Errorf("%+v", impl)
	}
	friends := must[[]milky.Friend](t)(session.GetFriendList(true))
	if len(friends) == 0 || friends[0].Category == nil {
		t.Errorf("%+v", friends)
	}
	if groups := must[[]milky.GroupInfo](t)(session.GetGroupList(false)); len(groups) == 0 || groups[0].GroupId != club {
		t.Errorf("%+v", groups)
	}
	members := must[[]milky.GroupMemberInfo](t)(session.GetGroupMemberList(club, false))
	if one := must[*milky.GroupMemberInfo](t)(session.GetGroupMemberInfo(club, alice, true)); len(members) < 2 || one.Role == "" {
		t.Errorf("%+v %+v", members, one)
	}
	if token := must[string](t)(session.GetCSRFToken()); token == "" {
		t.Error("no csrf token")
	}
}

// talk answers a message and finds the answer again in the history. The SDK's
// own GetMessage cannot read what the specification says.
func talk(t *testing.T, session *milky.Session, seq int64) {
	answer := []milky.IMessageElement{
		&milky.ReplyElement{MessageSeq: seq}, &milky.AtElement{UserID: alice}, &milky.TextElement{Text: "hello yourself"}, &milky.FaceElement{FaceID: "14"},
	}
	sent := must[*milky.MessageRet](t)(session.SendGroupMessage(club, &answer))
	got := one(t, session, "group", club, sent.MessageSeq)
	if got.SenderId != bot || got.Time != sent.Time || textOf(&got) != "hello yourself" || len(got.Segments) != 4 || got.GroupMember == nil {
		t.Errorf("%+v", got)
	}
	private := []milky.IMessageElement{&milky.TextElement{Text: "psst"}}
	whispered := must[*milky.MessageRet](t)(session.SendPrivateMessage(alice, &private))
	own := one(t, session, "friend", alice, whispered.MessageSeq)
	if own.PeerId != alice || own.SenderId != bot || own.Friend == nil || own.Friend.UserID != alice {
		t.Errorf("%+v", own)
	}
	if err := session.SendGroupMessageReaction(club, seq, "178", true); err != nil {
		t.Error(err)
	}
	if err := session.RecallGroupMessage(club, sent.MessageSeq); err != nil {
		t.Error(err)
	}
	if page, _, err := session.GetHistoryMessages("group", club, sent.MessageSeq, 1); err != nil || len(page) == 1 && page[0].MessageSeq == sent.MessageSeq {
		t.Errorf("a recalled message was found: %+v %v", page, err)
	}
}

// one is the newest message of a page that begins at seq.
func one(t *testing.T, session *milky.Session, scene string, peer, seq int64) milky.ReceiveMessage {
	t.Helper()
	page, next, err := session.GetHistoryMessages(scene, peer, seq, 1)
	if err != nil || len(page) != 1 || page[0].MessageSeq != seq || next >= seq {
		t.Fatalf("%+v next %d: %v", page, next, err)
	}
	return page[0]
}

func files(t *testing.T, session *milky.Session) {
	id := must[string](t)(session.UploadGroupFile(club, "base64://aGVsbG8=", "hello.txt", "/"))
	found, folders, err := session.GetGroupFiles(club, "/")
	if err != nil || len(found) != 1 || found[0].FileID != id || found[0].FileName != "hello.txt" || found[0].FileSize != 5 {
		t.Errorf("%+v %+v: %v", found, folders, err)
	}
	if url := must[string](t)(session.GetGroupFileDownloadURL(club, id)); !strings.HasPrefix(url, "http") {
		t.Errorf("%q", url)
	}
}

func textOf(m *milky.ReceiveMessage) string {
	var text strings.Builder
	for _, e := range m.Segments {
		if t, ok := e.(*milky.TextElement); ok {
			text.WriteString(t.Text)
		}
	}
	return text.String()
}

// quiet is a logger that says nothing.
type quiet struct{}

func (quiet) Infof(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}
func (quiet) Debugf(string, ...any) {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Info(...any)           {}
func (quiet) Error(...any)          {}
func (quiet) Debug(...any)          {}
func (quiet) Warn(...any)           {}
