package media

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// measures is what the sidecar of a blob holds.
type measures struct {
	MIME     string `json:"mime"`
	Size     int64  `json:"size"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
	Duration int    `json:"duration,omitempty"` // seconds
	Name     string `json:"name"`
}

func (m measures) media(id qq.ResourceID) qq.Media {
	return qq.Media{ID: id, MIME: m.MIME, Size: m.Size, Width: m.Width, Height: m.Height, Duration: m.Duration, Name: m.Name}
}

// measures reads a blob's sidecar. A power loss may have left either file
// short, since nothing is synced: such a blob counts as absent and the next
// ingest writes it again.
func (s *Store) measures(id qq.ResourceID) (measures, bool) {
	var m measures
	text, err := os.ReadFile(s.sidecarPath(id))
	if err != nil || wire.Unmarshal(text, &m) != nil || m.MIME == "" {
		return measures{}, false
	}
	info, err := os.Stat(s.blobPath(id))
	if err != nil || !info.Mode().IsRegular() || info.Size() != m.Size {
		return measures{}, false
	}
	return m, true
}

// keep stores what src yields and answers its id and measures.
func (s *Store) keep(src io.Reader) (qq.ResourceID, measures, error) {
	temp, err := os.CreateTemp(s.tempDir(), "in-*") // made with 0600
	if err != nil {
		return "", measures{}, disk(err)
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	id, size, err := s.drain(temp, src)
	if err != nil {
		return "", measures{}, err
	}
	if m, ok := s.measures(id); ok {
		return id, m, nil
	}
	m, err := measure(temp)
	if err != nil {
		return "", measures{}, err
	}
	m.Size, m.Name = size, nameOf(id, m.MIME)
	if err := temp.Close(); err != nil {
		return "", measures{}, disk(err)
	}
	return id, m, s.settle(id, m, temp.Name())
}

// drain writes src into temp, counting and hashing on the way.
func (s *Store) drain(temp *os.File, src io.Reader) (qq.ResourceID, int64, error) {
	hash := sha256.New()
	into := &diskWriter{to: temp}
	size, err := io.Copy(io.MultiWriter(into, hash), io.LimitReader(src, s.MaxBytes+1))
	switch {
	case into.err != nil:
		return "", 0, disk(into.err)
	case err != nil:
		return "", 0, err
	case size > s.MaxBytes:
		return "", 0, s.tooLarge()
	case size == 0:
		return "", 0, qq.Errorf(qq.ErrMedia, "the file is empty")
	}
	return qq.ResourceID(hex.EncodeToString(hash.Sum(nil))), size, nil
}

// diskWriter remembers a fault of the disk, to tell it from one of the source.
type diskWriter struct {
	to  io.Writer
	err error
}

func (w *diskWriter) Write(p []byte) (n int, err error) {
	n, w.err = w.to.Write(p)
	return n, w.err
}

// settle moves a finished file to its place. The sidecar comes last: whoever
// sees it sees the blob too. Doing the same twice at once is harmless.
func (s *Store) settle(id qq.ResourceID, m measures, temp string) error {
	if err := os.MkdirAll(filepath.Dir(s.blobPath(id)), 0o700); err != nil {
		return disk(err)
	}
	sidecar, err := s.writeTemp(wire.MustMarshal(m))
	if err != nil {
		return disk(err)
	}
	defer os.Remove(sidecar)
	err = os.Rename(temp, s.blobPath(id))
	if err == nil {
		err = os.Rename(sidecar, s.sidecarPath(id))
	}
	if err == nil {
		return nil
	}
	if _, there := s.measures(id); there { // another was faster, and open files cannot be replaced everywhere
		return nil
	}
	return disk(err)
}

func (s *Store) writeTemp(text []byte) (path string, err error) {
	temp, err := os.CreateTemp(s.tempDir(), "sidecar-*")
	if err != nil {
		return "", err
	}
	_, err = temp.Write(text)
	return temp.Name(), errors.Join(err, temp.Close())
}

func (s *Store) tooLarge() error {
	return qq.Errorf(qq.ErrMedia, "the file is larger than %d bytes, the limit media.max_bytes of this server", s.MaxBytes)
}

// disk is a fault of ours, not of what was sent.
func disk(err error) error {
	return &qq.Error{Kind: qq.ErrInternal, Text: "the media store cannot write", Cause: fmt.Errorf("media: %w", err)}
}

// nameOf makes a file name from the content, as QQ does: bots take it as the
// key of the picture.
func nameOf(id qq.ResourceID, mime string) string {
	return strings.ToUpper(string(id[:32])) + extension(mime)
}
