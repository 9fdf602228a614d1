package media

import (
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// maxSide bounds a picture's width and height in pixels: every client would
// refuse more, and a header that claims more lies.
const maxSide = 1 << 16

// pictureHeader reads the measures of a kind of picture; nil for what is none.
func pictureHeader(mime string) func(io.Reader) (image.Config, error) {
	switch mime {
	case "image/png":
		return png.DecodeConfig
	case "image/jpeg":
		return jpeg.DecodeConfig
	case "image/gif":
		return gif.DecodeConfig
	case "image/webp":
		return webp.DecodeConfig
	case "image/bmp":
		return bmp.DecodeConfig
	}
	return nil
}

// pictureOf measures what begins like a picture; ok is false when it is none.
func pictureOf(file io.Reader, mime string) (m measures, ok bool) {
	header := pictureHeader(mime)
	if header == nil {
		return measures{}, false
	}
	c, err := header(file)
	if err != nil || c.Width <= 0 || c.Height <= 0 || c.Width > maxSide || c.Height > maxSide {
		return measures{}, false
	}
	return measures{MIME: mime, Width: c.Width, Height: c.Height}, true
}
