package sim

import (
	"slices"

	"llbot/protocols/qq"
)

// What a group keeps of albums at most, and how long a page of them is. The
// limits are this world's own.
const (
	albumLimit      = 200
	albumMediaLimit = 2000 // in an album
	albumBatchLimit = 100  // in an upload
	albumPage       = 20
	albumMediaPage  = 50
)

// album is an album of a group. Info lacks Count and Cover, which follow from
// the media.
type album struct {
	Info  qq.Album     `json:"info"`
	Media []*albumItem `json:"media,omitempty"` // oldest first
}

// albumItem is a picture or video. Item lacks Likes and Liked.
type albumItem struct {
	Item  qq.AlbumMedia      `json:"item"`
	Likes map[qq.UserID]bool `json:"likes,omitempty"`
}

// album is the album with that id, with its group and u's own membership.
func (st *state) album(u qq.UserID, group qq.GroupID, id qq.AlbumID) (*qq.Member, *album, error) {
	g, me, err := st.inGroup(u, group)
	if err != nil {
		return nil, nil, err
	}
	if i := g.albumAt(id); i >= 0 {
		return me, g.Albums[i], nil
	}
	return nil, nil, qq.Errorf(qq.ErrNotFound, "group %d has no album %q", group, id)
}

func (g *group) albumAt(id qq.AlbumID) int {
	return slices.IndexFunc(g.Albums, func(a *album) bool { return a.Info.ID == id })
}

// albumOf is for apply, which trusts that the album is there.
func (st *state) albumOf(group qq.GroupID, id qq.AlbumID) *album {
	g := st.Groups[group]
	return g.Albums[g.albumAt(id)]
}

// item is the picture or video with that id.
func (a *album) item(id string) (*albumItem, error) {
	if i := a.at(id); i >= 0 {
		return a.Media[i], nil
	}
	return nil, qq.Errorf(qq.ErrNotFound, "album %q holds no %q", a.Info.ID, id)
}

func (a *album) at(id string) int {
	return slices.IndexFunc(a.Media, func(m *albumItem) bool { return m.Item.ID == id })
}

// show is the item as viewer sees it.
func (m *albumItem) show(viewer qq.UserID, link func(qq.ResourceID) string) *qq.AlbumMedia {
	own := m.Item
	own.Likes, own.Liked = len(m.Likes), m.Likes[viewer]
	if link != nil {
		own.Media.URL = link(own.Media.ID)
	}
	return &own
}

func (a *album) show(link func(qq.ResourceID) string) *qq.Album {
	own := a.Info
	own.Count = len(a.Media)
	if own.Count > 0 {
		cover := a.Media[own.Count-1].Item.Media
		cover.URL = link(cover.ID)
		own.Cover = &cover
	}
	return &own
}

// page is the part of a list behind the entry named by cursor, the latest
// first: indexes from high-1 down to low. False for a cursor that names none.
func page(total int, cursor string, length int, at func(string) int) (low, high int, ok bool) {
	high = total
	if cursor != "" {
		if high = at(cursor); high < 0 {
			return 0, 0, false
		}
	}
	return max(high-length, 0), high, true
}
