package qq

// AlbumID names an album of a group; opaque outside the driver.
type AlbumID string

// Album is a collection of pictures and videos of a group.
type Album struct {
	ID          AlbumID `json:"id"`
	Group       GroupID `json:"group"`
	Name        string  `json:"name"`
	Description string  `json:"description,omitempty"`
	Owner       UserID  `json:"owner"`
	OwnerName   string  `json:"owner_name,omitempty"`
	Created     Time    `json:"created"`
	Modified    Time    `json:"modified"`
	LastUpload  Time    `json:"last_upload,omitempty"`
	Count       int     `json:"count"`           // pictures and videos
	Cover       *Media  `json:"cover,omitempty"` // nil while it is empty
}

// AlbumMedia is one picture or video of an album.
type AlbumMedia struct {
	ID       string `json:"id"`    // QQ's "lloc"
	Batch    string `json:"batch"` // of the upload it came with
	Media    Media  `json:"media"`
	Uploader UserID `json:"uploader"`
	Uploaded Time   `json:"uploaded"`
	Likes    int    `json:"likes"`
	Liked    bool   `json:"liked,omitempty"` // by the asking account
	Comments int    `json:"comments"`
}

// Albums is a page of a group's albums. Next is the Cursor of the next page,
// "" at the end.
type Albums struct {
	Albums []*Album
	Next   string
}

// AlbumPage is a page of what an album holds, the latest first. Next as in
// Albums.
type AlbumPage struct {
	Album *Album
	Media []*AlbumMedia
	Next  string
}

// AlbumUpload tells what was put into an album: its batch and the ids.
type AlbumUpload struct {
	Batch string        `json:"batch"`
	Media []*AlbumMedia `json:"media"`
}
