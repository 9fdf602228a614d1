package media

import (
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"strings"

	"llbot/protocols/qq"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// maxSide bounds a picture's width and height in pixels: every client would
// refuse more, and a header that claims more lies.
const maxSide = 1 << 16

// format is one kind of blob that the store takes.
type format struct {
	mime, extension string
	config          func(io.Reader) (image.Config, error)
}

func formats() [5]format {
	return [...]format{
		{"image/png", ".png", png.DecodeConfig},
		{"image/jpeg", ".jpg", jpeg.DecodeConfig},
		{"image/gif", ".gif", gif.DecodeConfig},
		{"image/webp", ".webp", webp.DecodeConfig},
		{"image/bmp", ".bmp", bmp.DecodeConfig},
	}
}

func formatOf(mime string) (format, bool) {
	for _, f := range formats() {
		if f.mime == mime {
			return f, true
		}
	}
	return format{}, false
}

func extension(mime string) string {
	f, _ := formatOf(mime)
	return f.extension
}

// measure finds out what a file is from its bytes alone; what it was called or
// declared as does not count.
func measure(file io.ReadSeeker) (measures, error) {
	mime, err := sniff(file)
	if err != nil {
		return measures{}, disk(err)
	}
	f, ok := formatOf(mime)
	if !ok {
		return measures{}, qq.Errorf(qq.ErrMedia, "not an image: it looks like %s; png, jpeg, gif, webp and bmp are taken", mime)
	}
	c, err := f.config(file)
	if err != nil {
		return measures{}, qq.Errorf(qq.ErrMedia, "not an image: it begins like %s but is broken: %w", mime, err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > maxSide || c.Height > maxSide {
		return measures{}, qq.Errorf(qq.ErrMedia, "not an image: its header claims %d × %d pixels", c.Width, c.Height)
	}
	return measures{MIME: mime, Width: c.Width, Height: c.Height}, nil
}

// sniff names the type that the first bytes tell and goes back to the start.
func sniff(file io.ReadSeeker) (mime string, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	head := make([]byte, 512) // all that the sniffer looks at
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", err
	}
	mime, _, _ = strings.Cut(http.DetectContentType(head[:n]), ";")
	_, err = file.Seek(0, io.SeekStart)
	return mime, err
}
