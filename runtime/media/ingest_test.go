package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"llbot/protocols/qq"
)

func TestFormats(t *testing.T) {
	s := openStore(t, Options{})
	for _, c := range samples(t) {
		t.Run(c.name, func(t *testing.T) {
			m := ingest(t, s, b64(c.data))
			sum := sha256.Sum256(c.data)
			id := hex.EncodeToString(sum[:])
			want := qq.Media{ID: qq.ResourceID(id), MIME: c.mime, Size: int64(len(c.data)),
				Width: c.width, Height: c.height, Name: strings.ToUpper(id[:32]) + c.extension}
			if m != want {
				t.Errorf("got %+v, want %+v", m, want)
			}
			if got, ok := s.Stat(want.ID); !ok || got != want {
				t.Errorf("Stat: %+v, %v", got, ok)
			}
			if kept, err := os.ReadFile(s.blobPath(want.ID)); err != nil || !bytes.Equal(kept, c.data) {
				t.Errorf("the bytes were not kept: %v", err)
			}
		})
	}
}

func TestInlineForms(t *testing.T) {
	data := pngOf(t, 2, 2, 9)
	std := base64.StdEncoding.EncodeToString(data)
	raw := base64.RawStdEncoding.EncodeToString(data)
	var lines strings.Builder
	for i := 0; i < len(std); i += 76 {
		lines.WriteString(std[i:min(i+76, len(std))] + "\r\n")
	}
	s := openStore(t, Options{})
	want := ingest(t, s, b64(data)).ID
	for _, uri := range []string{
		"base64://" + std, "base64://" + raw, "BASE64://" + std, "base64:" + std, "base64://" + lines.String(),
		"data:image/png;base64," + std, "data:image/png;base64," + raw, "DATA:image/png;BASE64," + std,
		"data:;base64," + std, "data:text/plain;charset=utf-8;base64," + std,
		"data:image/png;base64," + strings.NewReplacer("=", "%3D", "/", "%2F", "+", "%2B").Replace(std),
	} {
		if got := ingest(t, s, uri).ID; got != want {
			t.Errorf("%s: another blob", clip(uri))
		}
	}
	if blobs, temps := stored(t, s); len(blobs) != 1 || len(temps) != 0 {
		t.Errorf("stored %v, left over %v", blobs, temps)
	}
}

func TestRefusedURIs(t *testing.T) {
	s := openStore(t, Options{})
	gone := strings.Repeat("ab", 32)
	for _, c := range []struct {
		uri  string
		kind error
		text string
	}{
		{"hello", qq.ErrInvalid, "accepted are http://"},
		{"/etc/passwd", qq.ErrInvalid, "accepted are"},
		{"ftp://host/x.png", qq.ErrInvalid, "base64://"},
		{"internal:1/2", qq.ErrInvalid, "accepted are"},
		{":", qq.ErrInvalid, "accepted are"},
		{gone, qq.ErrMedia, "holds no file"},
		{"base64://", qq.ErrMedia, "empty"},
		{"base64://====", qq.ErrMedia, "empty"},
		{"base64://!!!!", qq.ErrMedia, "base64"},
		{"base64://AAAAA", qq.ErrMedia, "base64"},
		{"base64://AA=AAA", qq.ErrMedia, "base64"},
		{"base64://AA-_", qq.ErrMedia, "base64"},
		{"data:image/png," + "AAAA", qq.ErrInvalid, "data:<type>;base64,"},
		{"data:image/png;base64", qq.ErrInvalid, "data:<type>;base64,"},
		{"data:image/png;base64,%zz", qq.ErrInvalid, "data:"},
		{"http://example.com/a.png", qq.ErrMedia, "downloads nothing"},
		{"file:///etc/passwd", qq.ErrMedia, "media.roots"},
	} {
		refused(t, s, c.uri, c.kind, c.text)
	}
	refused(t, s, "", qq.ErrInvalid, "neither")
	if blobs, temps := stored(t, s); len(blobs)+len(temps) != 0 {
		t.Errorf("stored %v, left over %v", blobs, temps)
	}
}

// TestLyingHeaders feeds what begins like a picture and is none: it is kept as
// a file of no known type.
func TestLyingHeaders(t *testing.T) {
	s := openStore(t, Options{})
	untyped := func(data []byte) {
		t.Helper()
		if m := ingest(t, s, b64(data)); m.MIME != unknownType || m.Width != 0 || m.Height != 0 || strings.Contains(m.Name, ".") {
			t.Errorf("%+v", m)
		}
	}
	for _, c := range samples(t) {
		for _, n := range []int{13, 18} {
			untyped(c.data[:n])
		}
	}
	crc := bytes.Clone(samples(t)[0].data)
	crc[18] ^= 0xff // the width, which the check sum does not cover any more
	untyped(crc)
	for name, data := range map[string]string{
		"html":         "<html><script>alert(1)</script>",
		"png magic":    "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 100),
		"gif of 0 × 0": "GIF89a\x00\x00\x00\x00\x00\x00\x00;",
		"huge bmp":     "BM" + strings.Repeat("\x00", 8) + "\x36\x00\x00\x00\x28\x00\x00\x00\xff\xff\xff\x0f\xff\xff\xff\x0f\x01\x00\x18\x00" + strings.Repeat("\x00", 24),
	} {
		t.Run(name, func(*testing.T) { untyped([]byte(data)) })
	}
}

func TestDeclaredTypeDoesNotCount(t *testing.T) {
	s := openStore(t, Options{})
	m := qq.Media{URI: b64(pngOf(t, 1, 1, 0)), MIME: "text/html", Width: 999, Size: 1}
	must(t, s.Ingest(context.Background(), &m))
	if m.MIME != "image/png" || m.Width != 1 || m.Size == 1 {
		t.Errorf("got %+v", m)
	}
}

