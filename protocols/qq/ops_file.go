package qq

// UploadFile puts a file into a chat and shows it there, under File.Name.
// Folder is for groups ("" = the root). ErrMedia, ErrMuted, ErrForbidden when
// there is no room or a name is refused. Milky upload_private_file and
// upload_group_file, OneBot likewise.
type UploadFile struct {
	Sends[*Upload]
	Chat   Chat
	Folder FolderID
	File   *Media
}

// Resolve gives the operation its own blob.
func (op UploadFile) Resolve(func(MessageRef) (MessageRef, error)) (Operation, error) {
	op.File = op.File.clone()
	return op, nil
}

// EachMedia visits the file.
func (op UploadFile) EachMedia(visit func(*Media) error) error { return visitMedia(visit, op.File) }

// GetFileLink answers a URL for a file, which expires. The chat's peer may be
// 0 for private files, Hash "" where the id is enough; Own tells that the
// account sent it. ErrNotFound. Counts as a download. Milky
// get_private_file_download_url and get_group_file_download_url, OneBot
// get_private_file_url and get_group_file_url.
type GetFileLink struct {
	Reads[string]
	Chat Chat
	File FileID
	Hash string
	Own  bool
}

// ListFiles answers all that a folder of a group holds ("" = the root).
// ErrNotFound. Milky get_group_files, OneBot get_group_root_files and
// get_group_files_by_folder.
type ListFiles struct {
	Reads[*FileList]
	Group  GroupID
	Folder FolderID
}

// GetFileSpace answers how much room a group's files have. OneBot
// get_group_file_system_info.
type GetFileSpace struct {
	Reads[FileSpace]
	Group GroupID
}

// MoveFile puts a group's file into another folder: one's own, or anybody's
// for owner and admins. From may be "" when unknown. ErrNotFound, ErrConflict
// when it is there already. Milky and OneBot move_group_file.
type MoveFile struct {
	Moderates[None]
	Group    GroupID
	File     FileID
	From, To FolderID
}

// RenameFile renames a group's file, with the rights of MoveFile. Milky and
// OneBot rename_group_file.
type RenameFile struct {
	Moderates[None]
	Group  GroupID
	File   FileID
	Folder FolderID // "" when unknown
	Name   string
}

// DeleteFile deletes a group's file, with the rights of MoveFile. Milky and
// OneBot delete_group_file.
type DeleteFile struct {
	Moderates[None]
	Group GroupID
	File  FileID
}

// PersistFile makes a temporary file of a group permanent, ErrConflict when it
// is. Milky persist_group_file, OneBot set_group_file_forever and
// trans_group_file.
type PersistFile struct {
	Moderates[None]
	Group GroupID
	File  FileID
}

// CreateFolder makes a folder in the root of a group's files; owner and
// admins. ErrConflict when the name is taken. Milky create_group_folder,
// OneBot create_group_file_folder.
type CreateFolder struct {
	Moderates[*GroupFolder]
	Group GroupID
	Name  string
}

// RenameFolder renames a folder; owner and admins. Milky rename_group_folder,
// OneBot rename_group_file_folder.
type RenameFolder struct {
	Moderates[None]
	Group  GroupID
	Folder FolderID
	Name   string
}

// DeleteFolder deletes a folder with all it holds; owner and admins. Milky
// and OneBot delete_group_folder.
type DeleteFolder struct {
	Moderates[None]
	Group  GroupID
	Folder FolderID
}
