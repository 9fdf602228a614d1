package sim

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"llbot/protocols/qq"
)

// pictured is the filed world with an album of Bob's that holds two pictures
// of one upload.
func pictured(t *testing.T) (*World, qq.AlbumID, *qq.AlbumUpload) {
	w, _, _, _ := filedWorld(t, newClock())
	a := do(t, w, bob, qq.CreateAlbum{Group: home, Name: "trip", Description: "to the sea"})
	up := do(t, w, bob, qq.AddAlbumMedia{Group: home, Album: a.ID, Files: []*qq.Media{{ID: "pic"}, {ID: "clip", Name: "c.mp4"}}})
	return w, a.ID, up
}

// TestAlbumRights is every operation on albums by every role.
func TestAlbumRights(t *testing.T) {
	everybody := []qq.UserID{alice, bot, bob, carol, eve}
	all := func(err error) []error { return []error{err, err, err, err, qq.ErrNotFound} }
	for name, c := range map[string]struct {
		op   func(a qq.AlbumID, up *qq.AlbumUpload) qq.Operation
		want []error // of owner, admin, uploader, member, stranger
	}{
		"list":       {func(qq.AlbumID, *qq.AlbumUpload) qq.Operation { return qq.ListAlbums{Group: home} }, all(nil)},
		"create":     {func(qq.AlbumID, *qq.AlbumUpload) qq.Operation { return qq.CreateAlbum{Group: home, Name: "n"} }, all(nil)},
		"media":      {func(a qq.AlbumID, _ *qq.AlbumUpload) qq.Operation { return qq.ListAlbumMedia{Group: home, Album: a} }, all(nil)},
		"no album":   {func(qq.AlbumID, *qq.AlbumUpload) qq.Operation { return qq.ListAlbumMedia{Group: home, Album: "x"} }, all(qq.ErrNotFound)},
		"add":        {func(a qq.AlbumID, _ *qq.AlbumUpload) qq.Operation { return addTo(a, "pic") }, all(nil)},
		"add a text": {func(a qq.AlbumID, _ *qq.AlbumUpload) qq.Operation { return addTo(a, "doc") }, []error{qq.ErrMedia, qq.ErrMedia, qq.ErrMedia, qq.ErrMedia, qq.ErrMedia}},
		"delete": {func(a qq.AlbumID, _ *qq.AlbumUpload) qq.Operation { return qq.DeleteAlbum{Group: home, Album: a} },
			[]error{nil, nil, nil, qq.ErrForbidden, qq.ErrNotFound}},
		"take out": {func(a qq.AlbumID, up *qq.AlbumUpload) qq.Operation {
			return qq.DeleteAlbumMedia{Group: home, Album: a, Media: up.Media[0].ID}
		}, []error{nil, nil, nil, qq.ErrForbidden, qq.ErrNotFound}},
		"take out nothing": {func(a qq.AlbumID, _ *qq.AlbumUpload) qq.Operation {
			return qq.DeleteAlbumMedia{Group: home, Album: a, Media: "x"}
		}, all(qq.ErrNotFound)},
		"like": {func(a qq.AlbumID, up *qq.AlbumUpload) qq.Operation {
			return qq.LikeAlbumMedia{Group: home, Album: a, Media: up.Media[0].ID, On: true}
		}, all(nil)},
		"unlike": {func(a qq.AlbumID, up *qq.AlbumUpload) qq.Operation {
			return qq.LikeAlbumMedia{Group: home, Album: a, Batch: up.Batch}
		}, all(qq.ErrConflict)},
		"like nothing": {func(a qq.AlbumID, _ *qq.AlbumUpload) qq.Operation {
			return qq.LikeAlbumMedia{Group: home, Album: a, On: true}
		}, all(qq.ErrNotFound)},
		"comment": {func(a qq.AlbumID, up *qq.AlbumUpload) qq.Operation {
			return qq.CommentAlbumMedia{Group: home, Album: a, Media: up.Media[1].ID, Text: "nice"}
		}, all(nil)},
		"comment on nothing": {func(a qq.AlbumID, _ *qq.AlbumUpload) qq.Operation {
			return qq.CommentAlbumMedia{Group: home, Album: a, Media: "x", Text: "nice"}
		}, all(qq.ErrNotFound)},
	} {
		t.Run(name, func(t *testing.T) {
			for i, as := range everybody {
				w, a, up := pictured(t)
				op := c.op(a, up)
				if c.want[i] != nil {
					refused(t, w, as, op, c.want[i])
				} else if _, err := w.Do(context.Background(), as, op); err != nil {
					t.Errorf("as %d: %v", as, err)
				}
			}
		})
	}
}

