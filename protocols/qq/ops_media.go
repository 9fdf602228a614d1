package qq

// RenewLink answers a fresh URL for a blob, ErrNotFound when it is unknown.
// Milky get_resource_temp_url.
type RenewLink struct {
	Reads[string]
	Resource ResourceID
}

// KeepMedia takes a blob into the server's store and answers it with a URL
// that may stand as URI in other operations; QQ hears nothing of it. ErrMedia.
// OneBot download_file, Satori upload.create.
type KeepMedia struct {
	Changes[*Media]
	Blob *Media
}

// Resolve gives the operation its own blob.
func (op KeepMedia) Resolve(func(MessageRef) (MessageRef, error)) (Operation, error) {
	op.Blob = op.Blob.clone()
	return op, nil
}

// EachMedia visits the blob.
func (op KeepMedia) EachMedia(visit func(*Media) error) error { return visitMedia(visit, op.Blob) }

// FindMedia answers a blob that was seen in a message, with a fresh URL, by
// its ResourceID or by its name (of several the latest). Format asks for a
// voice in another form: mp3 amr wma m4a spx ogg wav flac, "" as it is.
// ErrNotFound, ErrMedia when it cannot be converted. OneBot get_image,
// get_record and get_file.
type FindMedia struct {
	Reads[*Media]
	Name   string
	Format string
}

// TranscribeVoice answers the text of the voice in a message, ErrInvalid when
// it holds none. OneBot voice_msg_to_text.
type TranscribeVoice struct {
	Reads[string]
	Ref MessageRef
}

// Resolve passes the reference through resolve.
func (op TranscribeVoice) Resolve(resolve func(MessageRef) (MessageRef, error)) (Operation, error) {
	ref, err := resolve(op.Ref)
	op.Ref = ref
	return op, err
}

// Point is a place in a picture, in pixels from its upper left corner.
type Point struct{ X, Y int }

// TextLine is one line of text that was read in a picture.
type TextLine struct {
	Text       string
	Confidence int     // 0 to 100
	Corners    []Point // four, clockwise from the upper left
}

// TextRead is the text of a picture.
type TextRead struct {
	Lines    []TextLine
	Language string // e.g. "zh"
}

// ReadText reads the text in a picture (OCR). ErrMedia. OneBot ocr_image.
type ReadText struct {
	Reads[*TextRead]
	Picture *Media
}

// Resolve gives the operation its own picture.
func (op ReadText) Resolve(func(MessageRef) (MessageRef, error)) (Operation, error) {
	op.Picture = op.Picture.clone()
	return op, nil
}

// EachMedia visits the picture.
func (op ReadText) EachMedia(visit func(*Media) error) error { return visitMedia(visit, op.Picture) }

// ListCustomFaces answers the URLs of the account's saved stickers. Milky
// get_custom_face_url_list, OneBot fetch_custom_face.
type ListCustomFaces struct{ Reads[[]string] }

// RecommendFaces answers URLs of stickers that go with a word. OneBot
// get_recommend_face.
type RecommendFaces struct {
	Reads[[]string]
	Word string
}
