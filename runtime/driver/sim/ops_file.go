package sim

import (
	"cmp"
	"context"
	"slices"

	"llbot/protocols/qq"
)

// serveFiles adds what can be done with files.
func serveFiles(h *abilities) {
	qq.ServeShared(h, (*actor).uploadFile)
	qq.ServeShared(h, (*actor).getFileLink)
	qq.ServeShared(h, (*actor).listFiles)
	qq.ServeShared(h, (*actor).getFileSpace)
	qq.ServeShared(h, (*actor).moveFile)
	qq.ServeShared(h, (*actor).renameFile)
	qq.ServeShared(h, (*actor).deleteFile)
	qq.ServeShared(h, (*actor).persistFile)
	qq.ServeShared(h, (*actor).createFolder)
	qq.ServeShared(h, (*actor).renameFolder)
	qq.ServeShared(h, (*actor).deleteFolder)
}

// uploadFile says a message of the file. In a group it becomes a permanent one.
func (a *actor) uploadFile(ctx context.Context, op qq.UploadFile) (*qq.Upload, error) {
	if op.File == nil {
		return nil, qq.Errorf(qq.ErrInvalid, "an upload needs a file")
	}
	seg := &qq.File{Media: *op.File, Folder: rooted(op.Folder)}
	content, err := a.world.content(qq.Segments{seg})
	if err != nil {
		return nil, err
	}
	var done *qq.Upload
	err = a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		c, err := st.speak(a.user, op.Chat, 0, content, now)
		if err != nil {
			return nil, err
		}
		c.Upload = true
		done = c.upload(now)
		return c, nil
	})
	return done, err
}

// upload is what the upload of a file answers to its sender.
func (c *said) upload(at qq.Time) *qq.Upload {
	return &qq.Upload{MessageRef: refOf(c.Chat, &message{Seq: c.Seq, Temp: c.Temp}, c.Sender),
		File: fileOf(c.Segments).FileID, Time: at}
}

// getFileLink of a group's file counts as a download.
func (a *actor) getFileLink(ctx context.Context, op qq.GetFileLink) (link string, err error) {
	if op.Chat.Scene != qq.SceneGroup {
		return a.privateLink(op)
	}
	err = a.commit(ctx, func(st *state, now qq.Time) (change, error) {
		_, _, f, err := st.groupFile(a.user, op.Chat.Group(), op.File, now)
		if err != nil {
			return nil, err
		}
		link = a.world.opt.Blobs.Link(f.Blob)
		return &fileFetched{Group: f.Info.Group, File: f.Info.ID}, nil
	})
	return link, err
}

// privateLink is open to the two of the chat, for as long as the file lives.
func (a *actor) privateLink(op qq.GetFileLink) (link string, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		k, m, f := v.privateFile(op.File)
		switch {
		case f == nil, k.low != a.user && k.high != a.user,
			op.Chat.Peer != 0 && k.other(a.user) != op.Chat.User(),
			op.Hash != "" && op.Hash != f.Hash,
			now-m.Time >= qq.Time(qq.TemporaryFileLife.Milliseconds()):
			return qq.Errorf(qq.ErrNotFound, "there is no private file %q for user %d", op.File, a.user)
		}
		link = v.url(f.ID)
		return nil
	})
	return link, err
}

// groupFile is a file that u can see, with the group and his own membership.
func (st *state) groupFile(u qq.UserID, id qq.GroupID, file qq.FileID, now qq.Time) (*group, *qq.Member, *keptFile, error) {
	g, me, err := st.inGroup(u, id)
	if err != nil {
		return nil, nil, nil, err
	}
	f := g.Files.file(file, now)
	if f == nil {
		return nil, nil, nil, qq.Errorf(qq.ErrNotFound, "group %d has no file %q", id, file)
	}
	return g, me, f, nil
}

// ownFile is groupFile for what changes the file: one's own, or anybody's for
// owner and admins.
func (st *state) ownFile(u qq.UserID, id qq.GroupID, file qq.FileID, now qq.Time, deed string) (*group, *keptFile, error) {
	g, me, f, err := st.groupFile(u, id, file, now)
	if err == nil && f.Info.Uploader != u {
		err = manages(me, deed+" a file of somebody else")
	}
	return g, f, err
}

func (a *actor) listFiles(_ context.Context, op qq.ListFiles) (list *qq.FileList, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		folder := rooted(op.Folder)
		if !g.Files.hasFolder(folder) {
			return noFolder(folder, g)
		}
		list = g.Files.list(folder, now)
		return nil
	})
	return list, err
}

// list is what a folder holds, by name.
func (s *fileStore) list(folder qq.FolderID, now qq.Time) *qq.FileList {
	list := &qq.FileList{Files: []*qq.GroupFile{}, Folders: []*qq.GroupFolder{}}
	if s == nil {
		return list
	}
	held := map[qq.FolderID]int{}
	for id, f := range s.Files {
		if s.file(id, now) == nil {
			continue
		}
		held[f.Info.Folder]++
		if f.Info.Folder == folder {
			list.Files = append(list.Files, f.Info)
		}
	}
	slices.SortFunc(list.Files, func(a, b *qq.GroupFile) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	if folder != qq.RootFolder {
		return list
	}
	for id, f := range s.Folders {
		own := *f
		own.Files = held[id]
		list.Folders = append(list.Folders, &own)
	}
	slices.SortFunc(list.Folders, func(a, b *qq.GroupFolder) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

func (a *actor) getFileSpace(_ context.Context, op qq.GetFileSpace) (space qq.FileSpace, err error) {
	err = a.world.read(func(v viewing, now qq.Time) error {
		g, _, err := v.inGroup(a.user, op.Group)
		if err != nil {
			return err
		}
		space = qq.FileSpace{Files: g.Files.live(now), MaxFiles: qq.MaxGroupFiles, Total: qq.GroupFileSpace}
		if g.Files != nil {
			space.Used = g.Files.Used
		}
		return nil
	})
	return space, err
}
