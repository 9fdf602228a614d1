package media

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"llbot/protocols/qq"
)

// yard is a root with pictures in it and a secret picture outside.
func yard(t testing.TB) (root, secret string) {
	t.Helper()
	dir := t.TempDir()
	root, secret = filepath.Join(dir, "root"), filepath.Join(dir, "secret.png")
	must(t, os.MkdirAll(filepath.Join(root, "sub dir"), 0o755))
	must(t, os.WriteFile(secret, pngOf(t, 99, 99, 0), 0o644))
	for i, name := range []string{"a.png", "sub dir/b c.png", "100%.png", "50%25.png", "猫.png", "q?x#y.png"} {
		must(t, os.WriteFile(filepath.Join(root, name), pngOf(t, i+1, 1, 0), 0o644))
	}
	return root, secret
}

func TestFilesInsideRoots(t *testing.T) {
	root, _ := yard(t)
	other := t.TempDir()
	must(t, os.WriteFile(filepath.Join(other, "o.png"), pngOf(t, 50, 1, 0), 0o644))
	s := openStore(t, Options{Roots: []string{root, other}})
	for uri, width := range map[string]int{
		"file://" + root + "/a.png":               1,
		"FILE://" + root + "/a.png":               1,
		"file:" + root + "/a.png":                 1,
		"file://localhost" + root + "/a.png":      1,
		"file://" + root + "/sub dir/../a.png":    1,
		"file://" + root + "//./a.png":            1,
		"file://" + root + "/%61.png":             1,
		"file://" + root + "/sub%20dir/b%20c.png": 2,
		"file://" + root + "/sub dir/b c.png":     2,
		"file://" + root + "/100%.png":            3,
		"file://" + root + "/50%2525.png":         4,
		"file://" + root + "/50%25.png":           4, // meant as it stands, since 50%.png is not there
		"file://" + root + "/%E7%8C%AB.png":       5,
		"file://" + root + "/猫.png":               5,
		"file://" + root + "/q?x#y.png":           6,
		"file://" + other + "/o.png":              50,
	} {
		if m := ingest(t, s, uri); m.Width != width {
			t.Errorf("%s: width %d, want %d", uri, m.Width, width)
		}
	}
}

func TestFilesRefused(t *testing.T) {
	root, secret := yard(t)
	must(t, os.WriteFile(filepath.Join(root, "words.png"), []byte("words"), 0o644))
	must(t, os.Symlink(secret, filepath.Join(root, "link.png")))
	must(t, os.Symlink("../secret.png", filepath.Join(root, "relative.png")))
	must(t, os.Symlink("..", filepath.Join(root, "up")))
	must(t, os.Symlink("a.png", filepath.Join(root, "inside.png")))
	s := openStore(t, Options{Roots: []string{root}, MaxBytes: 1000})
	for _, c := range []struct {
		uri  string
		kind error
		text string
	}{
		{"file://" + secret, qq.ErrMedia, "outside the folders"},
		{"file:///etc/passwd", qq.ErrMedia, "media.roots"},
		{"file://" + root + "/../secret.png", qq.ErrMedia, "outside"},
		{"file://" + root + "/%2e%2e/secret.png", qq.ErrMedia, "no such file"},
		{"file://" + root + "/..%2fsecret.png", qq.ErrMedia, "no such file"},
		{"file://" + root + "/%2e%2e/%2e%2e", qq.ErrMedia, "no such file"},
		{"file://" + root + "-not", qq.ErrMedia, "outside"},
		{"file://" + root + "/link.png", qq.ErrMedia, "leads outside"},
		{"file://" + root + "/relative.png", qq.ErrMedia, "leads outside"},
		{"file://" + root + "/up/secret.png", qq.ErrMedia, "leads outside"},
		{"file://" + root + "/none.png", qq.ErrMedia, "no such file"},
		{"file://" + root, qq.ErrMedia, "not a regular file"},
		{"file://" + root + "/sub dir", qq.ErrMedia, "not a regular file"},
		{"file://a.png", qq.ErrInvalid, "three slashes"},
		{"file:a.png", qq.ErrInvalid, "three slashes"},
		{"file://", qq.ErrInvalid, "three slashes"},
		{"file://host" + root + "/a.png", qq.ErrInvalid, "three slashes"},
		{"file://" + root + "/a%00.png", qq.ErrInvalid, "NUL"},
	} {
		refused(t, s, c.uri, c.kind, c.text)
	}
	if m := ingest(t, s, "file://"+root+"/words.png"); m.MIME != "text/plain" {
		t.Errorf("the name does not count: %+v", m)
	}
	if m := ingest(t, s, "file://"+root+"/inside.png"); m.Width != 1 {
		t.Errorf("a link inside the root should work: %+v", m)
	}
	must(t, os.WriteFile(filepath.Join(root, "large.png"), bytes.Repeat([]byte("x"), 1001), 0o644))
	refused(t, s, "file://"+root+"/large.png", qq.ErrMedia, "larger than 1000 bytes")
}

