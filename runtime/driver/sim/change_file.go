package sim

import "llbot/protocols/qq"

// fileFetched counts a download of a group's file.
type fileFetched struct {
	Group qq.GroupID `json:"group"`
	File  qq.FileID  `json:"file"`
}

func (*fileFetched) kind() string { return "file_fetched" }

func (c *fileFetched) apply(st *state, at qq.Time, _ *telling) {
	st.Groups[c.Group].filesAt(at).alter(c.File, func(f *qq.GroupFile) { f.Downloads++ })
}

// fileMoved puts a file into another folder.
type fileMoved struct {
	Group qq.GroupID  `json:"group"`
	File  qq.FileID   `json:"file"`
	To    qq.FolderID `json:"to"`
}

func (*fileMoved) kind() string { return "file_moved" }

func (c *fileMoved) apply(st *state, at qq.Time, _ *telling) {
	st.Groups[c.Group].filesAt(at).alter(c.File, func(f *qq.GroupFile) { f.Folder, f.Modified = c.To, at })
}

// fileRenamed gives a file another name.
type fileRenamed struct {
	Group qq.GroupID `json:"group"`
	File  qq.FileID  `json:"file"`
	Name  string     `json:"name"`
}

func (*fileRenamed) kind() string { return "file_renamed" }

func (c *fileRenamed) apply(st *state, at qq.Time, _ *telling) {
	st.Groups[c.Group].filesAt(at).alter(c.File, func(f *qq.GroupFile) { f.Name, f.Modified = c.Name, at })
}

// fileDeleted takes a file away. The message that showed it stays.
type fileDeleted struct {
	Group qq.GroupID `json:"group"`
	File  qq.FileID  `json:"file"`
}

func (*fileDeleted) kind() string { return "file_deleted" }

func (c *fileDeleted) apply(st *state, at qq.Time, _ *telling) {
	st.Groups[c.Group].filesAt(at).drop(c.File)
}

// filePersisted makes a temporary file permanent.
type filePersisted struct {
	Group qq.GroupID `json:"group"`
	File  qq.FileID  `json:"file"`
}

func (*filePersisted) kind() string { return "file_persisted" }

func (c *filePersisted) apply(st *state, at qq.Time, _ *telling) {
	st.Groups[c.Group].filesAt(at).alter(c.File, func(f *qq.GroupFile) { f.Expires = 0 })
}

// folderMade adds a folder.
type folderMade struct {
	Folder qq.GroupFolder `json:"folder"`
}

func (*folderMade) kind() string { return "folder" }

func (c *folderMade) apply(st *state, at qq.Time, _ *telling) {
	s := st.Groups[c.Folder.Group].filesAt(at)
	if s.Folders == nil {
		s.Folders = map[qq.FolderID]*qq.GroupFolder{}
	}
	own := c.Folder
	s.Folders[own.ID] = &own
}

func (c *folderMade) answer(qq.Time) any { own := c.Folder; return &own }

// folderRenamed gives a folder another name.
type folderRenamed struct {
	Group    qq.GroupID  `json:"group"`
	Folder   qq.FolderID `json:"folder"`
	Name     string      `json:"name"`
	Operator qq.UserID   `json:"operator"`
}

func (*folderRenamed) kind() string { return "folder_renamed" }

func (c *folderRenamed) apply(st *state, at qq.Time, _ *telling) {
	g := st.Groups[c.Group]
	s := g.filesAt(at)
	fresh := *s.Folders[c.Folder]
	fresh.Name, fresh.Modified, fresh.Modifier = c.Name, at, c.Operator
	fresh.ModifiedBy = st.memberName(g, c.Operator)
	s.Folders[c.Folder] = &fresh
}

// folderDeleted takes a folder away with all it holds.
type folderDeleted struct {
	Group  qq.GroupID  `json:"group"`
	Folder qq.FolderID `json:"folder"`
}

func (*folderDeleted) kind() string { return "folder_deleted" }

func (c *folderDeleted) apply(st *state, at qq.Time, _ *telling) {
	s := st.Groups[c.Group].filesAt(at)
	for _, id := range s.named()[c.Folder] {
		s.drop(id)
	}
	delete(s.names, c.Folder)
	delete(s.Folders, c.Folder)
}

// memberName is how somebody is called in a group, also when he has left it.
func (st *state) memberName(g *group, u qq.UserID) string {
	if m := g.Members[u]; m != nil {
		return m.Name()
	}
	return st.nickname(u)
}