func addTo(a qq.AlbumID, id qq.ResourceID) qq.AddAlbumMedia {
	return qq.AddAlbumMedia{Group: home, Album: a, Files: []*qq.Media{{ID: id}}}
}

func TestAlbumsShowWhatTheyHold(t *testing.T) {
	w, a, up := pictured(t)
	do(t, w, carol, qq.LikeAlbumMedia{Group: home, Album: a, Batch: up.Batch, On: true})
	do(t, w, bot, qq.LikeAlbumMedia{Group: home, Album: a, Media: up.Media[0].ID, On: true})
	do(t, w, bot, qq.LikeAlbumMedia{Group: home, Album: a, Batch: up.Batch, On: true}) // the other one
	do(t, w, bot, qq.LikeAlbumMedia{Group: home, Album: a, Media: up.Media[1].ID, On: false})
	do(t, w, bot, qq.CommentAlbumMedia{Group: home, Album: a, Media: up.Media[0].ID, Text: "nice"})
	p := do(t, w, bot, qq.ListAlbumMedia{Group: home, Album: a})
	clip, pic := p.Media[0], p.Media[1]
	if pic.Likes != 2 || !pic.Liked || pic.Comments != 1 || pic.Media.URL != "http://media/pic" || clip.Likes != 1 || clip.Liked ||
		clip.Media.Name != "c.mp4" || clip.Batch != up.Batch || clip.Uploader != bob || p.Next != "" {
		t.Errorf("clip %+v, picture %+v", clip, pic)
	}
	info := do(t, w, alice, qq.ListAlbums{Group: home}).Albums[0]
	if info.Count != 2 || info.Cover == nil || info.Cover.URL != "http://media/clip" || info.Owner != bob || info.OwnerName != "Bob" || info.LastUpload == 0 {
		t.Errorf("album %+v", info)
	}
	do(t, w, bob, qq.DeleteAlbumMedia{Group: home, Album: a, Media: up.Media[0].ID})
	do(t, w, bob, qq.DeleteAlbumMedia{Group: home, Album: a, Media: up.Media[1].ID})
	if info := do(t, w, alice, qq.ListAlbums{Group: home}).Albums[0]; info.Count != 0 || info.Cover != nil {
		t.Errorf("empty album %+v", info)
	}
}

func TestAlbumPages(t *testing.T) {
	w, a, _ := pictured(t)
	for i := range albumPage + 5 {
		do(t, w, bot, qq.CreateAlbum{Group: home, Name: fmt.Sprint(i)})
	}
	first := do(t, w, bot, qq.ListAlbums{Group: home})
	second := do(t, w, bot, qq.ListAlbums{Group: home, Cursor: first.Next})
	if len(first.Albums) != albumPage || len(second.Albums) != 6 || second.Next != "" || first.Albums[0].Name != "24" || second.Albums[5].Name != "trip" {
		t.Errorf("%d and %d albums", len(first.Albums), len(second.Albums))
	}
	refused(t, w, bot, qq.ListAlbums{Group: home, Cursor: "x"}, qq.ErrInvalid)
	for range albumMediaPage {
		do(t, w, bot, addTo(a, "pic"))
	}
	page := do(t, w, bot, qq.ListAlbumMedia{Group: home, Album: a})
	rest := do(t, w, bot, qq.ListAlbumMedia{Group: home, Album: a, Cursor: page.Next})
	if len(page.Media) != albumMediaPage || len(rest.Media) != 2 || rest.Next != "" {
		t.Errorf("%d and %d of an album", len(page.Media), len(rest.Media))
	}
}

