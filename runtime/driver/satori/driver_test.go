package satori

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/driver/upstream"
	"llbot/runtime/transport"
)

// TestEveryOperationIsServedOrExplained: the table and the reasons together are
// all operations, and nothing is in both.
func TestEveryOperationIsServedOrExplained(t *testing.T) {
	lacks := map[string]bool{}
	for _, l := range Variants()[0].Lacks {
		lacks[l.Operation] = true
		if l.Reason == "" {
			t.Errorf("%s is neither served nor explained", l.Operation)
		}
	}
	for reason, ops := range reasons() {
		for _, op := range ops {
			if !lacks[qq.OpName(op)] {
				t.Errorf("%s is served, though %q", qq.OpName(op), reason)
			}
		}
	}
	if len(lacks) > len(qq.Catalogue())-25 {
		t.Errorf("only %d of %d operations are served", len(qq.Catalogue())-len(lacks), len(qq.Catalogue()))
	}
}

func namesOf(ids satori.IDForm, notes upstream.Notes) *names {
	return &names{notes: notes, account: self, ids: ids, now: func() time.Time { return time.UnixMilli(1700000000000) }}
}

// TestNamesLeadBack: whatever the server calls a message, its reference has that
// name again, also in another life; different ids are different messages.
func TestNamesLeadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom([]satori.IDForm{satori.IDOpaque, satori.IDByUID, satori.IDSeq}).Draw(t, "form")
		notes := &kept{texts: map[string]string{}}
		n := namesOf(form, notes)
		scene := rapid.SampledFrom([]qq.Scene{qq.SceneFriend, qq.SceneGroup}).Draw(t, "scene")
		chat := qq.Chat{Scene: scene, Peer: 10001}
		ids := rapid.SliceOfNDistinct(rapid.OneOf(rapid.StringMatching(`[a-z0-9|-]{1,6}`), rapid.String()), 1, 20, rapid.ID[string]).Draw(t, "ids")
		seen := map[qq.MessageRef]string{}
		for _, id := range ids {
			if id == "" || strings.Count(id, "|") == 2 {
				continue // its own form: see TestIDsOfKnownForms
			}
			at := qq.Time(rapid.Int64Range(0, 3).Draw(t, "at"))
			if at > 0 {
				at += 1700000000000
			}
			ref := n.Ref(chat, id, at)
			if before, twice := seen[ref]; twice || !ref.Resolved() {
				t.Fatalf("%q and %q are both %s", before, id, ref)
			}
			seen[ref] = id
		}
		again := namesOf(form, notes)
		for ref, id := range seen {
			if name, ok := again.Name(ref); !ok || name != id {
				t.Fatalf("%s of %q is called %q", ref, id, name)
			}
			if back := again.Ref(chat, id, 5); back != ref {
				t.Fatalf("%q was %s and is %s", id, ref, back)
			}
		}
	})
}

func TestIDsOfKnownForms(t *testing.T) {
	friend, group := qq.FriendChat(10001), qq.GroupChat(123456)
	notes := &kept{texts: map[string]string{}}
	for _, c := range []struct {
		form satori.IDForm
		chat qq.Chat
		id   string
		want qq.MessageRef
	}{
		{satori.IDPlain, group, "2|123456|7", qq.MessageRef{Chat: group, Seq: 7}},
		{satori.IDPlain, friend, "100|10001|7", qq.MessageRef{Chat: qq.TempChat(10001), Seq: 7}},
		{satori.IDByUID, group, "2|123456|7", qq.MessageRef{Chat: group, Seq: 7}},
		{satori.IDByUID, friend, "1|u_alice|7", qq.MessageRef{Chat: friend, Seq: 7}},
		{satori.IDByUID, friend, "100|u_alice|8", qq.MessageRef{Chat: qq.TempChat(10001), Seq: 8}},
		{satori.IDByUID, qq.FriendChat(10005), "1|10005|7", qq.MessageRef{Chat: qq.FriendChat(10005), Seq: 7}},
		{satori.IDSeq, group, "7", qq.MessageRef{Chat: group, Seq: 7}},
	} {
		n := namesOf(c.form, notes)
		got := n.Ref(c.chat, c.id, 0)
		if got != c.want {
			t.Errorf("%q is %s, not %s", c.id, got, c.want)
		}
		if name, ok := n.Name(got); !ok || name != c.id {
			t.Errorf("%s is called %q, not %q", got, name, c.id)
		}
	}
	if ref := namesOf(satori.IDPlain, notes).Ref(friend, "", 0); ref.Resolved() {
		t.Errorf("no id is %s", ref)
	}
}

