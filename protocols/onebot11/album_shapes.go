package onebot11

import "llbot/protocols/qq"

// albumInfo writes 64-bit numbers as text, as LLBot does.
type albumInfo struct {
	ID         qq.AlbumID    `json:"album_id"`
	Owner      string        `json:"owner"`
	Name       string        `json:"name"`
	Desc       string        `json:"desc"`
	Created    string        `json:"create_time"`
	Modified   string        `json:"modify_time"`
	LastUpload string        `json:"last_upload_time"`
	Count      string        `json:"upload_number"`
	Cover      *albumPicture `json:"cover"`
	Creator    albumCreator  `json:"creator"`
}

type albumCreator struct {
	User string `json:"uin"`
	Nick string `json:"nick"`
}

type albumPicture struct {
	Media string `json:"lloc,omitempty"`
	Name  string `json:"name"`
	URL   string `json:"url"`
	Size  int64  `json:"size"`
}

func encodeAlbum(a *qq.Album) albumInfo {
	return albumInfo{
		a.ID, a.Owner.String(), a.Name, a.Description, decimal(a.Created.Unix()), decimal(a.Modified.Unix()),
		decimal(a.LastUpload.Unix()), decimal(a.Count), encodeCover(a.Cover), albumCreator{a.Owner.String(), a.OwnerName},
	}
}

func encodeCover(m *qq.Media) *albumPicture {
	if m == nil {
		return nil
	}
	return &albumPicture{Name: m.Name, URL: m.URL, Size: m.Size}
}

type albumPage struct {
	Albums []albumInfo `json:"album_list"`
	Next   string      `json:"attach_info"`
	More   bool        `json:"has_more"`
}

func encodeAlbumPage(p *qq.Albums) albumPage {
	return albumPage{each(p.Albums, encodeAlbum), p.Next, p.Next != ""}
}

type albumMedia struct {
	ID       string    `json:"lloc"`
	Batch    string    `json:"batch_id"`
	Type     string    `json:"type"` // image or video
	Name     string    `json:"name"`
	URL      string    `json:"url"`
	Size     int64     `json:"size"`
	Width    int       `json:"width"`
	Height   int       `json:"height"`
	Uploader qq.UserID `json:"uploader"`
	Uploaded int64     `json:"upload_time"`
	Likes    int       `json:"like_count"`
	Liked    bool      `json:"liked"`
	Comments int       `json:"comment_count"`
}

func encodeAlbumItem(m *qq.AlbumMedia) albumMedia {
	kind := "image"
	if m.Media.Duration > 0 {
		kind = "video"
	}
	return albumMedia{
		m.ID, m.Batch, kind, m.Media.Name, m.Media.URL, m.Media.Size, m.Media.Width, m.Media.Height, m.Uploader, m.Uploaded.Unix(),
		m.Likes, m.Liked, m.Comments,
	}
}

type albumMediaPage struct {
	Album *albumInfo   `json:"album"`
	Media []albumMedia `json:"media_list"`
	Next  string       `json:"next_attach_info"`
	More  bool         `json:"next_has_more"`
}

func encodeAlbumMedia(p *qq.AlbumPage) albumMediaPage {
	page := albumMediaPage{Media: each(p.Media, encodeAlbumItem), Next: p.Next, More: p.Next != ""}
	if p.Album != nil {
		album := encodeAlbum(p.Album)
		page.Album = &album
	}
	return page
}

type albumUpload struct {
	Batch string       `json:"batch_id"`
	Media []albumMedia `json:"media_list"`
}

func encodeAlbumUpload(u *qq.AlbumUpload) albumUpload {
	return albumUpload{u.Batch, each(u.Media, encodeAlbumItem)}
}