func TestRootThatComesLater(t *testing.T) {
	root := filepath.Join(t.TempDir(), "later")
	s := openStore(t, Options{Roots: []string{root}})
	refused(t, s, "file://"+root+"/a.png", qq.ErrMedia, "no such file")
	must(t, os.MkdirAll(root, 0o755))
	must(t, os.WriteFile(filepath.Join(root, "a.png"), pngOf(t, 8, 8, 0), 0o644))
	ingest(t, s, "file://"+root+"/a.png")
}

func TestOpenAgain(t *testing.T) {
	s := openStore(t, Options{})
	m := ingest(t, s, b64(pngOf(t, 1, 1, 0)))
	old, young := filepath.Join(s.tempDir(), "in-old"), filepath.Join(s.tempDir(), "in-young")
	for _, path := range []string{old, young} {
		must(t, os.WriteFile(path, nil, 0o600))
	}
	past := time.Now().Add(-2 * staleAfter)
	must(t, os.Chtimes(old, past, past))
	again := openStore(t, Options{Dir: s.Dir})
	if got, ok := again.Stat(m.ID); !ok || got != m {
		t.Errorf("Stat: %+v, %v", got, ok)
	}
	if id, ok := again.ours(s.Link(m.ID)); !ok || id != m.ID {
		t.Error("the key did not survive")
	}
	if _, temps := stored(t, again); len(temps) != 1 || temps[0] != young {
		t.Errorf("left over: %v", temps)
	}
}

// TestDamage stands for a power loss: nothing is synced, so files may be short.
func TestDamage(t *testing.T) {
	s := openStore(t, Options{})
	data := pngOf(t, 12, 1, 0)
	id := ingest(t, s, b64(data)).ID
	for name, damage := range map[string]func() error{
		"empty blob":      func() error { return os.Truncate(s.blobPath(id), 0) },
		"no blob":         func() error { return os.Remove(s.blobPath(id)) },
		"empty sidecar":   func() error { return os.Truncate(s.sidecarPath(id), 0) },
		"no sidecar":      func() error { return os.Remove(s.sidecarPath(id)) },
		"sidecar is null": func() error { return os.WriteFile(s.sidecarPath(id), []byte("null"), 0o600) },
	} {
		must(t, damage())
		if _, ok := s.Stat(id); ok {
			t.Errorf("%s: Stat still knows it", name)
		}
		if m := ingest(t, s, b64(data)); m.ID != id || m.Width != 12 {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestOpenFails(t *testing.T) {
	if _, err := Open(Options{}); err == nil {
		t.Error("no error without a folder")
	}
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if _, err := Open(Options{Dir: filepath.Join(file, "media")}); err == nil {
		t.Error("no error below a file")
	}
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "key"), []byte("short"), 0o600))
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "delete it") {
		t.Errorf("a broken key: %v", err)
	}
}

func TestFullDiskIsNotTheBotsFault(t *testing.T) {
	s := openStore(t, Options{})
	must(t, os.RemoveAll(s.tempDir()))
	refused(t, s, b64(pngOf(t, 1, 1, 0)), qq.ErrInternal, "cannot write")
}
