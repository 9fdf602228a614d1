package sim

import (
	"slices"

	"llbot/protocols/qq"
)

// albumMade adds an album to a group.
type albumMade struct {
	Album qq.Album `json:"album"`
}

func (*albumMade) kind() string { return "album" }

func (c *albumMade) apply(st *state, _ qq.Time, _ *telling) {
	g := st.Groups[c.Album.Group]
	g.Albums = append(g.Albums, &album{Info: c.Album})
}

func (c *albumMade) answer(qq.Time) any { own := c.Album; return &own }

// albumDeleted takes an album away with all it holds.
type albumDeleted struct {
	Group qq.GroupID `json:"group"`
	Album qq.AlbumID `json:"album"`
}

func (*albumDeleted) kind() string { return "album_deleted" }

func (c *albumDeleted) apply(st *state, _ qq.Time, _ *telling) {
	g := st.Groups[c.Group]
	i := g.albumAt(c.Album)
	g.Albums = slices.Delete(g.Albums, i, i+1)
}

// albumFilled puts pictures and videos into an album.
type albumFilled struct {
	Group qq.GroupID       `json:"group"`
	Album qq.AlbumID       `json:"album"`
	Batch string           `json:"batch"`
	Media []*qq.AlbumMedia `json:"media"`
}

func (*albumFilled) kind() string { return "album_filled" }

func (c *albumFilled) apply(st *state, at qq.Time, _ *telling) {
	a := st.albumOf(c.Group, c.Album)
	for _, m := range c.Media {
		a.Media = append(a.Media, &albumItem{Item: *m})
	}
	a.Info.Modified, a.Info.LastUpload = at, at
}

func (c *albumFilled) answer(qq.Time) any {
	done := &qq.AlbumUpload{Batch: c.Batch}
	for _, m := range c.Media {
		own := *m
		done.Media = append(done.Media, &own)
	}
	return done
}

// albumMediaDeleted takes one out of an album.
type albumMediaDeleted struct {
	Group qq.GroupID `json:"group"`
	Album qq.AlbumID `json:"album"`
	Media string     `json:"media"`
}

func (*albumMediaDeleted) kind() string { return "album_media_deleted" }

func (c *albumMediaDeleted) apply(st *state, at qq.Time, _ *telling) {
	a := st.albumOf(c.Group, c.Album)
	i := a.at(c.Media)
	a.Media = slices.Delete(a.Media, i, i+1)
	a.Info.Modified = at
}

// albumLiked likes some of an album, or takes that back.
type albumLiked struct {
	Group qq.GroupID `json:"group"`
	Album qq.AlbumID `json:"album"`
	Media []string   `json:"media"`
	User  qq.UserID  `json:"user"`
	On    bool       `json:"on"`
}

func (*albumLiked) kind() string { return "album_liked" }

func (c *albumLiked) apply(st *state, _ qq.Time, _ *telling) {
	a := st.albumOf(c.Group, c.Album)
	for _, id := range c.Media {
		m := a.Media[a.at(id)]
		if !c.On {
			delete(m.Likes, c.User)
			continue
		}
		if m.Likes == nil {
			m.Likes = map[qq.UserID]bool{}
		}
		m.Likes[c.User] = true
	}
}

// albumCommented counts a comment; no operation reads the words, which the
// journal alone keeps.
type albumCommented struct {
	Group qq.GroupID `json:"group"`
	Album qq.AlbumID `json:"album"`
	Media string     `json:"media"`
	User  qq.UserID  `json:"user"`
	Text  string     `json:"text"`
}

func (*albumCommented) kind() string { return "album_commented" }

func (c *albumCommented) apply(st *state, _ qq.Time, _ *telling) {
	a := st.albumOf(c.Group, c.Album)
	a.Media[a.at(c.Media)].Item.Comments++
}
