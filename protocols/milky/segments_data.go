package milky

import "llbot/protocols/qq"

// The data of each segment type, received and sent.

type textData struct {
	Text string `json:"text"`
}

type mentionData struct {
	UserID qq.UserID `json:"user_id"`
	Name   string    `json:"name"`
}

type faceData struct {
	FaceID  string `json:"face_id"`
	IsLarge bool   `json:"is_large"`
}

type replyData struct {
	MessageSeq int64     `json:"message_seq"`
	SenderID   qq.UserID `json:"sender_id"`
	Time       int64     `json:"time"`
	Segments   []Segment `json:"segments"`
}

type imageData struct {
	ResourceID qq.ResourceID `json:"resource_id"`
	TempURL    string        `json:"temp_url"`
	Width      int           `json:"width"`
	Height     int           `json:"height"`
	Summary    string        `json:"summary"`
	SubType    string        `json:"sub_type" one:"normal|sticker"`
}

type recordData struct {
	ResourceID qq.ResourceID `json:"resource_id"`
	TempURL    string        `json:"temp_url"`
	Duration   int           `json:"duration"` // seconds
}

type videoData struct {
	ResourceID qq.ResourceID `json:"resource_id"`
	TempURL    string        `json:"temp_url"`
	Width      int           `json:"width"`
	Height     int           `json:"height"`
	Duration   int           `json:"duration"` // seconds
}

type fileData struct {
	FileID qq.FileID `json:"file_id"`
	Name   string    `json:"file_name"`
	Size   int64     `json:"file_size"`
	Hash   string    `json:"file_hash,omitempty"` // private files only
}

type forwardData struct {
	ID      qq.ForwardID `json:"forward_id"`
	Title   string       `json:"title"`
	Preview []string     `json:"preview"`
	Summary string       `json:"summary"`
}

type marketFaceData struct {
	Package int64  `json:"emoji_package_id"`
	ID      string `json:"emoji_id"`
	Key     string `json:"key"`
	Summary string `json:"summary"`
	URL     string `json:"url"`
}

type lightAppData struct {
	App     string `json:"app_name"`
	Payload string `json:"json_payload"`
}

type xmlData struct {
	Service int    `json:"service_id"`
	Payload string `json:"xml_payload"`
}

type markdownData struct {
	Content string `json:"content"`
}

type outgoingMentionData struct {
	UserID qq.UserID `json:"user_id"`
}

type outgoingReplyData struct {
	MessageSeq int64 `json:"message_seq"`
}

type outgoingImageData struct {
	URI     string `json:"uri"`
	SubType string `json:"sub_type"`
	Summary string `json:"summary,omitempty"`
}

type outgoingRecordData struct {
	URI string `json:"uri"`
}

type outgoingVideoData struct {
	URI   string `json:"uri"`
	Thumb string `json:"thumb_uri,omitempty"`
}

type outgoingLightAppData struct {
	Payload string `json:"json_payload"`
}

type outgoingForwardData struct {
	Messages []*outgoingNodeData `json:"messages"`
	Title    string              `json:"title,omitempty"`
	Preview  []string            `json:"preview,omitempty"`
	Summary  string              `json:"summary,omitempty"`
	Prompt   string              `json:"prompt,omitempty"`
}

// outgoingNodeData is an OutgoingForwardedMessage.
type outgoingNodeData struct {
	UserID     qq.UserID `json:"user_id"`
	SenderName string    `json:"sender_name"`
	Segments   []Segment `json:"segments"`
	Time       int64     `json:"time,omitempty"`
}
