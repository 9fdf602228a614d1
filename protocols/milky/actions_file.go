package milky

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "file" of the specification: files of chats.
var fileActions = []action.Action{
	action.Handle("upload_private_file", uploadPrivate).Acts(qq.ClassSend).Says("Sends a file to a friend; -404 to anybody else."),
	action.Bind("upload_group_file", uploadGroupFile.op, encodeUpload).Says("Puts a file into a group and shows it there."),
	action.Bind("get_private_file_download_url", privateFileURL.op, encodeDownload).
		Says("A link to a file of a private chat; is_self_send tells that the account sent it."),
	action.Bind("get_group_file_download_url", groupFileRef.link, encodeDownload).Says("A link to a group's file."),
	action.Bind("get_group_files", getGroupFiles.op, encodeFileList).Says("All that one folder of a group holds."),
	action.Bind("move_group_file", moveGroupFile.op, nothingElse).Says("Moves a group's file into another folder."),
	action.Bind("rename_group_file", renameGroupFile.op, nothingElse).Says("Renames a group's file."),
	action.Bind("delete_group_file", groupFileRef.remove, nothingElse).Says("Deletes a group's file."),
	action.Bind("persist_group_file", groupFileRef.persist, nothingElse).Says("Makes a temporary file of a group permanent."),
}

type uploadPrivateFile struct {
	UserID uin    `json:"user_id"`
	URI    uri    `json:"file_uri"`
	Name   string `json:"file_name"`
}

func uploadPrivate(ctx context.Context, c qq.Caller, p uploadPrivateFile) (uploaded, error) {
	user := qq.UserID(p.UserID)
	u, err := qq.Do(ctx, c, qq.UploadFile{Chat: qq.FriendChat(user), File: p.URI.named(p.Name)})
	if err != nil {
		return uploaded{}, friendOnly(ctx, c, user, err)
	}
	return encodeUpload(u), nil
}

type uploadGroupFile struct {
	GroupID uin                   `json:"group_id"`
	Folder  wire.Optional[string] `json:"parent_folder_id" default:"/"`
	URI     uri                   `json:"file_uri"`
	Name    string                `json:"file_name"`
}

func (p uploadGroupFile) op() (qq.UploadFile, error) {
	return qq.UploadFile{
		Chat: qq.GroupChat(qq.GroupID(p.GroupID)), Folder: folder(p.Folder), File: p.URI.named(p.Name),
	}, nil
}

// folder is the root where none is given.
func folder(id wire.Optional[string]) qq.FolderID {
	return qq.FolderID(id.Or(string(qq.RootFolder)))
}

type uploaded struct {
	FileID qq.FileID `json:"file_id"`
}

func encodeUpload(u *qq.Upload) uploaded { return uploaded{u.File} }

type privateFileURL struct {
	UserID uin                 `json:"user_id"`
	FileID string              `json:"file_id"`
	Hash   string              `json:"file_hash"`
	Own    wire.Optional[bool] `json:"is_self_send" default:"false"`
}

func (p privateFileURL) op() (qq.GetFileLink, error) {
	return qq.GetFileLink{
		Chat: qq.FriendChat(qq.UserID(p.UserID)), File: qq.FileID(p.FileID), Hash: p.Hash, Own: p.Own.Value,
	}, nil
}

type groupFileRef struct {
	GroupID uin    `json:"group_id"`
	FileID  string `json:"file_id"`
}

func (p groupFileRef) link() (qq.GetFileLink, error) {
	return qq.GetFileLink{Chat: qq.GroupChat(qq.GroupID(p.GroupID)), File: qq.FileID(p.FileID)}, nil
}

func (p groupFileRef) remove() (qq.DeleteFile, error) {
	return qq.DeleteFile{Group: qq.GroupID(p.GroupID), File: qq.FileID(p.FileID)}, nil
}

func (p groupFileRef) persist() (qq.PersistFile, error) {
	return qq.PersistFile{Group: qq.GroupID(p.GroupID), File: qq.FileID(p.FileID)}, nil
}

type downloadURL struct {
	URL string `json:"download_url"`
}

func encodeDownload(url string) downloadURL { return downloadURL{url} }

type getGroupFiles struct {
	GroupID uin                   `json:"group_id"`
	Folder  wire.Optional[string] `json:"parent_folder_id" default:"/"`
}

func (p getGroupFiles) op() (qq.ListFiles, error) {
	return qq.ListFiles{Group: qq.GroupID(p.GroupID), Folder: folder(p.Folder)}, nil
}

type moveGroupFile struct {
	GroupID uin                   `json:"group_id"`
	FileID  string                `json:"file_id"`
	From    wire.Optional[string] `json:"parent_folder_id" default:"/"`
	To      wire.Optional[string] `json:"target_folder_id" default:"/"`
}

func (p moveGroupFile) op() (qq.MoveFile, error) {
	return qq.MoveFile{
		Group: qq.GroupID(p.GroupID), File: qq.FileID(p.FileID), From: folder(p.From), To: folder(p.To),
	}, nil
}

type renameGroupFile struct {
	GroupID uin                   `json:"group_id"`
	FileID  string                `json:"file_id"`
	Folder  wire.Optional[string] `json:"parent_folder_id" default:"/"`
	Name    string                `json:"new_file_name"`
}

func (p renameGroupFile) op() (qq.RenameFile, error) {
	return qq.RenameFile{
		Group: qq.GroupID(p.GroupID), File: qq.FileID(p.FileID), Folder: folder(p.Folder), Name: p.Name,
	}, nil
}
