package sim

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"llbot/protocols/qq"
)

func TestSayCountsAndNumbers(t *testing.T) {
	w := openWorld(t, Options{})
	l := listen(t, driverOf(t, w, bot), 0)
	driverOf(t, w, 55555) // joins the group; its driver does not run
	l.wait(1)
	res, err := w.Say(context.Background(), Say{As: bob, Group: home, Text: "n={{seq}} t={{ns}}", Count: 3, From: 7})
	if err != nil || res.Accepted != 3 {
		t.Fatalf("%+v, %v", res, err)
	}
	want := []SayAccount{{Account: 55555, Events: 3}, {Account: bot, First: 2, Last: 4, Events: 3, Numbered: 3}}
	if len(res.Accounts) != 2 || res.Accounts[0] != want[0] || res.Accounts[1] != want[1] {
		t.Errorf("accounts %+v", res.Accounts)
	}
	for i, text := range lines(l.wait(4)) {
		n, ns, ok := cut(text)
		if !ok || n != 7+i || time.Since(time.Unix(0, ns)) > time.Minute {
			t.Errorf("message %d is %q", i, text)
		}
	}
}

// cut reads "n=7 t=1700000000000000000".
func cut(text string) (n int, ns int64, ok bool) {
	var err error
	for i := range text {
		if text[i] == ' ' {
			if n, err = strconv.Atoi(text[2:i]); err != nil {
				return 0, 0, false
			}
			ns, err = strconv.ParseInt(text[i+3:], 10, 64)
			return n, ns, err == nil
		}
	}
	return 0, 0, false
}

func TestSayPrivately(t *testing.T) {
	w := openWorld(t, Options{})
	l := listen(t, driverOf(t, w, bot), 0)
	res, err := w.Say(context.Background(), Say{As: bob, Friend: bot, Text: "hi"})
	if err != nil || res.Accepted != 1 || res.Accounts[0].First != 1 {
		t.Fatalf("%+v, %v", res, err)
	}
	if m := l.wait(1)[0].Event.(*qq.MessageReceived); m.Chat != qq.FriendChat(bob) || m.Friend == nil {
		t.Errorf("message %+v", m)
	}
}

func TestSayRefusals(t *testing.T) {
	w := openWorld(t, Options{})
	ctx := context.Background()
	for name, c := range map[string]struct {
		say  Say
		want error
	}{
		"nowhere":         {Say{As: bob, Text: "x"}, qq.ErrInvalid},
		"to no friend":    {Say{As: carol, Friend: bot, Text: "x"}, qq.ErrForbidden},
		"in two places":   {Say{As: bob, Text: "x", Group: home, Friend: bot}, qq.ErrInvalid},
		"as nobody":       {Say{As: 99999, Text: "x", Group: home}, qq.ErrNotFound},
		"nothing":         {Say{As: bob, Group: home}, qq.ErrInvalid},
		"unknown group":   {Say{As: bob, Text: "x", Group: 5}, qq.ErrNotFound},
		"negative count":  {Say{As: bob, Text: "x", Group: home, Count: -1}, qq.ErrInvalid},
		"unknown picture": {Say{As: bob, Group: home, Segments: qq.Segments{&qq.Image{}}}, qq.ErrMedia},
	} {
		res, err := w.Say(ctx, c.say)
		if res.Accepted != 0 {
			t.Errorf("%s: accepted %d", name, res.Accepted)
		}
		t.Run(name, func(t *testing.T) { wantErr(t, err, c.want) })
	}
	for i := range 10 {
		if _, err := w.Say(ctx, Say{As: alice, Group: home, Segments: qq.Segments{&qq.MentionAll{}}}); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	res, err := w.Say(ctx, Say{As: SeedAccount, Group: home, Count: 12, Segments: qq.Segments{&qq.MentionAll{}}})
	wantErr(t, err, qq.ErrForbidden)
	if res.Accepted != 10 {
		t.Errorf("accepted %d before the quota was used up", res.Accepted)
	}
}

func TestSayKeepsItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := openWorld(t, Options{})
		start := time.Now()
		if _, err := w.Say(t.Context(), Say{As: bob, Group: home, Text: "x", Count: 21, Rate: 10}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("took %s", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
		defer cancel()
		if res, err := w.Say(ctx, Say{As: bob, Group: home, Text: "x", Count: 100, Rate: 2}); err == nil || res.Accepted != 2 {
			t.Errorf("%+v, %v", res, err)
		}
	})
}

// TestSayWaitsForAnAccountThatIsBehind holds emit up and wants Say to stop.
func TestSayWaitsForAnAccountThatIsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := openWorld(t, Options{Queue: 8})
		d := driverOf(t, w, bot)
		ctx, cancel := context.WithCancel(t.Context())
		gate := make(chan struct{})
		var sn qq.SN
		ended := make(chan error, 1)
		go func() {
			ended <- d.Run(ctx, func(context.Context, qq.Emission) (qq.SN, error) {
				<-gate
				sn++
				return sn, nil
			}, 0)
		}()
		synctest.Wait()
		said := make(chan SayResult, 1)
		go func() {
			res, err := w.Say(ctx, Say{As: bob, Group: home, Text: "x", Count: 100})
			if err != nil {
				t.Error(err)
			}
			said <- res
		}()
		synctest.Wait()
		if n := w.queues[bot].len(); n != 8 {
			t.Errorf("%d events wait", n)
		}
		close(gate)
		if res := <-said; res.Accounts[0].First != 1 || res.Accounts[0].Last != 100 {
			t.Errorf("%+v", res)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestSayGivesUpOnADriverThatStops wants an answer though events still wait.
func TestSayGivesUpOnADriverThatStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := openWorld(t, Options{})
		d := driverOf(t, w, bot)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- d.Run(ctx, func(ctx context.Context, _ qq.Emission) (qq.SN, error) {
				<-ctx.Done()
				return 0, ctx.Err()
			}, 0)
		}()
		synctest.Wait()
		time.AfterFunc(time.Second, cancel)
		res, err := w.Say(t.Context(), Say{As: bob, Group: home, Text: "x", Count: 3})
		if err != nil || res.Accepted != 3 || res.Accounts[0].Last != 0 {
			t.Errorf("%+v, %v", res, err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
