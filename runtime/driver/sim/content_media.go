package sim

import (
	"strings"

	"llbot/protocols/qq"
)

// blob is what the media store knows of a named blob that is to be of a kind:
// "image", "audio" or "video".
func (w *World) blob(given *qq.Media, kind string) (qq.Media, error) {
	known, ok := w.opt.Blobs.Stat(given.ID)
	if !ok {
		return qq.Media{}, qq.Errorf(qq.ErrMedia, "there is no %s %q", kind, given.ID)
	}
	if !strings.HasPrefix(known.MIME, kind+"/") {
		return qq.Media{}, qq.Errorf(qq.ErrMedia, "the file is no %s: it looks like %s; %s", kind, known.MIME, taken(kind))
	}
	known.ID, known.URI, known.URL = given.ID, "", ""
	if given.Name != "" {
		known.Name = given.Name
	}
	known.Name = clean(known.Name)
	return known, nil
}

func taken(kind string) string {
	switch kind {
	case "image":
		return "png, jpeg, gif, webp and bmp are taken"
	case "audio":
		return "silk, amr, wav, mp3, ogg, flac and m4a are taken"
	}
	return "mp4, webm and avi are taken"
}

func (w *World) record(seg *qq.Record) (qq.Segment, error) {
	m, err := w.blob(&seg.Media, "audio")
	return &qq.Record{Media: m}, err
}

func (w *World) video(seg *qq.Video) (qq.Segment, error) {
	m, err := w.blob(&seg.Media, "video")
	if err != nil || seg.Thumb == nil {
		return &qq.Video{Media: m}, err
	}
	thumb, err := w.blob(seg.Thumb, "image")
	return &qq.Video{Media: m, Thumb: &thumb}, err
}

func (w *World) image(seg *qq.Image) (qq.Segment, error) {
	m, err := w.blob(&seg.Media, "image")
	return &qq.Image{Media: m, Sticker: seg.Sticker, Summary: clean(seg.Summary)}, err
}
