// Package keyfile keeps the secrets that a server makes for itself, one a file
// that nobody but its owner reads.
package keyfile

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	secretBytes = 32
	minText     = 16 // an own choice written into the file may be shorter than ours, but not guessable
	maxText     = 4096
	ownerOnly   = 0o600
)

// Load reads the secret in the file at path, a line of printable ASCII without
// spaces. A missing file is made with 32 random bytes in base64url, a missing
// folder with mode 0700; a file that others may read is tightened to 0600.
// Errors name the file, never its content.
func Load(path string) (string, error) {
	secret, err := read(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	if err := create(path); err != nil {
		return "", fmt.Errorf("make %s: %w", path, err)
	}
	return read(path)
}

// Read is Load for those who must not make the file: a missing one is
// fs.ErrNotExist, and permissions stay as they are.
func Read(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	return text(path, info)
}

func read(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().IsRegular() && info.Mode().Perm()&^ownerOnly != 0 {
		if err := os.Chmod(path, ownerOnly); err != nil {
			return "", fmt.Errorf("others may read %s and it cannot be tightened: %w", path, err)
		}
	}
	return text(path, info)
}

// text reads what Lstat found. A link is refused, since it could lead to a
// file that others read or that is somebody else's secret.
func text(path string, info fs.FileInfo) (string, error) {
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a plain file; move it away and start again", path)
	}
	if info.Size() > maxText {
		return "", fmt.Errorf("%s is too long for a secret; delete it to have a new one made", path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(content))
	if len(secret) < minText || strings.ContainsFunc(secret, unprintable) {
		return "", fmt.Errorf("%s holds no secret of at least %d plain characters; delete it to have a new one made",
			path, minText)
	}
	return secret, nil
}

func unprintable(r rune) bool { return r <= ' ' || r > '~' }

// create writes a whole file under another name first: a crash leaves no empty
// secret behind, and of two that start at once the first one's stays.
func create(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, filepath.Base(path)+".*") // made with 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails: it ends the process instead
	_, err = temp.WriteString(base64.RawURLEncoding.EncodeToString(secret) + "\n")
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return place(temp.Name(), path)
}

// place gives the file its name unless somebody else's already has it. A file
// system without hard links gets a rename.
func place(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return os.Rename(temp, path)
}
