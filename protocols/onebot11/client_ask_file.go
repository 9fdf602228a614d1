package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// AskUpload puts a file into a chat. The answer tells the file's id and no
// message.
func AskUpload() Ask[qq.UploadFile, *qq.Upload] {
	type group struct {
		Group    qq.GroupID  `json:"group_id"`
		File     string      `json:"file"`
		Name     string      `json:"name"`
		Folder   qq.FolderID `json:"folder,omitempty"`
		FolderID qq.FolderID `json:"folder_id,omitempty"`
	}
	type friend struct {
		User qq.UserID `json:"user_id"`
		File string    `json:"file"`
		Name string    `json:"name"`
	}
	return Ask[qq.UploadFile, *qq.Upload]{
		Actions: []string{"upload_group_file", "upload_private_file"},
		Call: func(op qq.UploadFile) (Call, error) {
			source := sentSource(op.File)
			if op.Chat.Scene == qq.SceneGroup {
				return Call{Action: "upload_group_file", Params: group{op.Chat.Group(), source, op.File.Name, op.Folder, op.Folder}}, nil
			}
			return Call{Action: "upload_private_file", Params: friend{op.Chat.User(), source, op.File.Name}}, nil
		},
		Answer: func(c *Client, op qq.UploadFile, data wire.Raw) (*qq.Upload, error) {
			var w uploadInfo
			err := c.readData("upload_file", data, &w)
			return &qq.Upload{MessageRef: qq.MessageRef{Chat: op.Chat}, File: w.File}, err
		},
	}
}

// AskFileLink answers an address; SnowLuma and go-cqhttp want busid.
func AskFileLink() Ask[qq.GetFileLink, string] {
	type friend struct {
		User qq.UserID `json:"user_id,omitempty"`
		File qq.FileID `json:"file_id"`
		Hash string    `json:"file_hash,omitempty"`
	}
	return Ask[qq.GetFileLink, string]{
		Actions: []string{"get_group_file_url", "get_private_file_url"},
		Call: func(op qq.GetFileLink) (Call, error) {
			if op.Chat.Scene == qq.SceneGroup {
				return Call{Action: "get_group_file_url", Params: groupFileAsk(op.Chat.Group(), op.File)}, nil
			}
			return Call{Action: "get_private_file_url", Params: friend{op.Chat.User(), op.File, op.Hash}}, nil
		},
		Answer: func(c *Client, _ qq.GetFileLink, data wire.Raw) (string, error) {
			var w urlInfo
			err := c.readData("get_file_url", data, &w)
			if err == nil && w.URL == "" {
				err = qq.Errorf(qq.ErrNotFound, "the upstream knows no address of the file")
			}
			return w.URL, err
		},
	}
}

func groupFileAsk(group qq.GroupID, file qq.FileID) fileAsk {
	return fileAsk{group, file, qq.BusGroupFile}
}

type folderAsk struct {
	Group  qq.GroupID  `json:"group_id"`
	Folder qq.FolderID `json:"folder_id"`
}

// AskFiles answers what a folder holds.
func AskFiles() Ask[qq.ListFiles, *qq.FileList] {
	return Ask[qq.ListFiles, *qq.FileList]{
		Actions: []string{"get_group_root_files", "get_group_files_by_folder"},
		Call: func(op qq.ListFiles) (Call, error) {
			if op.Folder == "" || op.Folder == qq.RootFolder {
				return Call{Action: "get_group_root_files", Params: groupAsk{op.Group}}, nil
			}
			return Call{Action: "get_group_files_by_folder", Params: folderAsk{op.Group, op.Folder}}, nil
		},
		Answer: func(c *Client, op qq.ListFiles, data wire.Raw) (*qq.FileList, error) {
			var w fileListTold
			err := c.readData("get_group_files", data, &w)
			folder := op.Folder
			if folder == "" {
				folder = qq.RootFolder
			}
			return &qq.FileList{
				Files:   each(w.Files, func(f fileTold) *qq.GroupFile { return f.file(op.Group, folder) }),
				Folders: each(w.Folders, func(f folderTold) *qq.GroupFolder { return f.folder(op.Group) }),
			}, err
		},
	}
}

type fileListTold struct {
	Files   []fileTold   `json:"files"`
	Folders []folderTold `json:"folders"`
}

// fileTold: NapCat also says size for file_size.
type fileTold struct {
	groupFile
	NapCat int64 `json:"size"`
}

func (w fileTold) file(group qq.GroupID, folder qq.FolderID) *qq.GroupFile {
	return &qq.GroupFile{
		ID: w.ID, Group: group, Folder: folder, Name: w.Name, Size: max(w.Size, w.NapCat), Uploaded: seconds64(w.Uploaded),
		Modified: seconds64(w.Modified), Expires: seconds64(w.Expires), Uploader: w.Uploader, UploadedBy: w.UploaderName,
		Downloads: w.Downloads, BusID: w.BusID,
	}
}

