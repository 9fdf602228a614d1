package onebot11

import (
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

type albumAsk struct {
	Group qq.GroupID `json:"group_id"`
	Album qq.AlbumID `json:"album_id"`
}

func wholeNumber(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

func albumOf(group qq.GroupID) func(albumInfo) *qq.Album {
	return func(w albumInfo) *qq.Album {
		a := &qq.Album{
			ID: w.ID, Group: group, Name: w.Name, Description: w.Desc, Owner: qq.UserID(wholeNumber(w.Owner)), OwnerName: w.Creator.Nick,
			Created: seconds64(wholeNumber(w.Created)), Modified: seconds64(wholeNumber(w.Modified)),
			LastUpload: seconds64(wholeNumber(w.LastUpload)), Count: int(wholeNumber(w.Count)),
		}
		if w.Cover != nil {
			a.Cover = &qq.Media{Name: w.Cover.Name, URL: w.Cover.URL, Size: w.Cover.Size}
		}
		return a
	}
}

// AskAlbums answers a page; SnowLuma and NapCat know the same action.
func AskAlbums() Ask[qq.ListAlbums, *qq.Albums] {
	type params struct {
		Group  qq.GroupID `json:"group_id"`
		Cursor string     `json:"attach_info"`
	}
	return Ask[qq.ListAlbums, *qq.Albums]{
		Actions: []string{"get_qun_album_list"},
		Call: func(op qq.ListAlbums) (Call, error) {
			return Call{Action: "get_qun_album_list", Params: params{op.Group, op.Cursor}}, nil
		},
		Answer: func(c *Client, op qq.ListAlbums, data wire.Raw) (*qq.Albums, error) {
			var w albumPage
			err := c.readData("get_qun_album_list", data, &w)
			page := &qq.Albums{Albums: each(w.Albums, albumOf(op.Group)), Next: w.Next}
			if !w.More {
				page.Next = ""
			}
			return page, err
		},
	}
}

// AskAllAlbums is LLBot's list without pages.
func AskAllAlbums() Ask[qq.ListAlbums, *qq.Albums] {
	return ask("get_group_album_list", func(op qq.ListAlbums) any { return groupAsk{op.Group} }, func(op qq.ListAlbums, w []albumInfo) *qq.Albums {
		return &qq.Albums{Albums: each(w, albumOf(op.Group))}
	})
}

// AskCreateAlbum is LLBot's.
func AskCreateAlbum() Ask[qq.CreateAlbum, *qq.Album] {
	type params struct {
		Group qq.GroupID `json:"group_id"`
		Name  string     `json:"name"`
		Desc  string     `json:"desc"`
	}
	return ask("create_group_album", func(op qq.CreateAlbum) any { return params{op.Group, op.Name, op.Description} },
		func(op qq.CreateAlbum, w newAlbum) *qq.Album {
			return &qq.Album{ID: w.ID, Group: op.Group, Name: w.Name, Description: w.Desc, Owner: qq.UserID(wholeNumber(w.Owner))}
		})
}

// AskDeleteAlbum is LLBot's.
func AskDeleteAlbum() Ask[qq.DeleteAlbum, qq.None] {
	return askDone("delete_group_album", func(op qq.DeleteAlbum) any { return albumAsk{op.Group, op.Album} })
}

func albumMediaOf(w albumMedia) *qq.AlbumMedia {
	m := &qq.AlbumMedia{
		ID: w.ID, Batch: w.Batch, Uploader: w.Uploader, Uploaded: seconds64(w.Uploaded), Likes: w.Likes, Liked: w.Liked, Comments: w.Comments,
		Media: qq.Media{Name: w.Name, URL: w.URL, Size: w.Size, Width: w.Width, Height: w.Height},
	}
	if w.Type == "video" {
		m.Media.MIME = "video/mp4"
	}
	return m
}

// AskAlbumMedia answers a page of what an album holds.
func AskAlbumMedia() Ask[qq.ListAlbumMedia, *qq.AlbumPage] {
	type params struct {
		albumAsk
		Cursor string `json:"attach_info"`
	}
	return Ask[qq.ListAlbumMedia, *qq.AlbumPage]{
		Actions: []string{"get_group_album_media_list"},
		Call: func(op qq.ListAlbumMedia) (Call, error) {
			return Call{Action: "get_group_album_media_list", Params: params{albumAsk{op.Group, op.Album}, op.Cursor}}, nil
		},
		Answer: func(c *Client, op qq.ListAlbumMedia, data wire.Raw) (*qq.AlbumPage, error) {
			var w albumMediaPage
			err := c.readData("get_group_album_media_list", data, &w)
			page := &qq.AlbumPage{Media: each(w.Media, albumMediaOf), Next: w.Next}
			if w.Album != nil {
				page.Album = albumOf(op.Group)(*w.Album)
			}
			if !w.More {
				page.Next = ""
			}
			return page, err
		},
	}
}

// AskAddAlbumMedia is LLBot's.
func AskAddAlbumMedia() Ask[qq.AddAlbumMedia, *qq.AlbumUpload] {
	type params struct {
		albumAsk
		Files []string `json:"files"`
	}
	return ask("upload_group_album", func(op qq.AddAlbumMedia) any {
		return params{albumAsk{op.Group, op.Album}, each(op.Files, sentSource)}
	}, func(_ qq.AddAlbumMedia, w albumUpload) *qq.AlbumUpload {
		return &qq.AlbumUpload{Batch: w.Batch, Media: each(w.Media, albumMediaOf)}
	})
}

type lloc struct {
	albumAsk
	Media string `json:"lloc"`
}

// AskDeleteAlbumMedia takes one out.
func AskDeleteAlbumMedia() Ask[qq.DeleteAlbumMedia, qq.None] {
	return askDone("del_group_album_media", func(op qq.DeleteAlbumMedia) any { return lloc{albumAsk{op.Group, op.Album}, op.Media} })
}

// AskLikeAlbumMedia likes one or a whole upload.
func AskLikeAlbumMedia() Ask[qq.LikeAlbumMedia, qq.None] {
	type params struct {
		lloc
		Batch string `json:"batch_id"`
		ID    string `json:"id"` // NapCat
		Set   bool   `json:"set"`
	}
	return Ask[qq.LikeAlbumMedia, qq.None]{
		Actions: []string{"set_group_album_media_like", "cancel_group_album_media_like"},
		Call: func(op qq.LikeAlbumMedia) (Call, error) {
			p := params{lloc{albumAsk{op.Group, op.Album}, op.Media}, op.Batch, op.Batch, op.On}
			return Call{Action: choose(op.On, "set_group_album_media_like", "cancel_group_album_media_like"), Params: p}, nil
		},
		Answer: answersNothing[qq.LikeAlbumMedia],
	}
}

// AskCommentAlbum comments on one.
func AskCommentAlbum() Ask[qq.CommentAlbumMedia, qq.None] {
	type params struct {
		lloc
		Text string `json:"content"`
	}
	return askDone("do_group_album_comment", func(op qq.CommentAlbumMedia) any {
		return params{lloc{albumAsk{op.Group, op.Album}, op.Media}, op.Text}
	})
}
