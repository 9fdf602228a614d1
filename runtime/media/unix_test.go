//go:build unix

package media

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"llbot/protocols/qq"
)

// TestPipe would hang if the pipe were opened like a file.
func TestPipe(t *testing.T) {
	root, _ := yard(t)
	must(t, syscall.Mkfifo(filepath.Join(root, "pipe.png"), 0o644))
	must(t, os.Symlink("pipe.png", filepath.Join(root, "link.png")))
	s := openStore(t, Options{Roots: []string{root}})
	refused(t, s, "file://"+root+"/pipe.png", qq.ErrMedia, "not a regular file")
	refused(t, s, "file://"+root+"/link.png", qq.ErrMedia, "not a regular file")
}

func TestFoldersAndPermissions(t *testing.T) {
	s := openStore(t, Options{})
	m := ingest(t, s, b64(pngOf(t, 1, 1, 0)))
	for path, want := range map[string]os.FileMode{
		s.Dir: 0o700, s.tempDir(): 0o700, filepath.Dir(s.blobPath(m.ID)): 0o700,
		s.blobPath(m.ID): 0o600, s.sidecarPath(m.ID): 0o600, filepath.Join(s.Dir, "key"): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}
