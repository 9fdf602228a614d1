package onebot11

import (
	"context"
	"strconv"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func albumActions() []action.Action {
	return []action.Action{
		action.Bind("create_group_album", createAlbum.op, encodeNewAlbum).Says("Makes an album in a group."),
		action.Bind("delete_group_album", albumParam.remove, null).Says("Deletes an album."),
		action.Handle("get_group_album_list", listAlbums).Acts(qq.ClassRead).Says("All albums of a group."),
		action.Bind("get_qun_album_list", albumPageParam.op, encodeAlbumPage).Says("A page of a group's albums."),
		action.Bind("upload_group_album", uploadAlbum.op, encodeAlbumUpload).Says("Puts pictures and videos into an album."),
		action.Bind("upload_image_to_qun_album", uploadPicture.op, dropResult[*qq.AlbumUpload]).Says("Puts one picture into an album."),
		action.Bind("get_group_album_media_list", albumMediaParam.op, encodeAlbumMedia).Says("A page of what an album holds."),
		action.Bind("del_group_album_media", deleteAlbumMedia.op, null).Says("Takes a picture out of an album."),
		action.Bind("set_group_album_media_like", likeAlbum(true), null).Says("Likes a picture, or without lloc a whole upload."),
		action.Bind("cancel_group_album_media_like", likeAlbum(false), null).Says("Takes such a like back."),
		action.Bind("do_group_album_comment", commentAlbum.op, null).Says("Writes a comment under a picture."),
	}
}

// dropResult answers null whatever the operation answered.
func dropResult[R any](R) *noData { return nil }

type createAlbum struct {
	Group wire.Int                `json:"group_id"`
	Name  wire.Str                `json:"name"`
	Desc  wire.Optional[wire.Str] `json:"desc" default:"\"\""`
}

func (p createAlbum) op() (qq.CreateAlbum, error) {
	return qq.CreateAlbum{Group: qq.GroupID(p.Group), Name: string(p.Name), Description: string(p.Desc.Value)}, nil
}

type albumParam struct {
	Group wire.Int `json:"group_id"`
	Album wire.Str `json:"album_id"`
}

func (p albumParam) remove() (qq.DeleteAlbum, error) {
	return qq.DeleteAlbum{Group: qq.GroupID(p.Group), Album: qq.AlbumID(p.Album)}, nil
}

// maxPages bounds what follows cursors.
const maxPages = 100

// listAlbums answers all pages.
func listAlbums(ctx context.Context, c qq.Caller, p groupParam) ([]albumInfo, error) {
	out, cursor := []albumInfo{}, ""
	for range maxPages {
		page, err := qq.Do(ctx, c, qq.ListAlbums{Group: p.group(), Cursor: cursor})
		if err != nil {
			return nil, err
		}
		out = append(out, each(page.Albums, encodeAlbum)...)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	return out, nil
}

type albumPageParam struct {
	Group  wire.Int                `json:"group_id"`
	Cursor wire.Optional[wire.Str] `json:"attach_info" default:"\"\""`
}

func (p albumPageParam) op() (qq.ListAlbums, error) {
	return qq.ListAlbums{Group: qq.GroupID(p.Group), Cursor: string(p.Cursor.Value)}, nil
}

// uploadAlbum: ZeroBot sends one file.
type uploadAlbum struct {
	Group wire.Int                `json:"group_id"`
	Album wire.Str                `json:"album_id"`
	Files wire.Optional[[]source] `json:"files" doc:"needed, or file"`
	File  wire.Optional[source]   `json:"file" doc:"one file"`
}

func (p uploadAlbum) op() (qq.AddAlbumMedia, error) {
	files := p.Files.Value
	if p.File.Set {
		files = append(files, p.File.Value)
	}
	if len(files) == 0 {
		return qq.AddAlbumMedia{}, fault("files", "is required")
	}
	return qq.AddAlbumMedia{Group: qq.GroupID(p.Group), Album: qq.AlbumID(p.Album), Files: allMedia(files)}, nil
}

type uploadPicture struct {
	Group wire.Int                `json:"group_id"`
	Album wire.Str                `json:"album_id"`
	Name  wire.Optional[wire.Str] `json:"album_name" doc:"not needed"`
	File  source                  `json:"file"`
}

func (p uploadPicture) op() (qq.AddAlbumMedia, error) {
	return uploadAlbum{Group: p.Group, Album: p.Album, File: wire.Optional[source]{Value: p.File, Set: true}}.op()
}

type albumMediaParam struct {
	Group  wire.Int                `json:"group_id"`
	Album  wire.Str                `json:"album_id"`
	Cursor wire.Optional[wire.Str] `json:"attach_info" default:"\"\""`
}

func (p albumMediaParam) op() (qq.ListAlbumMedia, error) {
	return qq.ListAlbumMedia{Group: qq.GroupID(p.Group), Album: qq.AlbumID(p.Album), Cursor: string(p.Cursor.Value)}, nil
}

type deleteAlbumMedia struct {
	Group wire.Int `json:"group_id"`
	Album wire.Str `json:"album_id"`
	Media wire.Str `json:"lloc"`
}

func (p deleteAlbumMedia) op() (qq.DeleteAlbumMedia, error) {
	return qq.DeleteAlbumMedia{Group: qq.GroupID(p.Group), Album: qq.AlbumID(p.Album), Media: string(p.Media)}, nil
}

// likeParam: node-napcat-ts says id for batch_id, and set.
type likeParam struct {
	Group wire.Int                 `json:"group_id"`
	Album wire.Str                 `json:"album_id"`
	Batch wire.Optional[wire.Str]  `json:"batch_id" doc:"needed, or id"`
	ID    wire.Optional[wire.Str]  `json:"id" doc:"another name of batch_id"`
	Media wire.Optional[wire.Str]  `json:"lloc" default:"\"\""`
	Set   wire.Optional[wire.Bool] `json:"set" doc:"false takes the like back"`
}

func likeAlbum(on bool) func(likeParam) (qq.LikeAlbumMedia, error) {
	return func(p likeParam) (qq.LikeAlbumMedia, error) {
		batch, err := anyOf("batch_id", p.Batch, p.ID)
		return qq.LikeAlbumMedia{
			Group: qq.GroupID(p.Group), Album: qq.AlbumID(p.Album), Batch: string(batch), Media: string(p.Media.Value),
			On: on && bool(p.Set.Or(true)),
		}, err
	}
}

type commentAlbum struct {
	Group wire.Int `json:"group_id"`
	Album wire.Str `json:"album_id"`
	Media wire.Str `json:"lloc"`
	Text  wire.Str `json:"content"`
}

func (p commentAlbum) op() (qq.CommentAlbumMedia, error) {
	return qq.CommentAlbumMedia{
		Group: qq.GroupID(p.Group), Album: qq.AlbumID(p.Album), Media: string(p.Media), Text: string(p.Text),
	}, nil
}

type newAlbum struct {
	ID    qq.AlbumID `json:"album_id"`
	Owner string     `json:"owner"`
	Name  string     `json:"name"`
	Desc  string     `json:"desc"`
}

func encodeNewAlbum(a *qq.Album) newAlbum {
	return newAlbum{a.ID, a.Owner.String(), a.Name, a.Description}
}

func decimal[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }
