package media

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"

	"go.uber.org/goleak"
	"golang.org/x/image/bmp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The smallest WebP pictures there are, one pixel each.
const (
	webpLossy    = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
	webpLossless = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
)

func picture(w, h int, shade uint8) *image.Paletted {
	p := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Gray{shade}, color.White})
	p.SetColorIndex(0, 0, 1)
	return p
}

func pngOf(t testing.TB, w, h int, shade uint8) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, picture(w, h, shade)))
	return b.Bytes()
}

func b64(data []byte) string { return "base64://" + base64.StdEncoding.EncodeToString(data) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clock is a time that a test sets.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

var start = time.Date(2026, 11, 23, 12, 0, 7, 0, time.UTC)

func openStore(t testing.TB, o Options) *Store {
	t.Helper()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "media")
	}
	if o.BaseURL == nil {
		o.BaseURL = func() string { return "http://127.0.0.1:3080" }
	}
	s, err := Open(o)
	must(t, err)
	return s
}

func ingest(t testing.TB, s *Store, uri string) qq.Media {
	t.Helper()
	m := qq.Media{URI: uri}
	if err := s.Ingest(context.Background(), &m); err != nil {
		t.Fatalf("%s: %v", clip(uri), err)
	}
	return m
}

// refused checks that an URI is refused with a kind and a text, and that the
// media stays as it was.
func refused(t testing.TB, s *Store, uri string, kind error, text string) {
	t.Helper()
	m := qq.Media{URI: uri, Name: "n"}
	err := s.Ingest(context.Background(), &m)
	var known *qq.Error
	if !errors.As(err, &known) || !errors.Is(err, kind) || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: %v; want %v with %q", clip(uri), err, kind, text)
	}
	if m != (qq.Media{URI: uri, Name: "n"}) {
		t.Errorf("%s: the media was changed: %+v", clip(uri), m)
	}
}

// stored lists the blobs and whatever else lies in a store's folder.
func stored(t testing.TB, s *Store) (blobs, temps []string) {
	t.Helper()
	must(t, filepath.WalkDir(s.Dir, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() || d.Name() == "key" || strings.HasSuffix(path, ".json"):
		case filepath.Dir(path) == s.tempDir():
			temps = append(temps, path)
		default:
			blobs = append(blobs, d.Name())
		}
		return nil
	}))
	return blobs, temps
}

type sample struct {
	name, mime, extension string
	data                  []byte
	width, height         int
}

func samples(t testing.TB) []sample {
	t.Helper()
	encode := func(write func(io.Writer) error) []byte {
		var b bytes.Buffer
		must(t, write(&b))
		return b.Bytes()
	}
	decode := func(text string) []byte {
		data, err := base64.StdEncoding.DecodeString(text)
		must(t, err)
		return data
	}
	p := picture(5, 3, 100)
	return []sample{
		{"png", "image/png", ".png", pngOf(t, 7, 4, 0), 7, 4},
		{"jpeg", "image/jpeg", ".jpg", encode(func(w io.Writer) error { return jpeg.Encode(w, p, nil) }), 5, 3},
		{"gif", "image/gif", ".gif", encode(func(w io.Writer) error { return gif.Encode(w, p, nil) }), 5, 3},
		{"bmp", "image/bmp", ".bmp", encode(func(w io.Writer) error { return bmp.Encode(w, p) }), 5, 3},
		{"webp lossy", "image/webp", ".webp", decode(webpLossy), 1, 1},
		{"webp lossless", "image/webp", ".webp", decode(webpLossless), 1, 1},
	}
}
