package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"llbot/protocols/qq"
)

// root is one folder that file:// may read.
type root struct{ path string } // absolute and clean

func rootsOf(folders []string) ([]root, error) {
	roots := make([]root, 0, len(folders))
	for _, folder := range folders {
		path, err := filepath.Abs(folder)
		if err != nil {
			return nil, fmt.Errorf("root %s: %w", folder, err)
		}
		roots = append(roots, root{path})
	}
	return roots, nil
}

// takeFile reads a local file inside one of the roots; rest is what follows
// "file:".
func (s *Store) takeFile(ctx context.Context, rest string) (qq.ResourceID, measures, error) {
	if len(s.roots) == 0 {
		return "", measures{}, qq.Errorf(qq.ErrMedia,
			"file:// is refused: no folder is listed under media.roots in the config; send the file itself as base64://")
	}
	paths, err := localPaths(rest)
	if err != nil {
		return "", measures{}, err
	}
	file, err := s.openLocal(paths)
	if err != nil {
		return "", measures{}, err
	}
	defer file.Close()
	return s.keep(source{ctx, file})
}

// localPaths gives the paths that a file URI can mean, most likely first:
// bots write both percent-encoded URIs and plain paths behind file://.
func localPaths(rest string) ([]string, error) {
	path, found := strings.CutPrefix(rest, "//")
	if !found {
		path = rest
	} else if host, tail, _ := strings.Cut(path, "/"); strings.EqualFold(host, "localhost") {
		path = "/" + tail
	}
	if !strings.HasPrefix(path, "/") {
		return nil, qq.Errorf(qq.ErrInvalid, "%q must be file:// and an absolute path, with three slashes", clip("file:"+rest))
	}
	var paths []string
	if plain, err := url.PathUnescape(path); err == nil && plain != path {
		paths = append(paths, plain)
	}
	paths = append(paths, path)
	for i, p := range paths {
		if strings.ContainsRune(p, 0) {
			return nil, qq.Errorf(qq.ErrInvalid, "a path cannot hold a NUL")
		}
		if filepath.VolumeName(p[1:]) != "" { // file:///C:/x; never where volumes do not exist
			p = p[1:]
		}
		paths[i] = filepath.Clean(filepath.FromSlash(p))
	}
	return paths, nil
}

// openLocal opens the first path that exists inside a root. Whether something
// exists outside the roots is not told.
func (s *Store) openLocal(paths []string) (*os.File, error) {
	var inside error // of the path in tried
	var tried string
	for _, path := range paths {
		for _, r := range s.roots {
			rel, err := filepath.Rel(r.path, path)
			if err != nil || !filepath.IsLocal(rel) {
				continue
			}
			file, err := r.open(rel)
			if err == nil {
				return file, nil
			}
			if inside == nil || errors.Is(inside, fs.ErrNotExist) {
				inside, tried = err, path
			}
		}
	}
	if inside == nil {
		return nil, qq.Errorf(qq.ErrMedia, "%q is outside the folders listed under media.roots in the config", clip(paths[0]))
	}
	return nil, unreadable(tried, inside)
}

// open reads through os.Root: no link leads outside. The root is opened each
// time, since it may be made or replaced while we run. Looking first and not
// waiting at open keep a pipe from holding us up.
func (r root) open(rel string) (*os.File, error) {
	folder, err := os.OpenRoot(r.path)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	if info, err := folder.Stat(rel); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errIrregular
	}
	file, err := folder.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(errIrregular, err, file.Close())
	}
	return file, nil
}

var errIrregular = errors.New("not a regular file")

// unreadable says why without what the system adds: its text may hold paths
// that the bot did not name.
func unreadable(path string, err error) error {
	reason := "it leads outside the folders of media.roots or cannot be opened"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		reason = "this server may not read it"
	case errors.Is(err, errIrregular):
		reason = "it is not a regular file"
	}
	return qq.Errorf(qq.ErrMedia, "%q cannot be read: %s", clip(path), reason)
}
