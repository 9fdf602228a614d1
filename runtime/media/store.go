package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/keyfile"
)

// The defaults of Options.
const (
	DefaultMaxBytes = 64 << 20
	DefaultTTL      = 2 * time.Hour
)

// Fetch downloads what a stranger names. It decides which addresses may be
// reached, ends with ctx, and answers ErrTooLarge when it is told beforehand
// of more than limit bytes. The body is closed by the caller.
type Fetch func(ctx context.Context, url string, limit int64) (io.ReadCloser, error)

// ErrTooLarge is a Fetch's answer to a file that is longer than its limit.
var ErrTooLarge = errors.New("the file is larger than allowed")

// Options say where a store is and what it takes. Dir is required.
type Options struct {
	Dir      string        // made with mode 0700 when missing
	Fetch    Fetch         // downloads; http(s) URIs are refused when nil
	Roots    []string      // folders that file:// may read; none = refused
	MaxBytes int64         // of one blob; DefaultMaxBytes when 0
	BaseURL  func() string // start of links, asked for each; nil gives links without a host
	TTL      time.Duration // how long a link works at least; DefaultTTL when 0
	Now      func() time.Time
	Logger   *slog.Logger // nothing is logged when nil
}

// Store keeps blobs in a folder. It is safe for concurrent use, has nothing to
// close, and several may share a folder.
type Store struct {
	Options
	roots []root
	key   []byte
}

// Open makes or opens the store in o.Dir.
func Open(o Options) (*Store, error) {
	if o.Dir == "" {
		return nil, errors.New("media: no folder given")
	}
	s := &Store{Options: withDefaults(o)}
	if err := os.MkdirAll(s.tempDir(), 0o700); err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	key, err := keyfile.Load(filepath.Join(s.Dir, "key"))
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	s.key = []byte(key)
	if s.roots, err = rootsOf(o.Roots); err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	s.sweep()
	return s, nil
}

func withDefaults(o Options) Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.TTL <= 0 {
		o.TTL = DefaultTTL
	}
	if o.BaseURL == nil {
		o.BaseURL = func() string { return "" }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Stat describes a stored blob; false when there is none of that id. It reads
// a small file.
func (s *Store) Stat(id qq.ResourceID) (qq.Media, bool) {
	if !validID(id) {
		return qq.Media{}, false
	}
	m, ok := s.measures(id)
	if !ok {
		return qq.Media{}, false
	}
	return m.media(id), true
}

const staleAfter = time.Hour

// sweep removes what a crash left half written. Failing at it costs disk only.
func (s *Store) sweep() {
	entries, err := os.ReadDir(s.tempDir())
	if err != nil {
		s.Logger.Warn("media: cannot look for unfinished files", "err", err)
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < staleAfter {
			continue
		}
		if err := os.Remove(filepath.Join(s.tempDir(), e.Name())); err != nil {
			s.Logger.Warn("media: cannot remove an unfinished file", "err", err)
		}
	}
}

func (s *Store) tempDir() string { return filepath.Join(s.Dir, "tmp") }

// blobPath is where a valid id's bytes lie; the measures lie beside it.
func (s *Store) blobPath(id qq.ResourceID) string {
	return filepath.Join(s.Dir, string(id[:2]), string(id))
}

func (s *Store) sidecarPath(id qq.ResourceID) string { return s.blobPath(id) + ".json" }

const idLength = 64 // SHA-256 in hexadecimal

// validID tells whether id can be one of ours; only such ids become paths.
func validID(id qq.ResourceID) bool {
	if len(id) != idLength {
		return false
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Open reads a stored blob, which its caller closes. fs.ErrNotExist for what
// is none of the store's.
func (s *Store) Open(id qq.ResourceID) (io.ReadCloser, error) {
	if !validID(id) {
		return nil, fs.ErrNotExist
	}
	return os.Open(s.blobPath(id))
}
