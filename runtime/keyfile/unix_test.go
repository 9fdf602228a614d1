//go:build unix

package keyfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPermissions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(dir, "secret")
	_, err := Load(path)
	must(t, err)
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		must(t, err)
		return info.Mode().Perm()
	}
	if mode(path) != 0o600 || mode(dir) != 0o700 {
		t.Errorf("modes are %v and %v", mode(path), mode(dir))
	}
	for _, wide := range []os.FileMode{0o644, 0o640, 0o666, 0o777, 0o700} {
		must(t, os.Chmod(path, wide))
		_, err := Read(path)
		must(t, err)
		if mode(path) != wide {
			t.Errorf("Read changed %v to %v", wide, mode(path))
		}
		_, err = Load(path)
		must(t, err)
		if mode(path) != 0o600 {
			t.Errorf("%v became %v", wide, mode(path))
		}
	}
	must(t, os.Chmod(path, 0o400))
	_, err = Load(path)
	must(t, err)
	if mode(path) != 0o400 {
		t.Errorf("a file that was tighter became %v", mode(path))
	}
}

func TestLinkIsRefused(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "real")
	_, err := Load(real)
	must(t, err)
	must(t, os.Symlink(real, filepath.Join(dir, "link")))
	if _, err := Load(filepath.Join(dir, "link")); err == nil {
		t.Error("no error")
	}
}
