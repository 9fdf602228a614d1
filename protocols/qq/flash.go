package qq

// FlashPart is one file of a flash transfer. URL is set by GetFlash with
// Links, and expires.
type FlashPart struct {
	Name    string `json:"name"`
	Size    int64  `json:"size"` // bytes
	URL     string `json:"url,omitempty"`
	Expires Time   `json:"expires,omitempty"` // of the URL
}

// FlashSet is the files of a flash transfer under one link.
type FlashSet struct {
	ID      string      `json:"id"`
	Title   string      `json:"title"`
	Link    string      `json:"link"`
	Expires Time        `json:"expires"`
	Files   []FlashPart `json:"files"`
}

// Size is the sum over all files in bytes.
func (s *FlashSet) Size() int64 {
	var sum int64
	for _, f := range s.Files {
		sum += f.Size
	}
	return sum
}

// GetFlash answers a flash transfer by its Link, or else by its ID. ErrNotFound
// when there is none or it has expired. Links asks for URLs. OneBot
// get_flash_file_info and get_flash_file_download_urls.
type GetFlash struct {
	Reads[*FlashSet]
	ID, Link string
	Links    bool
}

// UploadFlash makes a flash transfer; "" as Title takes the first file's name.
// OneBot upload_flash_file.
type UploadFlash struct {
	Changes[*FlashSet]
	Title string
	Files []*Media
}

// Resolve gives the operation its own blobs.
func (op UploadFlash) Resolve(func(MessageRef) (MessageRef, error)) (Operation, error) {
	op.Files = ownMedia(op.Files)
	return op, nil
}

// EachMedia visits the files.
func (op UploadFlash) EachMedia(visit func(*Media) error) error {
	return visitMedia(visit, op.Files...)
}

// ReshareFlash answers a transfer that has not expired under a new link. OneBot
// reshare_flash_file.
type ReshareFlash struct {
	Changes[*FlashSet]
	ID, Link string
}

// DownloadFlash starts fetching a transfer to the account's own machine;
// FlashProgressed tells how far it came. OneBot download_flash_file.
type DownloadFlash struct {
	Changes[None]
	ID, Link string
}
