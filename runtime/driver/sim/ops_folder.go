package sim

import (
	"context"

	"llbot/protocols/qq"
)

func (a *actor) moveFile(ctx context.Context, op qq.MoveFile) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		g, f, err := st.ownFile(a.user, op.Group, op.File, now, "move")
		to := rooted(op.To)
		switch {
		case err != nil:
			return nil, err
		case op.From != "" && rooted(op.From) != f.Info.Folder:
			return nil, qq.Errorf(qq.ErrNotFound, "file %q is not in folder %q", op.File, op.From)
		case !g.Files.hasFolder(to):
			return nil, noFolder(to, g)
		case f.Info.Folder == to:
			return nil, qq.Errorf(qq.ErrConflict, "file %q is in folder %q already", op.File, to)
		case g.Files.taken(to, f.Info.Name, now):
			return nil, nameTaken(f.Info.Name, to)
		}
		return &fileMoved{Group: op.Group, File: op.File, To: to}, nil
	})
}

func nameTaken(name string, folder qq.FolderID) error {
	return qq.Errorf(qq.ErrConflict, "folder %q has something named %q already", folder, name)
}

func (a *actor) renameFile(ctx context.Context, op qq.RenameFile) (qq.None, error) {
	name := clean(op.Name)
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		g, f, err := st.ownFile(a.user, op.Group, op.File, now, "rename")
		if err == nil {
			err = checkFileName(name, qq.MaxFileName)
		}
		switch {
		case err != nil:
			return nil, err
		case op.Folder != "" && rooted(op.Folder) != f.Info.Folder:
			return nil, qq.Errorf(qq.ErrNotFound, "file %q is not in folder %q", op.File, op.Folder)
		case f.Info.Name == name:
			return nil, nil
		case g.Files.taken(f.Info.Folder, name, now):
			return nil, nameTaken(name, f.Info.Folder)
		}
		return &fileRenamed{Group: op.Group, File: op.File, Name: name}, nil
	})
}

func (a *actor) deleteFile(ctx context.Context, op qq.DeleteFile) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		if _, _, err := st.ownFile(a.user, op.Group, op.File, now, "delete"); err != nil {
			return nil, err
		}
		return &fileDeleted{Group: op.Group, File: op.File}, nil
	})
}

func (a *actor) persistFile(ctx context.Context, op qq.PersistFile) (qq.None, error) {
	return a.change(ctx, func(st *state, now qq.Time) (change, error) {
		g, f, err := st.ownFile(a.user, op.Group, op.File, now, "keep")
		switch {
		case err != nil:
			return nil, err
		case !f.temporary():
			return nil, qq.Errorf(qq.ErrConflict, "file %q is permanent already", op.File)
		}
		if err := g.Files.hasSpace(f.Info.Size); err != nil {
			return nil, err
		}
		return &filePersisted{Group: op.Group, File: op.File}, nil
	})
}

func (a *actor) createFolder(ctx context.Context, op qq.CreateFolder) (made *qq.GroupFolder, err error) {
	name := clean(op.Name)
	err = a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		g, me, err := st.inGroup(a.user, op.Group)
		if err == nil {
			err = manages(me, "make a folder")
		}
		if err == nil {
			err = g.Files.folderName(name)
		}
		if err != nil {
			return nil, err
		}
		if g.Files != nil && len(g.Files.Folders) >= qq.MaxFolders {
			return nil, qq.Errorf(qq.ErrForbidden, "group %d has %d folders, which is the limit", op.Group, qq.MaxFolders)
		}
		c := &folderMade{Folder: qq.GroupFolder{ID: qq.FolderID("/" + st.freshID("folder")), Group: op.Group, Parent: qq.RootFolder,
			Name: name, Created: now, Modified: now, Creator: a.user, CreatedBy: me.Name()}}
		made = c.answer(now).(*qq.GroupFolder)
		return c, nil
	})
	return made, err
}

// folderName refuses what cannot be the name of one more folder.
func (s *fileStore) folderName(name string) error {
	if err := checkFileName(name, qq.MaxFolderName); err != nil || s == nil {
		return err
	}
	for _, f := range s.Folders {
		if f.Name == name {
			return nameTaken(name, qq.RootFolder)
		}
	}
	return nil
}

// managedFolder is a folder that u may change.
func (st *state) managedFolder(u qq.UserID, id qq.GroupID, folder qq.FolderID, deed string) (*group, *qq.GroupFolder, error) {
	g, me, err := st.inGroup(u, id)
	if err != nil {
		return nil, nil, err
	}
	if g.Files == nil || g.Files.Folders[folder] == nil {
		return nil, nil, noFolder(folder, g)
	}
	return g, g.Files.Folders[folder], manages(me, deed)
}

func (a *actor) renameFolder(ctx context.Context, op qq.RenameFolder) (qq.None, error) {
	name := clean(op.Name)
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		g, f, err := st.managedFolder(a.user, op.Group, op.Folder, "rename a folder")
		if err != nil || f.Name == name {
			return nil, err
		}
		if err := g.Files.folderName(name); err != nil {
			return nil, err
		}
		return &folderRenamed{Group: op.Group, Folder: op.Folder, Name: name, Operator: a.user}, nil
	})
}

func (a *actor) deleteFolder(ctx context.Context, op qq.DeleteFolder) (qq.None, error) {
	return a.change(ctx, func(st *state, _ qq.Time) (change, error) {
		if _, _, err := st.managedFolder(a.user, op.Group, op.Folder, "delete a folder"); err != nil {
			return nil, err
		}
		return &folderDeleted{Group: op.Group, Folder: op.Folder}, nil
	})
}
