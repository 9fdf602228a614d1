package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

type flashAsk struct {
	Link string `json:"share_link,omitempty"`
	Set  string `json:"file_set_id,omitempty"`
}

// AskFlash is LLBot's, with addresses when Links is set.
func AskFlash() Ask[qq.GetFlash, *qq.FlashSet] {
	return Ask[qq.GetFlash, *qq.FlashSet]{
		Actions: []string{"get_flash_file_info", "get_flash_file_download_urls"},
		Call: func(op qq.GetFlash) (Call, error) {
			return Call{Action: choose(op.Links, "get_flash_file_download_urls", "get_flash_file_info"), Params: flashAsk{op.Link, op.ID}}, nil
		},
		Answer: func(c *Client, _ qq.GetFlash, data wire.Raw) (*qq.FlashSet, error) {
			var w struct {
				flashInfo
				Files []flashLink `json:"files"`
			}
			err := c.readData("get_flash_file", data, &w)
			return &qq.FlashSet{ID: w.ID, Title: w.Title, Link: w.Link, Files: each(w.Files, func(f flashLink) qq.FlashPart {
				return qq.FlashPart{Name: f.Name, Size: f.Size, URL: f.URL, Expires: seconds64(f.Expires)}
			})}, err
		},
	}
}

func flashSetOf(w sharedInfo) *qq.FlashSet {
	return &qq.FlashSet{ID: w.ID, Link: w.Link, Expires: seconds64(w.Expires)}
}

// AskUploadFlash is LLBot's; the answer names the set and not its files.
func AskUploadFlash() Ask[qq.UploadFlash, *qq.FlashSet] {
	type params struct {
		Title string   `json:"title"`
		Paths []string `json:"paths"`
	}
	return ask("upload_flash_file", func(op qq.UploadFlash) any { return params{op.Title, each(op.Files, sentSource)} },
		func(op qq.UploadFlash, w sharedInfo) *qq.FlashSet {
			set := flashSetOf(w)
			set.Title = op.Title
			return set
		})
}

// AskReshareFlash is LLBot's.
func AskReshareFlash() Ask[qq.ReshareFlash, *qq.FlashSet] {
	return ask("reshare_flash_file", func(op qq.ReshareFlash) any { return flashAsk{op.Link, op.ID} },
		func(_ qq.ReshareFlash, w sharedInfo) *qq.FlashSet { return flashSetOf(w) })
}

// AskDownloadFlash is LLBot's.
func AskDownloadFlash() Ask[qq.DownloadFlash, qq.None] {
	return askDone("download_flash_file", func(op qq.DownloadFlash) any { return flashAsk{op.Link, op.ID} })
}
