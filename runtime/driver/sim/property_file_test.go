package sim

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
)

// modelFile is what a test knows of a file of a group.
type modelFile struct {
	Name    string
	Folder  qq.FolderID
	Expires qq.Time
	By      qq.UserID
	Fetched int
}

// modelFiles is what a test knows of one group's files.
type modelFiles struct {
	files   map[qq.FileID]*modelFile
	drops   map[qq.MessageRef]qq.FileID // what messages show for a week
	folders map[qq.FolderID]string
}

func newModelFiles() *modelFiles {
	return &modelFiles{map[qq.FileID]*modelFile{}, map[qq.MessageRef]qq.FileID{}, map[qq.FolderID]string{"/": ""}}
}

func (m *model) filesOf(g qq.GroupID) *modelFiles {
	if m.filed == nil {
		m.filed = map[qq.GroupID]*modelFiles{}
	}
	if m.filed[g] == nil {
		m.filed[g] = newModelFiles()
	}
	for id, f := range m.filed[g].files {
		if f.Expires != 0 && f.Expires <= qq.TimeOf(m.clock.Now()) {
			delete(m.filed[g].files, id)
		}
	}
	return m.filed[g]
}

func (f *modelFiles) taken(folder qq.FolderID, name string) bool {
	for _, other := range f.files {
		if other.Folder == folder && other.Name == name {
			return true
		}
	}
	return false
}

func anyOf[K ~string, V any](m *model, label string, from map[K]V) K {
	keys := slices.Sorted(maps.Keys(from))
	return rapid.SampledFrom(append(keys, "/unknown")).Draw(m.t, label)
}

func (m *model) fileName() string {
	return rapid.SampledFrom([]string{"a.txt", "b.txt", "c"}).Draw(m.t, "name")
}

// uploads says a file somewhere in a group, for ever or for a week.
func (m *model) uploads(*rapid.T) {
	g, as := m.group(), m.user("as")
	known, before := m.filesOf(g), m.members(g)
	folder, name := anyOf(m, "folder", known.folders), m.fileName()
	v, err := m.w.Do(context.Background(), as, qq.UploadFile{Chat: qq.GroupChat(g), Folder: folder, File: &qq.Media{ID: "doc", Name: name}})
	if err != nil {
		return
	}
	if _, there := known.folders[folder]; !there || before[as] == nil {
		m.t.Fatalf("user %d uploaded into %q", as, folder)
	}
	up := v.(*qq.Upload)
	m.heardSaid(as, up.MessageRef)
	for _, a := range accounts() {
		if before[a] != nil {
			m.shown++
		}
	}
	f := &modelFile{Name: name, Folder: folder, By: as}
	if known.taken(folder, name) {
		f.Name = m.w.st.Groups[g].Files.Files[up.File].Info.Name
	}
	if known.taken(folder, f.Name) {
		m.t.Fatalf("two files are named %q", f.Name)
	}
	known.files[up.File] = f
}

// dropFile says a file that lives for a week.
func (m *model) dropFile(*rapid.T) {
	g, as := m.group(), m.user("as")
	known, before := m.filesOf(g), m.members(g)
	op := dropFile(string(rapid.SampledFrom([]string{"x", "y"}).Draw(m.t, "name")))
	op.Chat = qq.GroupChat(g)
	v, err := m.w.Do(context.Background(), as, op)
	if err != nil {
		return
	}
	sent := v.(*qq.Sent)
	m.heardSaid(as, sent.MessageRef)
	for _, a := range accounts() {
		if before[a] != nil {
			m.shown++
		}
	}
	f := fileOf(m.w.st.find(groupKey(g), sent.Seq).Segments)
	known.drops[sent.MessageRef] = f.FileID
	known.files[f.FileID] = &modelFile{Name: f.Name, Folder: "/", By: as, Expires: sent.Time + qq.Time(qq.TemporaryFileLife.Milliseconds())}
}

// withdraw notes that a message is recalled, with the temporary file it showed.
func (m *model) withdraw(ref qq.MessageRef) {
	known := m.filesOf(ref.Group())
	if f := known.files[known.drops[ref]]; f != nil && f.Expires != 0 {
		delete(known.files, known.drops[ref])
	}
}

// tidy changes files and folders and checks that it was allowed.
func (m *model) tidy(*rapid.T) {
	g, as := m.group(), m.user("as")
	if rapid.Bool().Draw(m.t, "owner") {
		as = m.w.st.Groups[g].Info.Owner
	}
	known, me := m.filesOf(g), m.members(g)[as]
	id, folder, name := anyOf(m, "file", known.files), anyOf(m, "folder", known.folders), m.fileName()
	op := rapid.SampledFrom([]qq.Operation{
		qq.MoveFile{Group: g, File: id, To: folder}, qq.RenameFile{Group: g, File: id, Name: name}, qq.DeleteFile{Group: g, File: id},
		qq.PersistFile{Group: g, File: id}, qq.GetFileLink{Chat: qq.GroupChat(g), File: id},
		qq.CreateFolder{Group: g, Name: name}, qq.RenameFolder{Group: g, Folder: folder, Name: name}, qq.DeleteFolder{Group: g, Folder: folder},
	}).Draw(m.t, "op")
	v, err := m.w.Do(context.Background(), as, op)
	if err != nil {
		return
	}
	f := known.files[id]
	if me == nil {
		m.t.Fatalf("%s by a stranger", qq.OpName(op))
	}
	switch op.(type) {
	case qq.CreateFolder, qq.RenameFolder, qq.DeleteFolder:
		if me.Role == qq.RoleMember {
			m.t.Fatalf("%s by a plain member", qq.OpName(op))
		}
	case qq.GetFileLink:
	default:
		if f.By != as && me.Role == qq.RoleMember {
			m.t.Fatalf("%s by %d of what %d uploaded", qq.OpName(op), as, f.By)
		}
	}
	known.do(op, v, f)
}

