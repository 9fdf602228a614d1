package sim

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

func TestFlashTransfer(t *testing.T) {
	c := newClock()
	w := openWorld(t, Options{Now: c.Now, Blobs: fileBlobs()})
	driverOf(t, w, bot)
	set := do(t, w, bot, qq.UploadFlash{Files: []*qq.Media{{ID: "doc", Name: "a.txt"}, {ID: "clip", Name: "b.mp4"}}})
	if set.Title != "a.txt" || set.Size() != 30 || set.Link == "" || set.ID == "" || set.Expires != qq.TimeOf(c.Now().Add(qq.FlashLife)) {
		t.Errorf("set %+v", set)
	}
	wantSteps(t, w, bot, qq.FlashUploading, qq.FlashUploaded)
	for _, ask := range []qq.GetFlash{{ID: set.ID}, {Link: set.Link}} {
		if d := cmp.Diff(set, do(t, w, carol, ask)); d != "" {
			t.Error(d)
		}
	}
	if f := do(t, w, carol, qq.GetFlash{ID: set.ID, Links: true}).Files; f[0].URL != "http://media/doc" || f[1].URL != "http://media/clip" {
		t.Errorf("files %+v", f)
	}
	again := do(t, w, alice, qq.ReshareFlash{Link: set.Link})
	if again.Link == set.Link || again.ID != set.ID || do(t, w, bot, qq.GetFlash{Link: again.Link}).Link != again.Link ||
		do(t, w, bot, qq.GetFlash{Link: set.Link}).Link != set.Link {
		t.Errorf("shared again as %+v", again)
	}
	do(t, w, bot, qq.DownloadFlash{ID: set.ID})
	wantSteps(t, w, bot, qq.FlashDownloading, qq.FlashDownloaded)
	do(t, w, alice, qq.DownloadFlash{Link: again.Link})
	wantSteps(t, w, bot)
	c.add(qq.FlashLife)
	refused(t, w, bot, qq.GetFlash{ID: set.ID}, qq.ErrNotFound)
	refused(t, w, bot, qq.ReshareFlash{ID: set.ID}, qq.ErrNotFound)
	refused(t, w, bot, qq.DownloadFlash{Link: set.Link}, qq.ErrNotFound)
	refused(t, w, bot, qq.GetFlash{}, qq.ErrNotFound)
	refused(t, w, bot, qq.UploadFlash{}, qq.ErrInvalid)
	refused(t, w, bot, qq.UploadFlash{Files: []*qq.Media{nil}}, qq.ErrInvalid)
	refused(t, w, bot, qq.UploadFlash{Files: []*qq.Media{{ID: "no"}}}, qq.ErrMedia)
	refused(t, w, bot, qq.UploadFlash{Files: []*qq.Media{{ID: "doc", Name: "a/b"}}}, qq.ErrInvalid)
}

// wantSteps takes what waits for an account, which must be those steps.
func wantSteps(t *testing.T, w *World, u qq.UserID, want ...qq.FlashStep) {
	t.Helper()
	var got []qq.FlashStep
	for _, e := range pending(w, u) {
		p := e.(*qq.FlashProgressed)
		got = append(got, p.Step)
		if last := len(got)%2 == 0; last != (p.Done == p.Set.Size()) {
			t.Errorf("step %+v", p)
		}
	}
	if !cmp.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
}

func TestOldFlashTransfersGiveWay(t *testing.T) {
	w := openWorld(t, Options{Blobs: fileBlobs()})
	op := qq.UploadFlash{Files: []*qq.Media{{ID: "doc"}}}
	first := do(t, w, bob, op)
	for range flashLinks {
		do(t, w, bob, qq.ReshareFlash{ID: first.ID})
	}
	refused(t, w, bob, qq.GetFlash{Link: first.Link}, qq.ErrNotFound)
	for range flashLimit {
		do(t, w, bob, op)
	}
	refused(t, w, bob, qq.GetFlash{ID: first.ID}, qq.ErrNotFound)
	if len(w.st.Flashes) != flashLimit {
		t.Errorf("%d transfers", len(w.st.Flashes))
	}
}

func TestShareFlash(t *testing.T) {
	w := openWorld(t, Options{Blobs: fileBlobs()})
	driverOf(t, w, bot)
	set := do(t, w, alice, qq.UploadFlash{Title: "papers", Files: []*qq.Media{{ID: "doc"}}})
	for _, to := range []qq.Chat{qq.GroupChat(home), qq.FriendChat(bot)} {
		sent, err := w.ShareFlash(t.Context(), alice, to, set.ID)
		if err != nil || sent.Chat != to {
			t.Fatalf("%+v, %v", sent, err)
		}
		card := pending(w, bot)[0].(*qq.MessageReceived).Segments[0].(*qq.FlashFile)
		if card.Set != set.ID || card.Title != "papers" || do(t, w, bot, qq.GetFlash{ID: card.Set}).Link != set.Link {
			t.Errorf("card %+v", card)
		}
	}
	for name, c := range map[string]struct {
		as qq.UserID
		id string
	}{"no transfer": {alice, "x"}, "nobody": {99999, set.ID}, "no member": {SeedDave, set.ID}} {
		if _, err := w.ShareFlash(t.Context(), c.as, qq.GroupChat(home), c.id); !errors.Is(err, qq.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
