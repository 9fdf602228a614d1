package onebot11

import (
	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func flashActions() []action.Action {
	return []action.Action{
		action.Bind("get_flash_file_info", flashParam.info, encodeFlash).Says("What a flash transfer holds."),
		action.Bind("get_flash_file_download_urls", flashParam.links, encodeFlashLinks).
			Says("Where the files of a flash transfer can be fetched; the addresses expire."),
		action.Bind("download_flash_file", flashParam.download, null).Says("Fetches a flash transfer to the account's own machine."),
		action.Bind("upload_flash_file", uploadFlash.op, encodeShared).Says("Makes a flash transfer of files."),
		action.Bind("reshare_flash_file", flashParam.reshare, encodeShared).Says("Gives a flash transfer a new link."),
	}
}

// flashParam: share_link wins.
type flashParam struct {
	Link wire.Optional[wire.Str] `json:"share_link" doc:"needed, or file_set_id"`
	Set  wire.Optional[wire.Str] `json:"file_set_id"`
}

// names is what the transfer is named by.
func (p flashParam) names() (id, link string, err error) {
	id, link = string(p.Set.Value), string(p.Link.Value)
	switch {
	case link != "":
		return "", link, nil
	case id == "":
		return "", "", fault("share_link or file_set_id", "is required")
	}
	return id, "", nil
}

func (p flashParam) info() (qq.GetFlash, error) {
	id, link, err := p.names()
	return qq.GetFlash{ID: id, Link: link}, err
}

func (p flashParam) links() (qq.GetFlash, error) {
	id, link, err := p.names()
	return qq.GetFlash{ID: id, Link: link, Links: true}, err
}

func (p flashParam) download() (qq.DownloadFlash, error) {
	id, link, err := p.names()
	return qq.DownloadFlash{ID: id, Link: link}, err
}

func (p flashParam) reshare() (qq.ReshareFlash, error) {
	id, link, err := p.names()
	return qq.ReshareFlash{ID: id, Link: link}, err
}

type uploadFlash struct {
	Title wire.Optional[wire.Str] `json:"title" default:"\"\""`
	Paths []source                `json:"paths"`
}

func (p uploadFlash) op() (qq.UploadFlash, error) {
	if len(p.Paths) == 0 {
		return qq.UploadFlash{}, fault("paths", "must name a file")
	}
	return qq.UploadFlash{Title: string(p.Title.Value), Files: allMedia(p.Paths)}, nil
}

type flashInfo struct {
	ID    string      `json:"file_set_id"`
	Title string      `json:"title"`
	Link  string      `json:"share_link"`
	Size  int64       `json:"total_file_size"`
	Files []flashPart `json:"files"`
}

type flashPart struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

func encodePart(f qq.FlashPart) flashPart { return flashPart{f.Name, f.Size} }

func encodeFlash(s *qq.FlashSet) flashInfo {
	return flashInfo{s.ID, s.Title, s.Link, s.Size(), each(s.Files, encodePart)}
}

type flashLinks struct {
	ID    string      `json:"file_set_id"`
	Link  string      `json:"share_link"`
	Files []flashLink `json:"files"`
}

type flashLink struct {
	Name    string `json:"name"`
	Size    int64  `json:"size"`
	URL     string `json:"url"`
	Expires int64  `json:"expire"`
}

func encodeFlashLinks(s *qq.FlashSet) flashLinks {
	return flashLinks{s.ID, s.Link, each(s.Files, func(f qq.FlashPart) flashLink {
		return flashLink{f.Name, f.Size, f.URL, f.Expires.Unix()}
	})}
}

type sharedInfo struct {
	ID      string `json:"file_set_id"`
	Link    string `json:"share_link"`
	Expires int64  `json:"expire_time"`
}

func encodeShared(s *qq.FlashSet) sharedInfo { return sharedInfo{s.ID, s.Link, s.Expires.Unix()} }