// do is what an allowed operation makes of what is known.
func (known *modelFiles) do(op qq.Operation, result any, f *modelFile) {
	switch op := op.(type) {
	case qq.MoveFile:
		f.Folder = op.To
	case qq.RenameFile:
		f.Name = op.Name
	case qq.DeleteFile:
		delete(known.files, op.File)
	case qq.PersistFile:
		f.Expires = 0
	case qq.GetFileLink:
		f.Fetched++
	case qq.CreateFolder:
		known.folders[result.(*qq.GroupFolder).ID] = op.Name
	case qq.RenameFolder:
		known.folders[op.Folder] = op.Name
	case qq.DeleteFolder:
		delete(known.folders, op.Folder)
		maps.DeleteFunc(known.files, func(_ qq.FileID, f *modelFile) bool { return f.Folder == op.Folder })
	}
}

// checkFiles holds what a group shows of files against what is known.
func (m *model) checkFiles(g qq.GroupID, viewer qq.UserID) {
	known := m.filesOf(g)
	got := newModelFiles()
	used, names := int64(0), map[string]bool{}
	for folder := range known.folders {
		v, err := m.w.Do(context.Background(), viewer, qq.ListFiles{Group: g, Folder: folder})
		if err != nil {
			m.t.Fatal(err)
		}
		for _, f := range v.(*qq.FileList).Files {
			got.files[f.ID] = &modelFile{f.Name, f.Folder, f.Expires, f.Uploader, f.Downloads}
			if place := string(f.Folder) + "\x00" + f.Name; names[place] {
				m.t.Fatalf("two files %q in %q", f.Name, f.Folder)
			} else {
				names[place] = true
			}
			if f.Expires == 0 {
				used += f.Size
			}
		}
		for _, f := range v.(*qq.FileList).Folders {
			got.folders[f.ID] = f.Name
		}
	}
	if d := cmp.Diff(known, got, cmp.AllowUnexported(modelFiles{}), cmpopts.IgnoreFields(modelFiles{}, "drops")); d != "" {
		m.t.Fatalf("files of group %d\n%s", g, d)
	}
	v, err := m.w.Do(context.Background(), viewer, qq.GetFileSpace{Group: g})
	if s, ok := v.(qq.FileSpace); err != nil || !ok || s.Used != used || s.Files != len(got.files) {
		m.t.Fatalf("space %+v of %d files with %d bytes, %v", v, len(got.files), used, err)
	}
}

// albums puts something into an album, or takes it out; what is held must be
// counted rightly.
func (m *model) albums(*rapid.T) {
	ctx, g, as := context.Background(), m.group(), m.user("as")
	list := m.w.st.Groups[g].Albums
	var op qq.Operation = qq.CreateAlbum{Group: g, Name: "album"}
	if n := len(list); n > 0 {
		a := list[rapid.IntRange(0, n-1).Draw(m.t, "album")]
		media := "none"
		if len(a.Media) > 0 {
			media = a.Media[rapid.IntRange(0, len(a.Media)-1).Draw(m.t, "media")].Item.ID
		}
		op = rapid.SampledFrom([]qq.Operation{op, qq.DeleteAlbum{Group: g, Album: a.Info.ID},
			qq.AddAlbumMedia{Group: g, Album: a.Info.ID, Files: []*qq.Media{{ID: "pic"}, {ID: "clip"}}},
			qq.DeleteAlbumMedia{Group: g, Album: a.Info.ID, Media: media},
			qq.LikeAlbumMedia{Group: g, Album: a.Info.ID, Media: media, On: rapid.Bool().Draw(m.t, "on")},
			qq.CommentAlbumMedia{Group: g, Album: a.Info.ID, Media: media, Text: "!"},
		}).Draw(m.t, "op")
	}
	if _, err := m.w.Do(ctx, as, op); err == nil && m.members(g)[as] == nil {
		m.t.Fatalf("%s by a stranger", qq.OpName(op))
	}
}

func (m *model) days(*rapid.T) { m.clock.add(24 * time.Hour * 3) }

// heardSaid notes a message that everybody in its group must hear.
func (m *model) heardSaid(as qq.UserID, ref qq.MessageRef) {
	m.lastSeq[keyOf(as, ref.Chat)] = ref.Seq
	m.said[ref.Chat] = append(m.said[ref.Chat], ref)
	for a := range m.members(ref.Group()) {
		if slices.Contains(accounts(), a) {
			m.heard[a]++
		}
	}
}

// checkShown holds the events of files against their number.
func (m *model) checkShown(events map[qq.UserID][]qq.Emission) {
	n := 0
	for _, list := range events {
		for _, e := range list {
			if _, ok := e.Event.(*qq.FileUploaded); ok {
				n++
			}
		}
	}
	if n != m.shown {
		m.t.Fatalf("%d events of files, want %d", n, m.shown)
	}
}
