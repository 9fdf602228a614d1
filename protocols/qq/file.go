package qq

// FileID names a file in a chat; opaque outside the driver.
type FileID string

// FolderID names a folder of a group's files; opaque outside the driver.
type FolderID string

// RootFolder is the folder that holds all others; "" means it too.
const RootFolder FolderID = "/"

// BusGroupFile is the bus id that OneBot's tables give every file of a group.
const BusGroupFile = 102

// GroupFile is a file that a group keeps. Expires is 0 for permanent ones.
type GroupFile struct {
	ID         FileID   `json:"id"`
	Group      GroupID  `json:"group"`
	Folder     FolderID `json:"folder"`
	Name       string   `json:"name"`
	Size       int64    `json:"size"` // bytes
	Uploaded   Time     `json:"uploaded"`
	Modified   Time     `json:"modified"`
	Expires    Time     `json:"expires,omitempty"`
	Uploader   UserID   `json:"uploader"`
	UploadedBy string   `json:"uploaded_by,omitempty"` // the uploader's name
	Downloads  int      `json:"downloads"`
	BusID      int      `json:"bus_id,omitempty"`
}

// GroupFolder is a folder of a group's files; all stand in the root.
type GroupFolder struct {
	ID         FolderID `json:"id"`
	Group      GroupID  `json:"group"`
	Parent     FolderID `json:"parent"`
	Name       string   `json:"name"`
	Created    Time     `json:"created"`
	Modified   Time     `json:"modified"`
	Creator    UserID   `json:"creator"`
	CreatedBy  string   `json:"created_by,omitempty"` // the creator's name
	Modifier   UserID   `json:"modifier,omitempty"`
	ModifiedBy string   `json:"modified_by,omitempty"` // the modifier's name
	Files      int      `json:"files"`
}

// FileList is what one folder holds, files and folders by name.
type FileList struct {
	Files   []*GroupFile
	Folders []*GroupFolder
}

// FileSpace is how much room a group's files have.
type FileSpace struct {
	Files    int
	MaxFiles int
	Used     int64 // bytes
	Total    int64 // bytes
}

// Upload tells what became of an uploaded file: its id and the message that
// shows it.
type Upload struct {
	MessageRef
	File FileID `json:"file"`
	Time Time   `json:"time"`
}

// EachRef visits the reference of the message.
func (u *Upload) EachRef(visit func(*MessageRef)) { visit(&u.MessageRef) }
