package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// fileStore is what a group keeps of files: folders stand in the root alone,
// and no two things of one folder have the same name.
type fileStore struct {
	Files   map[qq.FileID]*keptFile              `json:",omitempty"`
	Folders map[qq.FolderID]*qq.GroupFolder      `json:",omitempty"` // Files in them is counted when they are shown
	Used    int64                                `json:",omitempty"` // bytes of permanent files
	Due     qq.Time                              `json:",omitempty"` // when the next temporary file expires, 0 for none
	names   map[qq.FolderID]map[string]qq.FileID // see named; nil until it is asked for
}

// keptFile is a file of a group. Info is handed out and therefore replaced.
type keptFile struct {
	Info *qq.GroupFile
	Blob qq.ResourceID
}

func (f *keptFile) temporary() bool { return f.Info.Expires != 0 }

// freshID is an id that nothing else in the world has: it comes from the
// number of the record that is about to be made.
func (st *state) freshID(kind string) string {
	sum := sha256.Sum256([]byte(kind + " " + strconv.FormatUint(st.Record+1, 10)))
	x := hex.EncodeToString(sum[:16])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// rooted is the folder with the root by its one name.
func rooted(f qq.FolderID) qq.FolderID {
	if f == "" {
		return qq.RootFolder
	}
	return f
}

// file is the file with that id, nil when there is none or it has expired.
func (s *fileStore) file(id qq.FileID, now qq.Time) *keptFile {
	if s == nil {
		return nil
	}
	f := s.Files[id]
	if f == nil || f.temporary() && f.Info.Expires <= now {
		return nil
	}
	return f
}

// hasFolder tells whether there is such a folder; the root always is.
func (s *fileStore) hasFolder(id qq.FolderID) bool {
	return id == qq.RootFolder || s != nil && s.Folders[id] != nil
}

// taken tells whether a file of that folder has the name.
func (s *fileStore) taken(folder qq.FolderID, name string, now qq.Time) bool {
	if s == nil {
		return false
	}
	id, ok := s.named()[folder][name]
	return ok && s.file(id, now) != nil
}

// named finds files by folder and name; a store that was read from a snapshot
// has the files alone.
func (s *fileStore) named() map[qq.FolderID]map[string]qq.FileID {
	if s.names == nil {
		s.names = map[qq.FolderID]map[string]qq.FileID{}
		for _, f := range s.Files {
			s.name(f.Info)
		}
	}
	return s.names
}

func (s *fileStore) name(f *qq.GroupFile) {
	if s.names[f.Folder] == nil {
		s.names[f.Folder] = map[string]qq.FileID{}
	}
	s.names[f.Folder][f.Name] = f.ID
}

// free is the name itself, or as QQ numbers it when it is taken: "a(1).txt".
func (s *fileStore) free(folder qq.FolderID, name string, now qq.Time) string {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for i := 1; s.taken(folder, name, now); i++ {
		mark := "(" + strconv.Itoa(i) + ")"
		room := max(qq.MaxFileName-len(mark)-len(ext), 0)
		name = strings.ToValidUTF8(stem[:min(len(stem), room)], "") + mark + ext
	}
	return name
}

// live counts the files that have not expired.
func (s *fileStore) live(now qq.Time) int {
	n := 0
	if s != nil {
		for id := range s.Files {
			if s.file(id, now) != nil {
				n++
			}
		}
	}
	return n
}

// hasRoom refuses one more file; size counts when it is a permanent one.
func (s *fileStore) hasRoom(size int64, now qq.Time) error {
	if s == nil {
		s = &fileStore{}
	}
	if len(s.Files) >= qq.MaxGroupFiles && s.live(now) >= qq.MaxGroupFiles {
		return qq.Errorf(qq.ErrForbidden, "the group has %d files, which is the limit", qq.MaxGroupFiles)
	}
	return s.hasSpace(size)
}

func (s *fileStore) hasSpace(size int64) error {
	if s.Used+size > qq.GroupFileSpace {
		return qq.Errorf(qq.ErrForbidden, "%d bytes do not fit: the group's files use %d of %d", size, s.Used, int64(qq.GroupFileSpace))
	}
	return nil
}

// put adds a file, or puts a changed one in the place of its old self.
func (s *fileStore) put(f *keptFile) {
	s.drop(f.Info.ID)
	if s.Files == nil {
		s.Files = map[qq.FileID]*keptFile{}
	}
	s.named()
	s.Files[f.Info.ID] = f
	s.name(f.Info)
	switch {
	case !f.temporary():
		s.Used += f.Info.Size
	case s.Due == 0 || f.Info.Expires < s.Due:
		s.Due = f.Info.Expires
	}
}

func (s *fileStore) drop(id qq.FileID) {
	f := s.Files[id]
	if f == nil {
		return
	}
	if names := s.named()[f.Info.Folder]; names[f.Info.Name] == id {
		delete(names, f.Info.Name)
	}
	if !f.temporary() {
		s.Used -= f.Info.Size
	}
	delete(s.Files, id)
}

// alter replaces a file by a changed copy.
func (s *fileStore) alter(id qq.FileID, edit func(f *qq.GroupFile)) {
	old := s.Files[id]
	fresh := *old.Info
	edit(&fresh)
	s.put(&keptFile{Info: &fresh, Blob: old.Blob})
}

// filesAt is the group's store for apply, without what has expired by then.
func (g *group) filesAt(at qq.Time) *fileStore {
	if g.Files == nil {
		g.Files = &fileStore{}
	}
	if s := g.Files; s.Due != 0 && s.Due <= at {
		s.sweep(at)
	}
	return g.Files
}

func (s *fileStore) sweep(at qq.Time) {
	s.Due = 0
	for id, f := range s.Files {
		switch {
		case s.file(id, at) == nil:
			s.drop(id)
		case f.temporary() && (s.Due == 0 || f.Info.Expires < s.Due):
			s.Due = f.Info.Expires
		}
	}
}
