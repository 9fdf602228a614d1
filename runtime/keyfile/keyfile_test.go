package keyfile

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLoadMakesAndKeeps(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "data")
	path := filepath.Join(dir, "secret")
	first, err := Load(path)
	must(t, err)
	if raw, err := base64.RawURLEncoding.DecodeString(first); err != nil || len(raw) != 32 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	second, err := Load(path)
	must(t, err)
	if first != second {
		t.Error("the secret changed")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	other, err := Load(path + "2")
	must(t, err)
	if other == first {
		t.Error("two secrets are the same")
	}
	if got, err := Read(path); err != nil || got != first {
		t.Errorf("Read: %v", err)
	}
}

func TestReadMakesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := Read(filepath.Join(dir, "secret")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("made %v", entries)
	}
}

func TestOwnSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(path, []byte("  my own long secret\n"), 0o600))
	if _, err := Load(path); err == nil {
		t.Error("a space inside is no plain character")
	}
	must(t, os.WriteFile(path, []byte("\tmy-own-long-secret\r\n"), 0o600))
	if got, err := Load(path); err != nil || got != "my-own-long-secret" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestFaults also checks that no error shows what the file holds.
func TestFaults(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "blank": " \n", "short": "hunter2", "binary": "hunter2-hunter2-\x00\xff", "long": strings.Repeat("hunter2", 1000),
	} {
		path := filepath.Join(t.TempDir(), "secret")
		must(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := Load(path)
		if err == nil || !strings.Contains(err.Error(), "delete it") || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "not a plain file") {
		t.Errorf("a folder: %v", err)
	}
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if _, err := Load(filepath.Join(file, "below", "secret")); err == nil {
		t.Error("below a file: no error")
	}
}

func TestTwoAtOnceGetTheSame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	got := make([]string, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			secret, err := Load(path)
			if err != nil {
				t.Error(err)
			}
			got[i] = secret
		})
	}
	wg.Wait()
	for _, secret := range got {
		if secret != got[0] {
			t.Fatal("different secrets")
		}
	}
}
