package sim

import "llbot/protocols/qq"

// What a world keeps of blobs at most; the oldest are forgotten.
const (
	seenLimit    = 4096 // names of blobs in messages
	textLimit    = 4096 // texts of pictures and sounds
	stickerLimit = 500  // saved stickers of one user
)

// seenBlob is a blob that was part of a message, under the name it had there.
type seenBlob struct {
	Name string        `json:"name"`
	ID   qq.ResourceID `json:"id"`
	Chat chatKey       `json:"chat"`
}

// blobText is what stands in a picture, or is spoken in a sound.
type blobText struct {
	ID   qq.ResourceID `json:"id"`
	Text string        `json:"text"`
}

// sticker is a picture that somebody saved, with the words that find it.
type sticker struct {
	ID    qq.ResourceID `json:"id"`
	Words string        `json:"words,omitempty"`
}

// blobBook is what the world itself knows of blobs; the media store has the rest.
type blobBook struct {
	Seen     []seenBlob              `json:",omitempty"` // oldest first
	Texts    []blobText              `json:",omitempty"` // oldest first
	Stickers map[qq.UserID][]sticker `json:",omitempty"` // newest first
}

// note remembers the blobs of a message, those of forwarded ones included.
func (b *blobBook) note(c *said) {
	b.noteAll(c.Chat, c.Segments)
	for _, set := range c.Forwards {
		for _, n := range set.Nodes {
			b.noteAll(c.Chat, n.Segments)
		}
	}
}

func (b *blobBook) noteAll(k chatKey, s qq.Segments) {
	for _, seg := range s {
		switch seg := seg.(type) {
		case *qq.Image:
			b.noteOne(k, &seg.Media)
		case *qq.Record:
			b.noteOne(k, &seg.Media)
		case *qq.Video:
			b.noteOne(k, &seg.Media)
		case *qq.File:
			b.noteOne(k, &seg.Media)
		}
	}
}

func (b *blobBook) noteOne(k chatKey, m *qq.Media) {
	b.Seen = append(b.Seen, seenBlob{m.Name, m.ID, k})
	if len(b.Seen) > seenLimit {
		b.Seen[0] = seenBlob{}
		b.Seen = b.Seen[1:]
	}
}

// textOf is what is known to stand in a blob.
func (b *blobBook) textOf(id qq.ResourceID) (string, bool) {
	for i := len(b.Texts) - 1; i >= 0; i-- {
		if b.Texts[i].ID == id {
			return b.Texts[i].Text, true
		}
	}
	return "", false
}

// textKnown tells the world what stands in a picture or is spoken in a sound.
type textKnown struct {
	ID   qq.ResourceID `json:"id"`
	Text string        `json:"text"`
}

func (*textKnown) kind() string { return "blob_text" }

func (c *textKnown) apply(st *state, _ qq.Time, _ *telling) {
	b := &st.Blobs
	for i := range b.Texts {
		if b.Texts[i].ID == c.ID {
			b.Texts[i].Text = c.Text
			return
		}
	}
	b.Texts = newest(append(b.Texts, blobText(*c)), textLimit)
}

// stickerSaved puts a picture among somebody's stickers.
type stickerSaved struct {
	User  qq.UserID     `json:"user"`
	ID    qq.ResourceID `json:"id"`
	Words string        `json:"words,omitempty"`
}

func (*stickerSaved) kind() string { return "sticker" }

func (c *stickerSaved) apply(st *state, _ qq.Time, _ *telling) {
	if st.Blobs.Stickers == nil {
		st.Blobs.Stickers = map[qq.UserID][]sticker{}
	}
	list := []sticker{{c.ID, c.Words}}
	for _, old := range st.Blobs.Stickers[c.User] {
		if old.ID != c.ID && len(list) < stickerLimit {
			list = append(list, old)
		}
	}
	st.Blobs.Stickers[c.User] = list
}
