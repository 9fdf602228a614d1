package onebot11

import (
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func fileActions() []action.Action {
	return []action.Action{
		action.Bind("upload_group_file", uploadGroupFile.op, encodeUpload).Says("Puts a file into a group."),
		action.Bind("upload_private_file", uploadPrivateFile.op, encodeUpload).Says("Sends a file to a friend."),
		action.Bind("get_group_file_system_info", groupParam.space, encodeSpace).Says("How much room a group's files have."),
		action.Bind("get_group_root_files", groupParam.files, encodeFiles).Says("The files and folders of a group."),
		action.Bind("get_group_files_by_folder", folderParam.files, encodeFiles).Says("The files in a folder of a group."),
		action.Bind("get_group_file_url", groupFileParam.link, encodeURL).Says("Where a group's file can be fetched; the address expires."),
		action.Bind("get_private_file_url", privateFileParam.link, encodeURL).Says("Where a friend's file can be fetched; the address expires."),
		action.Bind("create_group_file_folder", createFolder.op, encodeFolderID).Says("Makes a folder in the root of a group's files."),
		action.Bind("delete_group_folder", folderParam.remove, null).Says("Deletes a folder with all it holds."),
		action.Bind("rename_group_file_folder", renameFolder.op, null).Says("Renames a folder."),
		action.Bind("delete_group_file", groupFileParam.remove, null).Says("Deletes a group's file."),
		action.Bind("set_group_file_forever", groupFileParam.keep, null).Says("Makes a temporary file of a group permanent."),
		action.Bind("trans_group_file", groupFileParam.keep, encodeOK).Says("Makes a temporary file of a group permanent."),
		action.Bind("move_group_file", moveFile.op, null).Says("Puts a group's file into another folder."),
		action.Bind("rename_group_file", renameFile.op, null).Says("Renames a group's file."),
	}
}

// uploadGroupFile: both folder and folder_id hold the folder's id.
type uploadGroupFile struct {
	Group    wire.Int                `json:"group_id"`
	File     source                  `json:"file"`
	Name     wire.Optional[wire.Str] `json:"name" doc:"the last part of the address when left out"`
	Folder   wire.Optional[wire.Str] `json:"folder" doc:"a folder's id"`
	FolderID wire.Optional[wire.Str] `json:"folder_id" doc:"another name of folder"`
}

func (p uploadGroupFile) op() (qq.UploadFile, error) {
	file, err := named(p.File, p.Name)
	folder := qq.FolderID(p.FolderID.Or(p.Folder.Value))
	return qq.UploadFile{Chat: qq.GroupChat(qq.GroupID(p.Group)), Folder: folder, File: file}, err
}

type uploadPrivateFile struct {
	User wire.Int                `json:"user_id"`
	File source                  `json:"file"`
	Name wire.Optional[wire.Str] `json:"name"`
}

func (p uploadPrivateFile) op() (qq.UploadFile, error) {
	file, err := named(p.File, p.Name)
	return qq.UploadFile{Chat: qq.FriendChat(qq.UserID(p.User)), File: file}, err
}

// named is a file under a name that is no path.
func named(file source, name wire.Optional[wire.Str]) (*qq.Media, error) {
	if strings.ContainsAny(string(name.Value), `/\`) {
		return nil, fault("name", badName)
	}
	return file.media(string(name.Value)), nil
}

type uploadInfo struct {
	File qq.FileID `json:"file_id"`
}

func encodeUpload(u *qq.Upload) uploadInfo { return uploadInfo{u.File} }

type groupFileParam struct {
	Group wire.Int `json:"group_id"`
	File  wire.Str `json:"file_id"`
}

func (p groupFileParam) link() (qq.GetFileLink, error) {
	return qq.GetFileLink{Chat: qq.GroupChat(qq.GroupID(p.Group)), File: qq.FileID(p.File)}, nil
}

func (p groupFileParam) remove() (qq.DeleteFile, error) {
	return qq.DeleteFile{Group: qq.GroupID(p.Group), File: qq.FileID(p.File)}, nil
}

func (p groupFileParam) keep() (qq.PersistFile, error) {
	return qq.PersistFile{Group: qq.GroupID(p.Group), File: qq.FileID(p.File)}, nil
}

type privateFileParam struct {
	File wire.Str `json:"file_id"`
}

// link leaves it to the driver to find whose file it is.
func (p privateFileParam) link() (qq.GetFileLink, error) {
	return qq.GetFileLink{Chat: qq.FriendChat(0), File: qq.FileID(p.File)}, nil
}

// okInfo is how NapCat says that something worked.
type okInfo struct {
	OK bool `json:"ok"`
}

func encodeOK(qq.None) okInfo { return okInfo{true} }

// moveFile: NapCat and ZeroBot have names of their own for the folders.
type moveFile struct {
	Group       wire.Int                `json:"group_id"`
	File        wire.Str                `json:"file_id"`
	Parent      wire.Optional[wire.Str] `json:"parent_directory" doc:"needed"`
	NapCatFrom  wire.Optional[wire.Str] `json:"current_parent_directory" doc:"NapCat's name of parent_directory"`
	ZeroBotFrom wire.Optional[wire.Str] `json:"parent_folder_id" doc:"ZeroBot's name of parent_directory"`
	Target      wire.Optional[wire.Str] `json:"target_directory" doc:"needed"`
	NapCatTo    wire.Optional[wire.Str] `json:"target_parent_directory" doc:"NapCat's name of target_directory"`
	ZeroBotTo   wire.Optional[wire.Str] `json:"target_folder_id" doc:"ZeroBot's name of target_directory"`
}

func (p moveFile) op() (qq.MoveFile, error) {
	from, err := anyOf("parent_directory", p.Parent, p.NapCatFrom, p.ZeroBotFrom)
	if err != nil {
		return qq.MoveFile{}, err
	}
	to, err := anyOf("target_directory", p.Target, p.NapCatTo, p.ZeroBotTo)
	return qq.MoveFile{Group: qq.GroupID(p.Group), File: qq.FileID(p.File), From: qq.FolderID(from), To: qq.FolderID(to)}, err
}

type renameFile struct {
	Group  wire.Int                `json:"group_id"`
	File   wire.Str                `json:"file_id"`
	Folder wire.Optional[wire.Str] `json:"current_parent_directory"`
	Name   wire.Str                `json:"new_name"`
}

func (p renameFile) op() (qq.RenameFile, error) {
	return qq.RenameFile{
		Group: qq.GroupID(p.Group), File: qq.FileID(p.File), Folder: qq.FolderID(p.Folder.Value), Name: string(p.Name),
	}, nil
}