func TestAlbumLimits(t *testing.T) {
	w, a, up := pictured(t)
	for _, op := range []qq.Operation{
		qq.CreateAlbum{Group: home}, qq.CreateAlbum{Group: home, Name: strings.Repeat("字", qq.MaxAlbumName+1)},
		qq.CreateAlbum{Group: home, Name: "n", Description: strings.Repeat("字", qq.MaxAlbumText+1)},
		qq.CommentAlbumMedia{Group: home, Album: a, Media: up.Media[0].ID},
		qq.CommentAlbumMedia{Group: home, Album: a, Media: up.Media[0].ID, Text: strings.Repeat("字", qq.MaxAlbumText+1)},
		qq.AddAlbumMedia{Group: home, Album: a}, qq.AddAlbumMedia{Group: home, Album: a, Files: []*qq.Media{nil}},
	} {
		refused(t, w, bob, op, qq.ErrInvalid)
	}
	refused(t, w, bob, addTo(a, "no"), qq.ErrMedia)
	for i := 1; i < albumLimit; i++ {
		do(t, w, bot, qq.CreateAlbum{Group: home, Name: "n"})
	}
	refused(t, w, bob, qq.CreateAlbum{Group: home, Name: "n"}, qq.ErrInvalid)
	batch := qq.AddAlbumMedia{Group: home, Album: a}
	for range albumBatchLimit {
		batch.Files = append(batch.Files, &qq.Media{ID: "pic"})
	}
	for range (albumMediaLimit - 2) / albumBatchLimit {
		do(t, w, bob, batch)
	}
	refused(t, w, bob, batch, qq.ErrMedia)
}

// TestAnswersAreRemembered holds what is answered under a nonce, also after
// the state was read from a snapshot, against the answer without one.
func TestAnswersAreRemembered(t *testing.T) {
	opt := Options{Dir: t.TempDir(), Blobs: fileBlobs()}
	w := openWorld(t, opt)
	album := do(t, w, bot, qq.CreateAlbum{Group: home, Name: "n"})
	set := do(t, w, bot, qq.UploadFlash{Files: []*qq.Media{{ID: "doc"}}})
	ops := []qq.Operation{
		upload("a.txt"), qq.CreateFolder{Group: home, Name: "f"}, qq.CreateAlbum{Group: home, Name: "m"}, addTo(album.ID, "pic"),
		qq.UploadFlash{Files: []*qq.Media{{ID: "doc"}}}, qq.ReshareFlash{ID: set.ID},
		qq.UploadFile{Chat: qq.FriendChat(alice), File: &qq.Media{ID: "doc"}}, dropFile("d"), qq.DownloadFlash{ID: set.ID},
	}
	answers := make([]any, len(ops))
	d := once(t, w)
	for i, op := range ops {
		answers[i] = doOnce(t, d, fmt.Sprint(i), op)
	}
	if up := answers[0].(*qq.Upload); up.File != rootFiles(t, w)[0].ID || up.Chat != qq.GroupChat(home) {
		t.Errorf("upload %+v", up)
	}
	if up := answers[3].(*qq.AlbumUpload); up.Media[0].Media.URL != "http://media/pic" {
		t.Errorf("album upload %+v", up)
	}
	if f := answers[4].(*qq.FlashSet); do(t, w, bot, qq.GetFlash{ID: f.ID}).Size() != 10 {
		t.Errorf("flash transfer %+v", f)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d = once(t, openWorld(t, opt))
	for i, op := range ops {
		if diff := cmp.Diff(answers[i], doOnce(t, d, fmt.Sprint(i), op)); diff != "" {
			t.Errorf("%s\n%s", qq.OpName(op), diff)
		}
	}
}
