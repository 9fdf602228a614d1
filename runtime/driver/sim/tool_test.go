package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
)

func TestCredentials(t *testing.T) {
	var log bytes.Buffer
	c := newClock()
	opt := Options{Now: c.Now, Seed: 7, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	w, same := openWorld(t, opt), openWorld(t, opt)
	opt.Seed = 8
	other := openWorld(t, opt)
	cred := do(t, w, bot, qq.GetCredentials{})
	form := regexp.MustCompile(`^uin=o1234567890; skey=(@[A-Za-z0-9_-]{9}); p_uin=o1234567890; p_skey=[A-Za-z0-9_-]{43}_$`)
	found := form.FindStringSubmatch(cred.Cookies)
	if found == nil || cred.CSRF != csrf(found[1]) || cred.CSRF <= 0 {
		t.Fatalf("%+v", cred)
	}
	if do(t, same, bot, qq.GetCredentials{}) != cred || do(t, w, bot, qq.GetCredentials{Domain: "QZONE.qq.com"}) != cred {
		t.Error("another world of the same seed has other credentials")
	}
	if do(t, other, bot, qq.GetCredentials{}) == cred || do(t, w, alice, qq.GetCredentials{}).CSRF == cred.CSRF {
		t.Error("credentials are shared")
	}
	if qun := do(t, w, bot, qq.GetCredentials{Domain: "qun.qq.com"}); qun.CSRF != cred.CSRF || qun.Cookies == cred.Cookies {
		t.Errorf("of another domain: %+v", qun)
	}
	if a := do(t, w, alice, qq.GetCredentials{}); !strings.HasPrefix(a.Cookies, "uin=o0000010001;") {
		t.Errorf("a short number: %s", a.Cookies)
	}
	key := do(t, w, bot, qq.GetClientKey{})
	if !regexp.MustCompile(`^[0-9A-F]{112}$`).MatchString(key) {
		t.Errorf("client key of %d characters", len(key))
	}
	for _, domain := range []string{"pay.qq.com", "api.pay.qq.com", "PAY.qq.com"} {
		refused(t, w, bot, qq.GetCredentials{Domain: domain}, qq.ErrForbidden)
	}
	for _, domain := range []string{"example.com", "notqq.com", "qq.com.example.com", " "} {
		refused(t, w, bot, qq.GetCredentials{Domain: domain}, qq.ErrInvalid)
	}
	do(t, w, bot, qq.LogOut{})
	comeOnline(t, w, bot)
	if again := do(t, w, bot, qq.GetCredentials{}); again.CSRF == cred.CSRF || do(t, w, bot, qq.GetClientKey{}) == key {
		t.Error("a new login has the old secrets")
	}
	if strings.Contains(log.String(), found[1]) || strings.Contains(log.String(), key) {
		t.Error("a secret was logged")
	}
}

// TestCSRF holds the hash against the same in wider numbers, as scripts compute it.
func TestCSRF(t *testing.T) {
	hash := int64(5381)
	for _, c := range "@abc" {
		hash += hash<<5 + int64(c)
	}
	if csrf("@abc") != hash&0x7fffffff || csrf("") != 5381 {
		t.Errorf("%d, want %d", csrf("@abc"), hash&0x7fffffff)
	}
}

func TestMediaKeys(t *testing.T) {
	c := newClock()
	w := openWorld(t, Options{Now: c.Now})
	keys := do(t, w, bot, qq.GetMediaKeys{})
	now := qq.TimeOf(c.Now())
	if len(keys) != 2 || keys[0].Scene != qq.SceneFriend || keys[1].Scene != qq.SceneGroup || keys[0].Key == keys[1].Key {
		t.Fatalf("%+v", keys)
	}
	for _, k := range keys {
		if !strings.HasPrefix(k.Key, "&rkey=CAQS") || k.Made > now || k.Expires <= now || k.Expires-k.Made != qq.Time(mediaKeyLife.Milliseconds()) {
			t.Errorf("%+v at %d", k, now)
		}
	}
	c.add(time.Minute)
	if again := do(t, w, bot, qq.GetMediaKeys{}); !slices.Equal(again, keys) {
		t.Errorf("%+v a minute later", again)
	}
	c.add(mediaKeyLife)
	if later := do(t, w, bot, qq.GetMediaKeys{}); later[0].Key == keys[0].Key {
		t.Error("keys never change")
	}
}

func TestToolRules(t *testing.T) {
	try(t, asItIs, map[string]trial{
		"card of a person":        {bot, qq.GetShareCard{Chat: qq.FriendChat(eve)}, nil},
		"card of nobody":          {bot, qq.GetShareCard{Chat: qq.FriendChat(99999)}, qq.ErrNotFound},
		"card of a group":         {bot, qq.GetShareCard{Chat: qq.GroupChat(home)}, nil},
		"card of no group":        {bot, qq.GetShareCard{Chat: qq.GroupChat(7)}, qq.ErrNotFound},
		"card of nothing":         {bot, qq.GetShareCard{}, qq.ErrInvalid},
		"mini app":                {bot, qq.MakeMiniApp{Card: qq.MiniApp{App: "bili", Title: "x"}}, nil},
		"mini app without a name": {bot, qq.MakeMiniApp{Card: qq.MiniApp{Title: "x"}}, qq.ErrInvalid},
		"mini app without title":  {bot, qq.MakeMiniApp{Card: qq.MiniApp{App: "bili"}}, qq.ErrInvalid},
		"too many words":          {bot, qq.Translate{Words: make([]string, wordLimit+1)}, qq.ErrInvalid},
		"no address":              {bot, qq.CheckURL{}, qq.ErrInvalid},
		"half an address":         {bot, qq.CheckURL{URL: "https://"}, qq.ErrInvalid},
		"broken address":          {bot, qq.CheckURL{URL: "https://a b/"}, qq.ErrInvalid},
	})
}

// TestCards holds that cards are what a LightApp can carry.
func TestCards(t *testing.T) {
	w := ruledWorld(t, newClock())
	for what, op := range map[string]qq.Op[string]{
		"Alice":  qq.GetShareCard{Chat: qq.FriendChat(alice), Phone: "123"},
		"10001":  qq.GetShareCard{Chat: qq.TempChat(alice)},
		"123456": qq.GetShareCard{Chat: qq.GroupChat(home)},
		"哔哩哔哩":   qq.MakeMiniApp{Card: qq.MiniApp{App: "bili", Title: "a \"film\"", Image: "http://x/y.png"}},
		"4711":   qq.MakeMiniApp{Card: qq.MiniApp{App: "4711", Title: "x", Icon: "http://x/i.png"}},
	} {
		v, err := w.Do(context.Background(), bot, op)
		if err != nil {
			t.Fatal(err)
		}
		var c card
		if err := json.Unmarshal([]byte(v.(string)), &c); err != nil || !strings.Contains(fmt.Sprint(c), what) {
			t.Errorf("%s: %v in %s", what, err, v)
		}
		oneKind := (c.Meta.Contact == contactCard{}) != (c.Meta.MiniApp == miniCard{})
		if c.App == "" || c.View == "" || c.Prompt == "" || len(c.Config.Token) != 32 || c.Config.Created == 0 || !oneKind {
			t.Errorf("%s: %+v", what, c)
		}
		if err := qq.CheckContent(qq.Segments{&qq.LightApp{Payload: v.(string)}}); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTranslateAndCheckURL(t *testing.T) {
	w := openWorld(t, Options{})
	if got := do(t, w, bot, qq.Translate{Words: []string{"Hello", " cat ", "floccinaucinihilipilification"}}); !slices.Equal(got,
		[]string{"你好", "猫", "floccinaucinihilipilification"}) {
		t.Errorf("%q", got)
	}
	for address, want := range map[string]qq.URLSafety{
		"https://im.qq.com/x?y": qq.URLSafe, "qq.com": qq.URLSafe, "http://QQ.COM:80": qq.URLSafe, "https://qq.com.example.org": qq.URLUnknown,
		"http://danger.test/": qq.URLDanger, "https://a.danger.test": qq.URLDanger, "https://example.com": qq.URLUnknown,
	} {
		if got := do(t, w, bot, qq.CheckURL{URL: address}); got != want {
			t.Errorf("%s: %d, want %d", address, got, want)
		}
	}
}
