package milky

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
)

// Category "file" of the specification: folders of groups.
var folderActions = []action.Action{
	action.Bind("create_group_folder", createFolder.op, encodeFolderID).Says("Makes a folder in the root of a group's files."),
	action.Bind("rename_group_folder", renameFolder.op, nothingElse).Says("Renames a folder of a group."),
	action.Bind("delete_group_folder", deleteFolder.op, nothingElse).Says("Deletes a folder of a group with all it holds."),
}

type createFolder struct {
	GroupID uin    `json:"group_id"`
	Name    string `json:"folder_name"`
}

func (p createFolder) op() (qq.CreateFolder, error) {
	return qq.CreateFolder{Group: qq.GroupID(p.GroupID), Name: p.Name}, nil
}

type folderID struct {
	ID qq.FolderID `json:"folder_id"`
}

func encodeFolderID(f *qq.GroupFolder) folderID { return folderID{f.ID} }

type renameFolder struct {
	GroupID uin    `json:"group_id"`
	ID      string `json:"folder_id"`
	Name    string `json:"new_folder_name"`
}

func (p renameFolder) op() (qq.RenameFolder, error) {
	return qq.RenameFolder{Group: qq.GroupID(p.GroupID), Folder: qq.FolderID(p.ID), Name: p.Name}, nil
}

type deleteFolder struct {
	GroupID uin    `json:"group_id"`
	ID      string `json:"folder_id"`
}

func (p deleteFolder) op() (qq.DeleteFolder, error) {
	return qq.DeleteFolder{Group: qq.GroupID(p.GroupID), Folder: qq.FolderID(p.ID)}, nil
}

// fileEntity is a GroupFileEntity.
type fileEntity struct {
	GroupID    qq.GroupID  `json:"group_id"`
	ID         qq.FileID   `json:"file_id"`
	Name       string      `json:"file_name"`
	Folder     qq.FolderID `json:"parent_folder_id"`
	Size       int64       `json:"file_size"`
	Uploaded   int64       `json:"uploaded_time"`
	Expires    int64       `json:"expire_time,omitempty"` // not of permanent files
	UploaderID qq.UserID   `json:"uploader_id"`
	Downloads  int         `json:"downloaded_times"`
}

// folderEntity is a GroupFolderEntity.
type folderEntity struct {
	GroupID   qq.GroupID  `json:"group_id"`
	ID        qq.FolderID `json:"folder_id"`
	Parent    qq.FolderID `json:"parent_folder_id"`
	Name      string      `json:"folder_name"`
	Created   int64       `json:"created_time"`
	Modified  int64       `json:"last_modified_time"`
	CreatorID qq.UserID   `json:"creator_id"`
	Files     int         `json:"file_count"`
}

type fileList struct {
	Files   []*fileEntity   `json:"files"`
	Folders []*folderEntity `json:"folders"`
}

func encodeFileList(l *qq.FileList) fileList {
	return fileList{encodeKnown(l.Files, encodeGroupFile), encodeKnown(l.Folders, encodeGroupFolder)}
}

func encodeGroupFile(f *qq.GroupFile) *fileEntity {
	if !inGroup(f.Group, f.Uploader) {
		return nil
	}
	return &fileEntity{
		GroupID: f.Group, ID: f.ID, Name: f.Name, Folder: named(f.Folder), Size: f.Size, Uploaded: f.Uploaded.Unix(),
		Expires: f.Expires.Unix(), UploaderID: f.Uploader, Downloads: f.Downloads,
	}
}

func encodeGroupFolder(f *qq.GroupFolder) *folderEntity {
	if !inGroup(f.Group, f.Creator) {
		return nil
	}
	return &folderEntity{
		GroupID: f.Group, ID: f.ID, Parent: named(f.Parent), Name: f.Name, Created: f.Created.Unix(),
		Modified: f.Modified.Unix(), CreatorID: f.Creator, Files: f.Files,
	}
}

// named gives the root its name.
func named(f qq.FolderID) qq.FolderID {
	if f == "" {
		return qq.RootFolder
	}
	return f
}