func TestLimit(t *testing.T) {
	data := pngOf(t, 40, 40, 1)
	size := int64(len(data))
	fetch := func(context.Context, string, int64) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}
	for _, uri := range []string{b64(data), "base64://" + wrapped(data), "data:image/png;base64," + base64.StdEncoding.EncodeToString(data), "http://h/x"} {
		ingest(t, openStore(t, Options{MaxBytes: size, Fetch: fetch}), uri)
		s := openStore(t, Options{MaxBytes: size - 1, Fetch: fetch})
		refused(t, s, uri, qq.ErrMedia, fmt.Sprintf("larger than %d bytes", size-1))
		refused(t, s, uri, qq.ErrMedia, "media.max_bytes")
		if blobs, temps := stored(t, s); len(blobs)+len(temps) != 0 {
			t.Errorf("stored %v, left over %v", blobs, temps)
		}
	}
}

func wrapped(data []byte) string {
	text := base64.StdEncoding.EncodeToString(data)
	return text[:10] + "\n" + text[10:]
}

func TestDownload(t *testing.T) {
	data := pngOf(t, 3, 3, 3)
	closed := false
	s := openStore(t, Options{MaxBytes: 1000, Fetch: func(_ context.Context, url string, limit int64) (io.ReadCloser, error) {
		switch {
		case limit != 1001:
			t.Errorf("limit is %d", limit)
		case strings.HasSuffix(url, "/large"):
			return nil, fmt.Errorf("fetching: %w", ErrTooLarge)
		case strings.HasSuffix(url, "/private"):
			return nil, errors.New("10.0.0.1 is not a public address")
		case strings.HasSuffix(url, "/broken"):
			return io.NopCloser(io.MultiReader(bytes.NewReader(data[:9]), iotest.ErrReader(io.ErrUnexpectedEOF))), nil
		}
		return struct {
			io.Reader
			io.Closer
		}{iotest.OneByteReader(bytes.NewReader(data)), closing(func() { closed = true })}, nil
	}})
	if m := ingest(t, s, "https://example.com/a.png?token=1"); m.Width != 3 || !closed {
		t.Errorf("got %+v, body closed: %v", m, closed)
	}
	refused(t, s, "http://h/large", qq.ErrMedia, "larger than 1000 bytes")
	refused(t, s, "http://h/private", qq.ErrMedia, "not a public address")
	refused(t, s, "http://h/broken", qq.ErrMedia, "unexpected EOF")
}

type closing func()

func (c closing) Close() error { c(); return nil }

func TestTimeIsUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := openStore(t, Options{Fetch: func(ctx context.Context, _ string, _ int64) (io.ReadCloser, error) {
		cancel()
		return nil, ctx.Err()
	}})
	for _, uri := range []string{"http://h/x", b64(pngOf(t, 1, 1, 0))} {
		err := s.Ingest(ctx, &qq.Media{URI: uri})
		if !errors.Is(err, qq.ErrTimeout) || !errors.Is(err, context.Canceled) || qq.AsError(err).Outcome != qq.NotApplied {
			t.Errorf("%s: %#v", clip(uri), err)
		}
	}
}

func TestHeldBlobs(t *testing.T) {
	s := openStore(t, Options{})
	want := ingest(t, s, b64(pngOf(t, 6, 2, 0)))
	link := s.Link(want.ID)
	for name, m := range map[string]qq.Media{
		"id as URI":            {URI: string(want.ID)},
		"link":                 {URI: link},
		"link by another host": {URI: strings.Replace(link, "127.0.0.1:3080", "bot.example/files", 1)},
		"id again":             {ID: want.ID},
	} {
		if err := s.Ingest(context.Background(), &m); err != nil || m != want {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
	changed := qq.Media{URI: strings.Replace(link, "&s=", "&s=x", 1)}
	if err := s.Ingest(context.Background(), &changed); err == nil || !strings.Contains(err.Error(), "downloads nothing") {
		t.Errorf("a forged link is an address like any other: %v", err)
	}
	for _, id := range []qq.ResourceID{"x", "../../key", qq.ResourceID(strings.Repeat("0", 64)), qq.ResourceID(strings.ToUpper(string(want.ID)))} {
		if err := s.Ingest(context.Background(), &qq.Media{ID: id}); !errors.Is(err, qq.ErrMedia) {
			t.Errorf("%s: %v", id, err)
		}
	}
	named := qq.Media{ID: want.ID, Name: "dir/\x01cat.png", URL: "http://u"}
	must(t, s.Ingest(context.Background(), &named))
	if named.Name != "cat.png" || named.URL != "http://u" {
		t.Errorf("got %+v", named)
	}
}

func TestConcurrentIngestOfOneBlob(t *testing.T) {
	s := openStore(t, Options{})
	data := pngOf(t, 30, 30, 0)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			m := qq.Media{URI: b64(data)}
			if err := s.Ingest(context.Background(), &m); err != nil || m.Width != 30 {
				t.Errorf("%+v, %v", m, err)
			}
			if _, ok := s.Stat(m.ID); !ok {
				t.Error("the blob is not there after ingest")
			}
		})
	}
	wg.Wait()
	if blobs, temps := stored(t, s); len(blobs) != 1 || len(temps) != 0 {
		t.Errorf("stored %v, left over %v", blobs, temps)
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a.png": "a.png", "/x/y/z.png": "z.png", `C:\x\y.png`: "y.png", "..": "", ".": "", "a/..": "",
		"a\nb\x7f": "ab", "猫.png": "猫.png", "\xff": "", strings.Repeat("猫", 100): strings.Repeat("猫", 66),
	} {
		if got := cleanName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
