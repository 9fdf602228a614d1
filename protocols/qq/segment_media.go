package qq

// Record is a voice message; QQ sends it alone. Its Duration is in Media.
// Milky record, OneBot record, Satori audio.
type Record struct {
	Media
	Transcript string `json:"transcript,omitempty"` // what QQ made of it, "" when nobody asked
}

// Video is a moving picture; QQ sends it alone. Thumb is the still shown for
// it; without one the driver takes a frame. Milky video, OneBot video, Satori
// video.
type Video struct {
	Media
	Thumb *Media `json:"thumb,omitempty"`
}

// File is a file in a chat. Sent, it uploads Media under Media.Name into
// Folder ("" = the root, groups only); received, FileID names it and Media.ID
// is empty unless the driver holds the bytes. QQ sends it alone. Milky file
// (received only), OneBot file, Satori file.
type File struct {
	Media
	FileID FileID   `json:"file_id,omitempty"`
	Hash   string   `json:"hash,omitempty"` // TriSHA1 in hex, private files only
	Folder FolderID `json:"folder,omitempty"`
}

// FlashFile is the card of a flash transfer: a set of files that live some
// days under a link. Received only. OneBot flash_file.
type FlashFile struct {
	Set   string `json:"set"`
	Title string `json:"title,omitempty"`
	Scene int    `json:"scene,omitempty"` // QQ's own number of the kind of card
}

// Speech is text that QQ reads aloud as a voice message; sent only. OneBot tts.
type Speech struct {
	Text string `json:"text"`
}

func (*Record) segment()    {}
func (*Video) segment()     {}
func (*File) segment()      {}
func (*FlashFile) segment() {}
func (*Speech) segment()    {}
