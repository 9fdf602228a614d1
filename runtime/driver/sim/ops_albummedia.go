package sim

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"llbot/protocols/qq"
)

func (a *actor) addAlbumMedia(ctx context.Context, op qq.AddAlbumMedia) (done *qq.AlbumUpload, err error) {
	media, err := a.world.albumMedia(op.Files)
	if err != nil {
		return nil, err
	}
	err = a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		_, it, err := st.album(a.user, op.Group, op.Album)
		if err != nil {
			return nil, err
		}
		if len(it.Media)+len(media) > albumMediaLimit {
			return nil, qq.Errorf(qq.ErrMedia, "album %q holds %d of at most %d", op.Album, len(it.Media), albumMediaLimit)
		}
		c := &albumFilled{Group: op.Group, Album: op.Album, Batch: st.freshID("album batch"), Media: media}
		for i, m := range media {
			m.ID, m.Batch = "V"+c.Batch+"."+strconv.Itoa(i), c.Batch
			m.Uploader, m.Uploaded = a.user, now
		}
		done = c.answer(now).(*qq.AlbumUpload)
		a.world.linkAlbum(done)
		return c, nil
	})
	return done, err
}

// linkAlbum adds the links to what was put into an album.
func (w *World) linkAlbum(done *qq.AlbumUpload) {
	for _, m := range done.Media {
		m.Media.URL = w.opt.Blobs.Link(m.Media.ID)
	}
}

// albumMedia is what the media store knows of pictures and videos.
func (w *World) albumMedia(files []*qq.Media) ([]*qq.AlbumMedia, error) {
	if n := len(files); n == 0 || n > albumBatchLimit {
		return nil, qq.Errorf(qq.ErrInvalid, "an upload into an album has 1 to %d files, not %d", albumBatchLimit, n)
	}
	var list []*qq.AlbumMedia
	for _, m := range files {
		if m == nil {
			return nil, qq.Errorf(qq.ErrInvalid, "one of the files is nothing")
		}
		known, ok := w.opt.Blobs.Stat(m.ID)
		if !ok {
			return nil, qq.Errorf(qq.ErrMedia, "there is no picture or video %q", m.ID)
		}
		if !strings.HasPrefix(known.MIME, "image/") && !strings.HasPrefix(known.MIME, "video/") {
			return nil, qq.Errorf(qq.ErrMedia, "an album takes pictures and videos; %q is of type %q", m.ID, known.MIME)
		}
		known.ID, known.URI, known.URL = m.ID, "", ""
		if m.Name != "" {
			known.Name = m.Name
		}
		known.Name = clean(known.Name)
		list = append(list, &qq.AlbumMedia{Media: known})
	}
	return list, nil
}

func (a *actor) deleteAlbumMedia(ctx context.Context, op qq.DeleteAlbumMedia) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		me, it, err := st.album(a.user, op.Group, op.Album)
		if err != nil {
			return nil, err
		}
		m, err := it.item(op.Media)
		if err == nil && m.Item.Uploader != a.user {
			err = manages(me, "take out what somebody else put into an album")
		}
		if err != nil {
			return nil, err
		}
		return &albumMediaDeleted{Group: op.Group, Album: op.Album, Media: op.Media}, nil
	})
}

func (a *actor) likeAlbumMedia(ctx context.Context, op qq.LikeAlbumMedia) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		_, it, err := st.album(a.user, op.Group, op.Album)
		if err != nil {
			return nil, err
		}
		c := &albumLiked{Group: op.Group, Album: op.Album, User: a.user, On: op.On}
		found := false
		for _, m := range it.Media {
			if m.Item.ID != op.Media && (op.Media != "" || op.Batch == "" || m.Item.Batch != op.Batch) {
				continue
			}
			found = true
			if m.Likes[a.user] != op.On {
				c.Media = append(c.Media, m.Item.ID)
			}
		}
		switch {
		case !found:
			return nil, qq.Errorf(qq.ErrNotFound, "album %q holds no %q of upload %q", op.Album, op.Media, op.Batch)
		case len(c.Media) == 0:
			return nil, qq.Errorf(qq.ErrConflict, "user %d has done that already", a.user)
		}
		return c, nil
	})
}

func (a *actor) commentAlbumMedia(ctx context.Context, op qq.CommentAlbumMedia) (qq.None, error) {
	text := clean(op.Text)
	if n := utf8.RuneCountInString(text); n == 0 || n > qq.MaxAlbumText {
		return qq.None{}, qq.Errorf(qq.ErrInvalid, "a comment has 1 to %d characters, not %d", qq.MaxAlbumText, n)
	}
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		_, it, err := st.album(a.user, op.Group, op.Album)
		if err == nil {
			_, err = it.item(op.Media)
		}
		if err != nil {
			return nil, err
		}
		return &albumCommented{Group: op.Group, Album: op.Album, Media: op.Media, User: a.user, Text: text}, nil
	})
}
