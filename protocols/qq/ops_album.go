package qq

// ListAlbums answers a page of a group's albums, the latest first. OneBot
// get_group_album_list and get_qun_album_list.
type ListAlbums struct {
	Reads[*Albums]
	Group  GroupID
	Cursor string
}

// CreateAlbum makes an album. ErrInvalid for a name past the limit. OneBot
// create_group_album.
type CreateAlbum struct {
	Changes[*Album]
	Group       GroupID
	Name        string
	Description string
}

// DeleteAlbum deletes an album: one's own, or anybody's for owner and admins.
// OneBot delete_group_album.
type DeleteAlbum struct {
	Moderates[None]
	Group GroupID
	Album AlbumID
}

// ListAlbumMedia answers a page of what an album holds. OneBot
// get_group_album_media_list.
type ListAlbumMedia struct {
	Reads[*AlbumPage]
	Group  GroupID
	Album  AlbumID
	Cursor string
}

// AddAlbumMedia puts pictures and videos into an album. ErrMedia. OneBot
// upload_group_album and upload_image_to_qun_album.
type AddAlbumMedia struct {
	Changes[*AlbumUpload]
	Group GroupID
	Album AlbumID
	Files []*Media
}

// Resolve gives the operation its own blobs.
func (op AddAlbumMedia) Resolve(func(MessageRef) (MessageRef, error)) (Operation, error) {
	op.Files = ownMedia(op.Files)
	return op, nil
}

// EachMedia visits the files.
func (op AddAlbumMedia) EachMedia(visit func(*Media) error) error {
	return visitMedia(visit, op.Files...)
}

// DeleteAlbumMedia takes one out, with the rights of DeleteAlbum. OneBot
// del_group_album_media.
type DeleteAlbumMedia struct {
	Moderates[None]
	Group GroupID
	Album AlbumID
	Media string
}

// LikeAlbumMedia likes one, or the whole upload Batch when Media is "", or
// takes that back. OneBot set_group_album_media_like and
// cancel_group_album_media_like.
type LikeAlbumMedia struct {
	Changes[None]
	Group GroupID
	Album AlbumID
	Batch string
	Media string
	On    bool
}

// CommentAlbumMedia writes a comment under one. OneBot do_group_album_comment.
type CommentAlbumMedia struct {
	Sends[None]
	Group GroupID
	Album AlbumID
	Media string
	Text  string
}
