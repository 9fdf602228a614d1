package onebot11

import (
	"context"
	"errors"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func mediaActions() []action.Action {
	return []action.Action{
		action.Bind("get_image", imageParam.op, encodeFound).Says("A picture that was seen in a message."),
		action.Handle("get_record", getRecord).Acts(qq.ClassRead).Says("A voice that was seen in a message; without out_format as mp3 if that can be made of it, or else as it is."),
		action.Bind("get_file", anyFileParam.op, encodeFound).Says("A file that was seen in a message."),
		action.Bind("download_file", downloadFile.op, encodeKept).Says("Takes a file into the server's store."),
		action.Bind("voice_msg_to_text", messageParam.transcribe, encodeText).Says("The text of a voice message."),
		action.Bind("ocr_image", ocrParam.op, encodeTextRead).Says("The text in a picture."),
		action.Bind("fetch_custom_face", nothing.customFaces, list[string]).Says("Addresses of the account's saved stickers."),
		action.Bind("get_recommend_face", wordParam.op, encodeFaces).Says("Addresses of stickers that go with a word."),
	}
}

// imageParam: a file is always at hand here, so download changes nothing.
type imageParam struct {
	File     wire.Str                 `json:"file"`
	Download wire.Optional[wire.Bool] `json:"download" default:"true"`
}

func (p imageParam) op() (qq.FindMedia, error) { return qq.FindMedia{Name: string(p.File)}, nil }

type recordParam struct {
	File   wire.Str                `json:"file"`
	Format wire.Optional[wire.Str] `json:"out_format" doc:"mp3, amr, wma, m4a, spx, ogg, wav, flac, or empty for the voice as it is"`
}

func getRecord(ctx context.Context, c qq.Caller, p recordParam) (foundInfo, error) {
	format := string(p.Format.Or("mp3"))
	switch format {
	case "", "mp3", "amr", "wma", "m4a", "spx", "ogg", "wav", "flac":
	default:
		return foundInfo{}, fault("out_format", "must be mp3, amr, wma, m4a, spx, ogg, wav, flac, or empty for the voice as it is")
	}
	found, err := qq.Do(ctx, c, qq.FindMedia{Name: string(p.File), Format: format})
	if errors.Is(err, qq.ErrMedia) && !p.Format.Set {
		found, err = qq.Do(ctx, c, qq.FindMedia{Name: string(p.File)})
	}
	if err != nil {
		return foundInfo{}, err
	}
	return encodeFound(found), nil
}

type anyFileParam struct {
	File     wire.Optional[wire.Str]  `json:"file" doc:"needed, or file_id"`
	FileID   wire.Optional[wire.Str]  `json:"file_id"`
	Download wire.Optional[wire.Bool] `json:"download" default:"true"`
}

func (p anyFileParam) op() (qq.FindMedia, error) {
	name, err := anyOf("file or file_id", p.File, p.FileID)
	return qq.FindMedia{Name: string(name)}, err
}

// foundInfo is LLBot's answer. file is an address, not a path: blobs live in
// the server's own store. size and filename are go-cqhttp's names.
type foundInfo struct {
	File     string `json:"file"`
	URL      string `json:"url"`
	Size     string `json:"file_size"`
	Name     string `json:"file_name"`
	Bytes    int64  `json:"size"`
	FileName string `json:"filename"`
}

func encodeFound(m *qq.Media) foundInfo {
	name := fileName(m)
	return foundInfo{m.URL, m.URL, decimal(m.Size), name, m.Size, name}
}

// downloadFile: headers are not sent and there are no threads.
type downloadFile struct {
	URL     wire.Optional[wire.Str] `json:"url" doc:"needed, or base64"`
	Base64  wire.Optional[wire.Str] `json:"base64"`
	Name    wire.Optional[wire.Str] `json:"name"`
	Headers wire.Optional[wire.Raw] `json:"headers" doc:"taken no notice of"`
	Threads wire.Optional[wire.Raw] `json:"thread_count" doc:"taken no notice of"`
}

func (p downloadFile) op() (qq.KeepMedia, error) {
	uri := string(p.URL.Value)
	if uri == "" {
		if uri = string(p.Base64.Value); uri == "" {
			return qq.KeepMedia{}, fault("url or base64", "is required")
		}
		uri = "base64://" + uri
	}
	uri, ok := mediaURI(uri)
	if !ok {
		return qq.KeepMedia{}, fault("url", badSource)
	}
	blob, err := named(source{uri, uri}, p.Name)
	return qq.KeepMedia{Blob: blob}, err
}

type keptInfo struct {
	File string `json:"file"`
}

func encodeKept(m *qq.Media) keptInfo { return keptInfo{m.URL} }

func (p messageParam) transcribe() (qq.TranscribeVoice, error) {
	ref, err := p.ref()
	return qq.TranscribeVoice{Ref: ref}, err
}

type textInfo struct {
	Text string `json:"text"`
}

func encodeText(text string) textInfo { return textInfo{text} }

type ocrParam struct {
	Image source `json:"image"`
}

func (p ocrParam) op() (qq.ReadText, error) { return qq.ReadText{Picture: p.Image.media("")}, nil }

type readInfo struct {
	Texts    []readLine `json:"texts"`
	Language string     `json:"language"`
}

type readLine struct {
	Text       string  `json:"text"`
	Confidence int     `json:"confidence"`
	Corners    []point `json:"coordinates"`
}

type point struct {
	X int `json:"x"`
	Y int `json:"y"`
}

func encodeTextRead(t *qq.TextRead) readInfo {
	corner := func(p qq.Point) point { return point{p.X, p.Y} }
	return readInfo{each(t.Lines, func(l qq.TextLine) readLine {
		return readLine{l.Text, l.Confidence, each(l.Corners, corner)}
	}), t.Language}
}

func (nothing) customFaces() (qq.ListCustomFaces, error) { return qq.ListCustomFaces{}, nil }

type wordParam struct {
	Word wire.Str `json:"word"`
}

func (p wordParam) op() (qq.RecommendFaces, error) {
	return qq.RecommendFaces{Word: string(p.Word)}, nil
}

type faceList struct {
	URLs []string `json:"url"`
}

func encodeFaces(urls []string) faceList { return faceList{list(urls)} }
