package sim

import (
	"cmp"
	"context"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// serveFlash adds what can be done with flash transfers.
func serveFlash(h *abilities) {
	qq.ServeShared(h, (*actor).getFlash)
	qq.ServeShared(h, (*actor).uploadFlash)
	qq.ServeShared(h, (*actor).reshareFlash)
	qq.ServeShared(h, (*actor).downloadFlash)
}

// getFlash is open to everybody who knows the transfer.
func (a *actor) getFlash(_ context.Context, op qq.GetFlash) (set *qq.FlashSet, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		f, err := v.flash(op.ID, op.Link, now)
		if err != nil {
			return err
		}
		link := v.link
		if !op.Links {
			link = nil
		}
		set = f.show(op.Link, link)
		return nil
	})
	return set, err
}

func (a *actor) uploadFlash(ctx context.Context, op qq.UploadFlash) (set *qq.FlashSet, err error) {
	content, err := a.world.flashOf(op)
	if err != nil {
		return nil, err
	}
	err = a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		c := &flashMade{Flash: content}
		f := &c.Flash
		f.Owner = a.user
		f.Set.ID = st.freshID("flash")
		f.Set.Link = st.flashLink()
		f.Set.Expires = now + qq.Time(qq.FlashLife.Milliseconds())
		f.Links = []string{f.Set.Link}
		set = f.show("", nil)
		return c, nil
	})
	return set, err
}

// flashLink is a link that no other transfer has.
func (st *state) flashLink() string {
	id := st.freshID("flash link")
	return flashLinkPrefix + id[:8] + id[9:11]
}

// flashOf is a transfer of those files that is yet to get its id.
func (w *World) flashOf(op qq.UploadFlash) (f flash, err error) {
	if n := len(op.Files); n == 0 || n > flashFiles {
		return f, qq.Errorf(qq.ErrInvalid, "a flash transfer has 1 to %d files, not %d", flashFiles, n)
	}
	for _, m := range op.Files {
		if m == nil {
			return f, qq.Errorf(qq.ErrInvalid, "one of the files is nothing")
		}
		seg, err := w.file(&qq.File{Media: *m})
		if err != nil {
			return f, onlyInvalid(err)
		}
		file := seg.(*qq.File)
		f.Set.Files = append(f.Set.Files, qq.FlashPart{Name: file.Name, Size: file.Size})
		f.Blobs = append(f.Blobs, file.ID)
	}
	f.Set.Title = cmp.Or(clean(op.Title), f.Set.Files[0].Name)
	if utf8.RuneCountInString(f.Set.Title) > qq.MaxFileName {
		return f, qq.Errorf(qq.ErrInvalid, "a title is at most %d characters long", qq.MaxFileName)
	}
	return f, nil
}

// onlyInvalid makes a refused name a parameter that makes no sense, where there
// is no right to lack.
func onlyInvalid(err error) error {
	if e := qq.AsError(err); e.Kind == qq.ErrForbidden {
		return qq.Errorf(qq.ErrInvalid, "%s", e.Text)
	}
	return err
}

func (a *actor) reshareFlash(ctx context.Context, op qq.ReshareFlash) (set *qq.FlashSet, err error) {
	err = a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		f, err := st.flash(op.ID, op.Link, now)
		if err != nil {
			return nil, err
		}
		c := &flashReshared{ID: f.Set.ID, Link: st.flashLink()}
		set = f.show(c.Link, nil)
		c.Set = f.show(c.Link, nil)
		return c, nil
	})
	return set, err
}

func (a *actor) downloadFlash(ctx context.Context, op qq.DownloadFlash) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		f, err := st.flash(op.ID, op.Link, now)
		if err != nil {
			return nil, err
		}
		return &flashFetched{ID: f.Set.ID, User: a.user}, nil
	})
}

// ShareFlash lets a user say the card of a flash transfer, which is how others
// come to know of it: accounts can only receive one. ErrNotFound when there is
// no such transfer, and what SendMessage answers.
func (w *World) ShareFlash(ctx context.Context, as qq.UserID, to qq.Chat, id string) (sent *qq.Sent, err error) {
	a, err := w.actor(as)
	if err != nil {
		return nil, err
	}
	err = a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		f, err := st.flash(id, "", now)
		if err != nil {
			return nil, err
		}
		c, err := st.speak(as, to, 0, qq.Segments{&qq.FlashFile{Set: f.Set.ID, Title: f.Set.Title, Scene: flashScene}}, now)
		if err != nil {
			return nil, err
		}
		sent = &qq.Sent{MessageRef: refOf(c.Chat, &message{Seq: c.Seq, Temp: c.Temp}, as), Time: now}
		return c, nil
	})
	return sent, err
}
