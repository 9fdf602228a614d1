package sim

import (
	"context"
	"strings"
	"unicode/utf8"

	"llbot/protocols/qq"
)

func (a *actor) renewLink(_ context.Context, op qq.RenewLink) (string, error) {
	if _, ok := a.world.opt.Blobs.Stat(op.Resource); !ok {
		return "", qq.Errorf(qq.ErrNotFound, "there is no blob %q", op.Resource)
	}
	return a.world.opt.Blobs.Link(op.Resource), nil
}

// keepMedia answers what the store took in before the operation came here.
func (a *actor) keepMedia(_ context.Context, op qq.KeepMedia) (*qq.Media, error) {
	if op.Blob == nil {
		return nil, qq.Errorf(qq.ErrInvalid, "there is nothing to keep")
	}
	m, ok := a.world.opt.Blobs.Stat(op.Blob.ID)
	if !ok {
		return nil, qq.Errorf(qq.ErrMedia, "there is no blob %q", op.Blob.ID)
	}
	m.ID, m.URL = op.Blob.ID, a.world.opt.Blobs.Link(op.Blob.ID)
	m.Name = clean(nameOr(op.Blob.Name, m.Name))
	return &m, nil
}

// findMedia looks by id, then by name among the messages that the user can see,
// then among the files that he can see.
func (a *actor) findMedia(_ context.Context, op qq.FindMedia) (*qq.Media, error) {
	if op.Name == "" {
		return nil, qq.Errorf(qq.ErrInvalid, "a blob is found by its name or id")
	}
	blobs, id, name := a.world.opt.Blobs, qq.ResourceID(op.Name), ""
	if _, ok := blobs.Stat(id); !ok {
		err := a.world.read(func(v viewing, now qq.Time) (err error) {
			id, name, err = v.blobNamed(a.user, op.Name, now)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	m, ok := blobs.Stat(id)
	if !ok {
		return nil, qq.Errorf(qq.ErrNotFound, "the blob %q is gone", op.Name)
	}
	m.ID, m.URL, m.Name = id, blobs.Link(id), nameOr(name, m.Name)
	return &m, inFormat(&m, op.Format)
}

// blobNamed is the newest blob of that name in the user's chats, or the file
// with that id.
func (st *state) blobNamed(u qq.UserID, name string, now qq.Time) (qq.ResourceID, string, error) {
	list := st.Blobs.Seen
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Name == name && st.sees(u, list[i].Chat) {
			return list[i].ID, name, nil
		}
	}
	file := qq.FileID(name)
	if k, _, f := st.privateFile(file); f != nil && st.sees(u, k) {
		return f.ID, f.Name, nil
	}
	for _, g := range st.Groups {
		if f := g.Files.file(file, now); f != nil && g.Members[u] != nil {
			return f.Blob, f.Info.Name, nil
		}
	}
	return "", "", qq.Errorf(qq.ErrNotFound, "user %d has seen no picture, voice, video or file %q", u, name)
}

// inFormat refuses a form that the voice has not: this world converts nothing.
func inFormat(m *qq.Media, format string) error {
	if format == "" {
		return nil
	}
	mime, known := map[string]string{"mp3": "audio/mpeg", "amr": "audio/amr", "wma": "audio/x-ms-wma", "m4a": "audio/mp4",
		"spx": "audio/speex", "ogg": "audio/ogg", "wav": "audio/wav", "flac": "audio/flac"}[format]
	switch {
	case !known:
		return qq.Errorf(qq.ErrInvalid, "a voice cannot be asked for as %q; the forms are mp3, amr, wma, m4a, spx, ogg, wav and flac", clean(format))
	case m.MIME != mime:
		return qq.Errorf(qq.ErrMedia, "%s is %s and the simulated QQ converts no sound to %s; ask for it as it is", m.Name, m.MIME, format)
	}
	return nil
}

// readText answers what the world was told of the picture's text, line by line
// down the picture; nothing when it was told nothing.
func (a *actor) readText(_ context.Context, op qq.ReadText) (*qq.TextRead, error) {
	if op.Picture == nil {
		return nil, qq.Errorf(qq.ErrInvalid, "there is no picture to read")
	}
	m, err := a.world.blob(op.Picture, "image")
	if err != nil {
		return nil, err
	}
	result := &qq.TextRead{Lines: []qq.TextLine{}}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		text, _ := v.Blobs.textOf(m.ID)
		fillLines(result, text, m)
		return nil
	})
	return result, err
}

func fillLines(r *qq.TextRead, text string, m qq.Media) {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	for i, line := range lines {
		top, bottom := m.Height*i/len(lines), m.Height*(i+1)/len(lines)
		r.Lines = append(r.Lines, qq.TextLine{Text: line, Confidence: 100,
			Corners: []qq.Point{{X: 0, Y: top}, {X: m.Width, Y: top}, {X: m.Width, Y: bottom}, {X: 0, Y: bottom}}})
	}
	if len(lines) > 0 {
		r.Language = "en"
	}
	if len(text) > utf8.RuneCountInString(text) {
		r.Language = "zh"
	}
}

// transcribeVoice answers what the world was told of the voice, or what it made
// the voice of; "" when it knows neither.
func (a *actor) transcribeVoice(_ context.Context, op qq.TranscribeVoice) (text string, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		_, m, err := v.named(a.user, op.Ref)
		if err != nil {
			return err
		}
		for _, seg := range m.Segments {
			if voice, ok := seg.(*qq.Record); ok {
				if text, ok = v.Blobs.textOf(voice.ID); !ok {
					text = voice.Transcript
				}
				return nil
			}
		}
		return qq.Errorf(qq.ErrInvalid, "message %s holds no voice", op.Ref)
	})
	return text, err
}

func (a *actor) listCustomFaces(context.Context, qq.ListCustomFaces) (urls []string, err error) {
	urls = []string{}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		for _, s := range v.Blobs.Stickers[a.user] {
			urls = append(urls, v.url(s.ID))
		}
		return nil
	})
	return urls, err
}

// recommendFaces searches what everybody saved: it is the stickers that this
// world knows.
func (a *actor) recommendFaces(_ context.Context, op qq.RecommendFaces) (urls []string, err error) {
	word := strings.ToLower(strings.TrimSpace(op.Word))
	if word == "" {
		return nil, qq.Errorf(qq.ErrInvalid, "stickers are recommended for a word")
	}
	urls = []string{}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		given := map[qq.ResourceID]bool{}
		for _, list := range sortedValues(v.Blobs.Stickers) {
			for _, s := range list {
				if !given[s.ID] && len(urls) < defaultPage && strings.Contains(strings.ToLower(s.Words), word) {
					given[s.ID] = true
					urls = append(urls, v.url(s.ID))
				}
			}
		}
		return nil
	})
	return urls, err
}