// TestMadeSeqsRiseWithTime: whatever order messages are heard in.
func TestMadeSeqsRiseWithTime(t *testing.T) {
	n := namesOf(satori.IDOpaque, &kept{texts: map[string]string{}})
	chat := qq.GroupChat(123456)
	late := n.Ref(chat, "late", 1700000002000)
	early := n.Ref(chat, "early", 1700000001000)
	next := n.Ref(chat, "next to late", 1700000002000)
	if !(early.Seq < late.Seq && late.Seq < next.Seq) || next.Seq >= 1<<53 {
		t.Errorf("%d %d %d", early.Seq, late.Seq, next.Seq)
	}
}

// TestChoosingALogin among those that a server holds.
func TestChoosingALogin(t *testing.T) {
	logins := []satori.Login{
		{Platform: "onebot", User: satori.User{ID: "10002"}}, {Platform: "milky", User: satori.User{ID: "10002"}},
		{Platform: "onebot", User: satori.User{ID: "10009"}}, {Platform: "discord", User: satori.User{ID: "998877665544332211"}},
	}
	for _, c := range []struct {
		account  qq.UserID
		platform string
		logins   []satori.Login
		want     string // platform and id, or what the error tells
	}{
		{10009, "", logins, "onebot 10009"},
		{10002, "milky", logins, "milky 10002"},
		{10002, "", logins, "several logins"},
		{0, "milky", logins, "milky 10002"},
		{0, "", logins, "several logins"},
		{0, "", logins[2:], "onebot 10009"},
		{10003, "", logins, "not among"},
		{0, "discord", logins, "not among"},
		{0, "", nil, "no login yet"},
	} {
		p := &protocol{o: upstream.Options{Platform: c.platform}, account: c.account}
		l, err := p.choose(c.logins)
		got := l.Platform + " " + l.User.ID
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%d %q: %s, not %s", c.account, c.platform, got, c.want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"http://127.0.0.1:5600":         "http://127.0.0.1:5600",
		"http://127.0.0.1:5140/satori/": "http://127.0.0.1:5140/satori",
		"https://host/satori/v1?x=1":    "https://host/satori",
		"ws://127.0.0.1:5600":           "",
		"127.0.0.1:5600":                "",
		"http://":                       "",
		"http://[::1":                   "",
	} {
		p, err := newProtocol(upstream.Options{URL: address})
		if (err != nil) != (want == "") || err == nil && p.base.String() != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestWrongTokenIsTold: with its reason and without the token.
func TestWrongTokenIsTold(t *testing.T) {
	s := loadFixture(t, "llbot").serve(t)
	p, err := newProtocol(upstream.Options{URL: s.http.URL + "/satori", Token: "secret-and-wrong", Dialer: transport.NewDialer(transport.DialOptions{})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err = p.Connect(ctx)
	if !errors.Is(err, upstream.ErrToken) || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// TestGoingOn: an llbot is asked for what came behind the log's end; what belongs
// to others is not asked for again; a position that has gone is not asked for twice.
func TestGoingOn(t *testing.T) {
	p := &protocol{}
	for i, c := range []struct {
		logged, handed, heard, gone uint64
		want                        uint64
	}{
		{0, 0, 0, 0, 0}, {7, 0, 0, 0, 7}, {7, 7, 7, 0, 7}, {7, 7, 9, 0, 9}, {7, 8, 9, 0, 7}, {7, 7, 9, 7, 0}, {8, 8, 9, 7, 9},
	} {
		p.last = position{handed: c.handed, heard: c.heard, gone: c.gone}
		p.Behind(c.logged)
		if got := p.from(); got != c.want {
			t.Errorf("%d: %d, not %d", i, got, c.want)
		}
	}
}

// TestKeysGoWithCalls to servers that take them, and to no others.
func TestKeysGoWithCalls(t *testing.T) {
	for _, adapter := range []string{"llbot", "llonebot"} {
		f := loadFixture(t, "llbot")
		f.Ready = []byte(strings.Replace(string(f.Ready), `"adapter": "llonebot"`, fmt.Sprintf(`"adapter": %q`, adapter), 1))
		s := f.serve(t)
		d, err := New(upstream.Options{
			Account: self, URL: s.http.URL + "/satori", Token: token, Dialer: transport.NewDialer(transport.DialOptions{}),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- d.Run(ctx, func(context.Context, qq.Emission) (qq.SN, error) { return 1, nil }, 0)
		}()
		var sent any
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			if sent, err = d.DoOnce(ctx, "the nonce", qq.SendMessage{Chat: qq.FriendChat(10001), Segments: qq.NewText("x")}); err == nil {
				break
			}
		}
		if err != nil || sent == nil {
			t.Fatal(err)
		}
		_, applied, err := d.Recall(ctx, "of another life")
		if known := err == nil && !applied; known != (adapter == "llbot") {
			t.Errorf("%s: %v %v", adapter, applied, err)
		}
		cancel()
		<-ended
		s.mu.Lock()
		said := strings.Join(s.said, "\n")
		s.mu.Unlock()
		if keyed := strings.Contains(said, `"x"} the nonce`); keyed != (adapter == "llbot") {
			t.Errorf("%s was told\n%s", adapter, said)
		}
	}
}