// folderTold: NapCat says folder for folder_id and create_name for creator_name.
type folderTold struct {
	groupFolder
	NapCat     qq.FolderID `json:"folder"`
	NapCatName string      `json:"create_name"`
}

func (w folderTold) folder(group qq.GroupID) *qq.GroupFolder {
	f := &qq.GroupFolder{
		ID: w.ID, Group: group, Parent: qq.RootFolder, Name: w.Name, Created: seconds64(w.Created), Modified: seconds64(w.Modified),
		Creator: w.Creator, CreatedBy: firstText(w.CreatorName, w.NapCatName), Modifier: w.Modifier, ModifiedBy: w.ModifierName, Files: w.Files,
	}
	if f.ID == "" {
		f.ID = w.NapCat
	}
	return f
}

// AskSpace answers how much room there is.
func AskSpace() Ask[qq.GetFileSpace, qq.FileSpace] {
	return ask("get_group_file_system_info", func(op qq.GetFileSpace) any { return groupAsk{op.Group} }, func(_ qq.GetFileSpace, w spaceInfo) qq.FileSpace {
		return qq.FileSpace{Files: w.Files, MaxFiles: w.MaxFiles, Used: w.Used, Total: w.Total}
	})
}

// AskMoveFile names the folders in LLBot's and in NapCat's words.
func AskMoveFile() Ask[qq.MoveFile, qq.None] {
	type params struct {
		fileAsk
		From       qq.FolderID `json:"parent_directory"`
		To         qq.FolderID `json:"target_directory"`
		NapCatFrom qq.FolderID `json:"current_parent_directory"`
		NapCatTo   qq.FolderID `json:"target_parent_directory"`
	}
	return askDone("move_group_file", func(op qq.MoveFile) any {
		from, to := rootless(op.From), rootless(op.To)
		return params{groupFileAsk(op.Group, op.File), from, to, from, to}
	})
}

// rootless is a folder as OneBot names it: the root is "/".
func rootless(f qq.FolderID) qq.FolderID {
	if f == "" {
		return qq.RootFolder
	}
	return f
}

// AskRenameFile renames a group's file.
func AskRenameFile() Ask[qq.RenameFile, qq.None] {
	type params struct {
		fileAsk
		Folder qq.FolderID `json:"current_parent_directory"`
		Name   string      `json:"new_name"`
	}
	return askDone("rename_group_file", func(op qq.RenameFile) any {
		return params{groupFileAsk(op.Group, op.File), rootless(op.Folder), op.Name}
	})
}

// AskDeleteFile deletes a group's file.
func AskDeleteFile() Ask[qq.DeleteFile, qq.None] {
	return askDone("delete_group_file", func(op qq.DeleteFile) any { return groupFileAsk(op.Group, op.File) })
}

// AskPersistFile makes a temporary file permanent; NapCat calls it
// trans_group_file.
func AskPersistFile() Ask[qq.PersistFile, qq.None] {
	return askDone("set_group_file_forever", func(op qq.PersistFile) any { return groupFileAsk(op.Group, op.File) })
}

// AskCreateFolder answers the new folder with what was asked for and its id.
func AskCreateFolder() Ask[qq.CreateFolder, *qq.GroupFolder] {
	type params struct {
		Group  qq.GroupID `json:"group_id"`
		Name   string     `json:"name"`
		NapCat string     `json:"folder_name"`
		Parent string     `json:"parent_id"`
	}
	return ask("create_group_file_folder", func(op qq.CreateFolder) any {
		return params{op.Group, op.Name, op.Name, string(qq.RootFolder)}
	}, func(op qq.CreateFolder, w folderID) *qq.GroupFolder {
		return &qq.GroupFolder{ID: w.Folder, Group: op.Group, Parent: qq.RootFolder, Name: op.Name}
	})
}

// AskRenameFolder is LLBot's.
func AskRenameFolder() Ask[qq.RenameFolder, qq.None] {
	type params struct {
		folderAsk
		Name string `json:"new_folder_name"`
	}
	return askDone("rename_group_file_folder", func(op qq.RenameFolder) any { return params{folderAsk{op.Group, op.Folder}, op.Name} })
}

// AskDeleteFolder deletes a folder.
func AskDeleteFolder() Ask[qq.DeleteFolder, qq.None] {
	return askDone("delete_group_folder", func(op qq.DeleteFolder) any { return folderAsk{op.Group, op.Folder} })
}

// DownloadCall has go-cqhttp fetch what is at a URL, in one piece.
func DownloadCall(url string) Call {
	type params struct {
		URL     string `json:"url"`
		Threads int    `json:"thread_count"`
	}
	return Call{Action: "download_file", Params: params{url, 1}}
}

// Downloaded reads the answer to it: the path on the server's machine.
// ErrUpstream when it names none.
func (c *Client) Downloaded(data wire.Raw) (string, error) {
	var w struct {
		File string `json:"file"`
	}
	err := c.readData("download_file", data, &w)
	if err == nil && w.File == "" {
		err = qq.Errorf(qq.ErrUpstream, "the answer to download_file names no file")
	}
	return w.File, err
}
