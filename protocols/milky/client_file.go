package milky

import (
	"context"

	"llbot/protocols/qq"
)

// serveFiles serves files and folders of groups, and links to files.
func (c *Client) serveFiles(h *qq.Handlers) {
	qq.Serve(h, c.fileLink)
	ask(c, h, "get_group_files", func(op qq.ListFiles) (getGroupFiles, error) {
		return getGroupFiles{uin(op.Group), given(string(named(op.Folder)))}, nil
	}, func(_ qq.ListFiles, l fileList) (*qq.FileList, error) {
		return &qq.FileList{Files: decodeAll(l.Files, decodeGroupFile), Folders: decodeAll(l.Folders, decodeGroupFolder)}, nil
	})
	tell(c, h, "move_group_file", func(op qq.MoveFile) (moveGroupFile, error) {
		return moveGroupFile{uin(op.Group), string(op.File), given(string(named(op.From))), given(string(named(op.To)))}, nil
	})
	tell(c, h, "rename_group_file", func(op qq.RenameFile) (renameGroupFile, error) {
		return renameGroupFile{uin(op.Group), string(op.File), given(string(named(op.Folder))), op.Name}, nil
	})
	tell(c, h, "delete_group_file", func(op qq.DeleteFile) (groupFileRef, error) { return groupFileRef{uin(op.Group), string(op.File)}, nil })
	tell(c, h, "persist_group_file", func(op qq.PersistFile) (groupFileRef, error) {
		return groupFileRef{uin(op.Group), string(op.File)}, nil
	})
	ask(c, h, "create_group_folder", func(op qq.CreateFolder) (createFolder, error) { return createFolder{uin(op.Group), op.Name}, nil },
		func(op qq.CreateFolder, f folderID) (*qq.GroupFolder, error) {
			return &qq.GroupFolder{ID: f.ID, Group: op.Group, Parent: qq.RootFolder, Name: op.Name, Creator: c.Account()}, nil
		})
	tell(c, h, "rename_group_folder", func(op qq.RenameFolder) (renameFolder, error) {
		return renameFolder{uin(op.Group), string(op.Folder), op.Name}, nil
	})
	tell(c, h, "delete_group_folder", func(op qq.DeleteFolder) (deleteFolder, error) {
		return deleteFolder{uin(op.Group), string(op.Folder)}, nil
	})
}

func (c *Client) fileLink(ctx context.Context, op qq.GetFileLink) (string, error) {
	if op.Chat.Scene == qq.SceneGroup {
		d, err := get[downloadURL](ctx, c, "get_group_file_download_url", groupFileRef{uin(op.Chat.Peer), string(op.File)})
		return d.URL, err
	}
	if !op.Chat.User().Valid() {
		return "", qq.Errorf(qq.ErrUnsupported, "Milky finds a private file only together with the chat that it is in")
	}
	d, err := get[downloadURL](ctx, c, "get_private_file_download_url", privateFileURL{uin(op.Chat.Peer), string(op.File), op.Hash, given(op.Own)})
	return d.URL, err
}

func decodeGroupFile(f *fileEntity) *qq.GroupFile {
	return &qq.GroupFile{
		ID: f.ID, Group: f.GroupID, Folder: f.Folder, Name: f.Name, Size: f.Size, Uploaded: instantOf(f.Uploaded), Modified: instantOf(f.Uploaded),
		Expires: instantOf(f.Expires), Uploader: f.UploaderID, Downloads: f.Downloads, BusID: qq.BusGroupFile,
	}
}

func decodeGroupFolder(f *folderEntity) *qq.GroupFolder {
	return &qq.GroupFolder{
		ID: f.ID, Group: f.GroupID, Parent: f.Parent, Name: f.Name, Created: instantOf(f.Created), Modified: instantOf(f.Modified),
		Creator: f.CreatorID, Files: f.Files,
	}
}
