package sim

import (
	"context"
	"strings"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// serveAlbums adds what can be done with albums.
func serveAlbums(h *abilities) {
	qq.ServeShared(h, (*actor).listAlbums)
	qq.ServeShared(h, (*actor).createAlbum)
	qq.ServeShared(h, (*actor).deleteAlbum)
	qq.ServeShared(h, (*actor).listAlbumMedia)
	qq.ServeShared(h, (*actor).addAlbumMedia)
	qq.ServeShared(h, (*actor).deleteAlbumMedia)
	qq.ServeShared(h, (*actor).likeAlbumMedia)
	qq.ServeShared(h, (*actor).commentAlbumMedia)
}

func (a *actor) listAlbums(_ context.Context, op qq.ListAlbums) (list *qq.Albums, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		low, high, ok := page(len(g.Albums), op.Cursor, albumPage, func(id string) int { return g.albumAt(qq.AlbumID(id)) })
		if !ok {
			return noCursor(op.Cursor)
		}
		list = &qq.Albums{Albums: []*qq.Album{}}
		for i := high - 1; i >= low; i-- {
			list.Albums = append(list.Albums, g.Albums[i].show(v.url))
		}
		if low > 0 {
			list.Next = string(g.Albums[low].Info.ID)
		}
		return nil
	})
	return list, err
}

func noCursor(cursor string) error {
	return qq.Errorf(qq.ErrInvalid, "%q is no cursor of this list, or what it stood for is gone", cursor)
}

func (a *actor) createAlbum(ctx context.Context, op qq.CreateAlbum) (made *qq.Album, err error) {
	name, text := clean(op.Name), clean(op.Description)
	if n := utf8.RuneCountInString(name); strings.TrimSpace(name) == "" || n > qq.MaxAlbumName {
		return nil, qq.Errorf(qq.ErrInvalid, "the name of an album has 1 to %d characters, not %d", qq.MaxAlbumName, n)
	}
	if n := utf8.RuneCountInString(text); n > qq.MaxAlbumText {
		return nil, qq.Errorf(qq.ErrInvalid, "a description of %d characters is longer than %d", n, qq.MaxAlbumText)
	}
	err = a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		g, me, err := st.inGroup(a.user, op.Group)
		if err != nil {
			return nil, err
		}
		if len(g.Albums) >= albumLimit {
			return nil, qq.Errorf(qq.ErrInvalid, "group %d has %d albums, which is the limit", op.Group, albumLimit)
		}
		c := &albumMade{Album: qq.Album{ID: qq.AlbumID("V" + st.freshID("album")), Group: op.Group, Name: name, Description: text,
			Owner: a.user, OwnerName: me.Name(), Created: now, Modified: now}}
		made = c.answer(now).(*qq.Album)
		return c, nil
	})
	return made, err
}

func (a *actor) deleteAlbum(ctx context.Context, op qq.DeleteAlbum) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		me, it, err := st.album(a.user, op.Group, op.Album)
		if err == nil && it.Info.Owner != a.user {
			err = manages(me, "delete an album of somebody else")
		}
		if err != nil {
			return nil, err
		}
		return &albumDeleted{Group: op.Group, Album: op.Album}, nil
	})
}

func (a *actor) listAlbumMedia(_ context.Context, op qq.ListAlbumMedia) (list *qq.AlbumPage, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		_, it, err := v.album(a.user, op.Group, op.Album)
		if err != nil {
			return err
		}
		low, high, ok := page(len(it.Media), op.Cursor, albumMediaPage, it.at)
		if !ok {
			return noCursor(op.Cursor)
		}
		list = &qq.AlbumPage{Album: it.show(v.url), Media: []*qq.AlbumMedia{}}
		for i := high - 1; i >= low; i-- {
			list.Media = append(list.Media, it.Media[i].show(a.user, v.link))
		}
		if low > 0 {
			list.Next = it.Media[low].Item.ID
		}
		return nil
	})
	return list, err
}
