package upstream

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"llbot/protocols/qq"
)

// shelf is a store of blobs in memory.
type shelf map[qq.ResourceID]string

func (s shelf) Stat(id qq.ResourceID) (qq.Media, bool) {
	text, ok := s[id]
	return qq.Media{ID: id, Size: int64(len(text))}, ok
}

func (s shelf) Link(id qq.ResourceID) string { return "http://ours/" + string(id) }

// Ingest fetches URLs that end in ".png".
func (s shelf) Ingest(_ context.Context, m *qq.Media) error {
	if !strings.HasSuffix(m.URI, ".png") {
		return errors.New("not fetched")
	}
	m.ID, m.URI = "kept", ""
	s[m.ID] = "fetched"
	return nil
}

func (s shelf) Open(id qq.ResourceID) (io.ReadCloser, error) {
	switch id {
	case "locked":
		return nil, errors.New("locked")
	case "torn":
		return io.NopCloser(iotest.ErrReader(errors.New("torn"))), nil
	}
	return io.NopCloser(strings.NewReader(s[id])), nil
}

func TestUploadIsWhatTheUpstreamCanRead(t *testing.T) {
	blobs := shelf{"b": "some\x00bytes", "locked": "", "torn": ""}
	inline := "base64://" + base64.StdEncoding.EncodeToString([]byte(blobs["b"]))
	for name, c := range map[string]struct {
		o    Options
		m    *qq.Media
		want string // "" is ErrMedia
	}{
		"whole":         {Options{Blobs: blobs}, &qq.Media{ID: "b", URI: "file:///secret"}, inline},
		"as a link":     {Options{Blobs: blobs, Media: Media{Link: true}}, &qq.Media{ID: "b"}, "http://ours/b"},
		"not ours":      {Options{Blobs: blobs}, &qq.Media{ID: "x", URL: "http://theirs/x"}, "http://theirs/x"},
		"named by URI":  {Options{Blobs: blobs}, &qq.Media{URI: "http://a", URL: "http://b"}, "http://a"},
		"without store": {Options{}, &qq.Media{ID: "b", URL: "http://theirs/b"}, "http://theirs/b"},
		"nowhere":       {Options{Blobs: blobs}, &qq.Media{ID: "x"}, ""},
		"nothing":       {Options{Blobs: blobs}, nil, ""},
		"locked":        {Options{Blobs: blobs}, &qq.Media{ID: "locked"}, ""},
		"torn":          {Options{Blobs: blobs}, &qq.Media{ID: "torn"}, ""},
	} {
		got, err := c.o.Upload(c.m)
		if got != c.want || (err != nil) != (c.want == "") || err != nil && !errors.Is(err, qq.ErrMedia) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestUploadAllReachesEveryBlob(t *testing.T) {
	o := Options{Blobs: shelf{"a": "1", "b": "2"}, Media: Media{Link: true}}
	content := qq.Segments{&qq.Image{Media: qq.Media{ID: "a"}}, &qq.Text{Text: "t"}, &qq.Record{Media: qq.Media{ID: "b"}}}
	if err := o.UploadAll(content); err != nil {
		t.Fatal(err)
	}
	if a, b := content[0].(*qq.Image).URI, content[2].(*qq.Record).URI; a != "http://ours/a" || b != "http://ours/b" {
		t.Errorf("%q and %q", a, b)
	}
	if err := o.UploadAll(qq.Segments{&qq.Image{Media: qq.Media{ID: "c"}}}); !errors.Is(err, qq.ErrMedia) {
		t.Error(err)
	}
}

// What is received is kept where it can be fetched, and else stays as it is.
func TestFoundKeepsWhatCanBeFetched(t *testing.T) {
	o := Options{Blobs: shelf{}}
	got := o.Found(t.Context(), qq.Media{ID: "theirs", URL: "http://x/p.png", Name: "p", Duration: 3})
	if got.ID != "kept" || got.URL != "http://ours/kept" || got.Name != "p" || got.Duration != 3 {
		t.Errorf("%+v", got)
	}
	for _, m := range []qq.Media{{ID: "theirs", URL: "http://x/gone"}, {ID: "theirs"}} {
		if got := o.Found(t.Context(), m); *got != m {
			t.Errorf("%+v became %+v", m, got)
		}
	}
	m := qq.Media{URL: "http://x/p.png"}
	if got := (Options{}).Found(t.Context(), m); *got != m {
		t.Errorf("%+v", got)
	}
}
