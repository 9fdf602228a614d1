package sim

import (
	"slices"

	"llbot/protocols/qq"
)

// What a world keeps at most of flash transfers.
const (
	flashLimit      = 1000 // transfers; the oldest give way
	flashFiles      = 1000 // in a transfer
	flashLinks      = 16   // of a transfer; the oldest stop working
	flashLinkPrefix = "https://qfile.qq.com/q/"
	flashScene      = 1 // QQ's number of a card that a person shared
)

// flash is a transfer. Its files belong to the blobs of the same place.
type flash struct {
	Set   qq.FlashSet     `json:"set"` // with its newest link
	Blobs []qq.ResourceID `json:"blobs"`
	Links []string        `json:"links"`
	Owner qq.UserID       `json:"owner"`
}

// flash is the transfer with that link, or else that id, if it lives.
func (st *state) flash(id, link string, now qq.Time) (*flash, error) {
	for _, f := range slices.Backward(st.Flashes) {
		if f.Set.Expires > now && (slices.Contains(f.Links, link) || link == "" && f.Set.ID == id) {
			return f, nil
		}
	}
	if link == "" {
		link = id
	}
	return nil, qq.Errorf(qq.ErrNotFound, "there is no flash transfer %q, or it has expired", link)
}

// show is a copy of the transfer under one of its links, with URLs when link
// makes them.
func (f *flash) show(at string, link func(qq.ResourceID) string) *qq.FlashSet {
	own := f.Set
	own.Files = slices.Clone(f.Set.Files)
	if at != "" {
		own.Link = at
	}
	if link != nil {
		for i := range own.Files {
			own.Files[i].URL = link(f.Blobs[i])
		}
	}
	return &own
}

// flashMade makes a transfer; who made it is told of its two steps.
type flashMade struct {
	Flash flash `json:"flash"`
}

func (*flashMade) kind() string { return "flash" }

func (c *flashMade) apply(st *state, _ qq.Time, out *telling) {
	f := c.Flash
	st.Flashes = newest(append(st.Flashes, &f), flashLimit)
	out.flash(f.Owner, &f, qq.FlashUploading, qq.FlashUploaded)
}

func (c *flashMade) answer(qq.Time) any { return c.Flash.show("", nil) }

// flash tells a user the first step of a transfer, at its start, and the last,
// at its end.
func (t *telling) flash(u qq.UserID, f *flash, first, last qq.FlashStep) {
	t.user(u, func() qq.Event { return &qq.FlashProgressed{Set: *f.show("", nil), Step: first, Remaining: 1} })
	t.user(u, func() qq.Event {
		return &qq.FlashProgressed{Set: *f.show("", nil), Step: last, Done: f.Set.Size(), Speed: f.Set.Size()}
	})
}

// flashReshared adds a link to a transfer.
type flashReshared struct {
	ID   string       `json:"id"`
	Link string       `json:"link"`
	Set  *qq.FlashSet `json:"set"` // what is answered
}

func (*flashReshared) kind() string { return "flash_reshared" }

func (c *flashReshared) apply(st *state, _ qq.Time, _ *telling) {
	for i, f := range st.Flashes {
		if f.Set.ID == c.ID {
			fresh := *f
			fresh.Links = newest(append(slices.Clone(f.Links), c.Link), flashLinks)
			fresh.Set.Link = c.Link
			st.Flashes[i] = &fresh
		}
	}
}

func (c *flashReshared) answer(qq.Time) any { own := *c.Set; return &own }

// flashFetched fetches a transfer to a user's machine, which takes no time here.
type flashFetched struct {
	ID   string    `json:"id"`
	User qq.UserID `json:"user"`
}

func (*flashFetched) kind() string { return "flash_fetched" }

func (c *flashFetched) apply(st *state, _ qq.Time, out *telling) {
	for _, f := range st.Flashes {
		if f.Set.ID == c.ID {
			out.flash(c.User, f, qq.FlashDownloading, qq.FlashDownloaded)
		}
	}
}
