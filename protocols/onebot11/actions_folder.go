package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func (p groupParam) space() (qq.GetFileSpace, error) { return qq.GetFileSpace{Group: p.group()}, nil }
func (p groupParam) files() (qq.ListFiles, error)    { return qq.ListFiles{Group: p.group()}, nil }

type spaceInfo struct {
	Files    int   `json:"file_count"`
	MaxFiles int   `json:"limit_count"`
	Used     int64 `json:"used_space"`  // bytes
	Total    int64 `json:"total_space"` // bytes
}

func encodeSpace(s qq.FileSpace) spaceInfo { return spaceInfo{s.Files, s.MaxFiles, s.Used, s.Total} }

type folderParam struct {
	Group  wire.Int `json:"group_id"`
	Folder wire.Str `json:"folder_id"`
}

func (p folderParam) files() (qq.ListFiles, error) {
	return qq.ListFiles{Group: qq.GroupID(p.Group), Folder: qq.FolderID(p.Folder)}, nil
}

func (p folderParam) remove() (qq.DeleteFolder, error) {
	return qq.DeleteFolder{Group: qq.GroupID(p.Group), Folder: qq.FolderID(p.Folder)}, nil
}

// createFolder: folder_name is NapCat's word.
type createFolder struct {
	Group      wire.Int                `json:"group_id"`
	Name       wire.Optional[wire.Str] `json:"name" doc:"needed, or folder_name"`
	FolderName wire.Optional[wire.Str] `json:"folder_name" doc:"another name of name"`
}

func (p createFolder) op() (qq.CreateFolder, error) {
	name, err := anyOf("name", p.Name, p.FolderName)
	return qq.CreateFolder{Group: qq.GroupID(p.Group), Name: string(name)}, err
}

type folderID struct {
	Folder qq.FolderID `json:"folder_id"`
}

func encodeFolderID(f *qq.GroupFolder) folderID { return folderID{f.ID} }

type renameFolder struct {
	Group  wire.Int `json:"group_id"`
	Folder wire.Str `json:"folder_id"`
	Name   wire.Str `json:"new_folder_name"`
}

func (p renameFolder) op() (qq.RenameFolder, error) {
	return qq.RenameFolder{Group: qq.GroupID(p.Group), Folder: qq.FolderID(p.Folder), Name: string(p.Name)}, nil
}

type fileList struct {
	Files   []groupFile   `json:"files"`
	Folders []groupFolder `json:"folders"`
}

type groupFile struct {
	Group        qq.GroupID `json:"group_id"`
	ID           qq.FileID  `json:"file_id"`
	Name         string     `json:"file_name"`
	BusID        int        `json:"busid"`
	Size         int64      `json:"file_size"`
	Uploaded     int64      `json:"upload_time"`
	Expires      int64      `json:"dead_time"` // 0 = never
	Modified     int64      `json:"modify_time"`
	Downloads    int        `json:"download_times"`
	Uploader     qq.UserID  `json:"uploader"`
	UploaderName string     `json:"uploader_name"`
}

type groupFolder struct {
	Group        qq.GroupID  `json:"group_id"`
	ID           qq.FolderID `json:"folder_id"`
	Name         string      `json:"folder_name"`
	Created      int64       `json:"create_time"`
	Creator      qq.UserID   `json:"creator"`
	CreatorName  string      `json:"creator_name"`
	Files        int         `json:"total_file_count"`
	Modified     int64       `json:"modify_time"`
	Modifier     qq.UserID   `json:"modifier"`
	ModifierName string      `json:"modifier_name"`
}

func encodeFiles(l *qq.FileList) fileList {
	return fileList{each(l.Files, encodeFileInfo), each(l.Folders, encodeFolderInfo)}
}

func encodeFileInfo(f *qq.GroupFile) groupFile {
	bus := f.BusID
	if bus == 0 {
		bus = qq.BusGroupFile
	}
	return groupFile{
		f.Group, f.ID, f.Name, bus, f.Size, f.Uploaded.Unix(), f.Expires.Unix(), f.Modified.Unix(), f.Downloads, f.Uploader, f.UploadedBy,
	}
}

func encodeFolderInfo(f *qq.GroupFolder) groupFolder {
	return groupFolder{
		f.Group, f.ID, f.Name, f.Created.Unix(), f.Creator, f.CreatedBy, f.Files, f.Modified.Unix(), f.Modifier, f.ModifiedBy,
	}
}
