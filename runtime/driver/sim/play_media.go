package sim

import (
	"context"
	"unicode/utf8"

	"llbot/protocols/qq"
)

// maxBlobText is how many characters the text of one blob has at most.
const maxBlobText = 4500

// TellText makes a text what is read in a picture (qq.ReadText, one line a
// line) or heard in a voice (qq.TranscribeVoice). ErrMedia when there is no
// such blob, ErrInvalid for more than 4500 characters.
func (w *World) TellText(ctx context.Context, id qq.ResourceID, text string) error {
	if _, ok := w.opt.Blobs.Stat(id); !ok {
		return qq.Errorf(qq.ErrMedia, "there is no blob %q", id)
	}
	text = clean(text)
	if n := utf8.RuneCountInString(text); n > maxBlobText {
		return qq.Errorf(qq.ErrInvalid, "a text of %d characters is longer than %d", n, maxBlobText)
	}
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if known, ok := st.Blobs.textOf(id); ok && known == text {
			return nil, nil
		}
		return &textKnown{ID: id, Text: text}, nil
	})
}

// SaveSticker puts a picture first among somebody's stickers
// (qq.ListCustomFaces), found by the words (qq.RecommendFaces). ErrMedia when
// it is no picture, ErrNotFound for an unknown user.
func (w *World) SaveSticker(ctx context.Context, user qq.UserID, id qq.ResourceID, words string) error {
	if _, err := w.blob(&qq.Media{ID: id}, "image"); err != nil {
		return err
	}
	return w.lasting(ctx, func(st *state, _ qq.Time) (change, error) {
		if st.Users[user] == nil {
			return nil, noUser(user)
		}
		return &stickerSaved{User: user, ID: id, Words: clean(words)}, nil
	})
}
