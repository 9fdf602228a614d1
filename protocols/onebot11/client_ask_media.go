package onebot11

import (
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// foundTold takes the answers of get_image, get_record and get_file; file may be
// a path on the server's machine, which nobody else can read.
type foundTold struct {
	foundInfo
	Base64 string `json:"base64"`
}

func (w foundTold) media(id qq.ResourceID) *qq.Media {
	m := &qq.Media{ID: id, Name: firstText(w.Name, w.FileName), URL: webAddress(firstText(w.URL, w.File))}
	if m.URL == "" {
		m.URL = webAddress(w.File)
	}
	if m.Size = wholeNumber(w.Size); m.Size == 0 {
		m.Size = w.Bytes
	}
	if m.URL == "" && w.Base64 != "" {
		m.URI = "base64://" + w.Base64
	}
	return m
}

// MediaCalls are the actions that may know a blob, the likeliest first: those of
// its kind when the name is a ResourceID of a received message, else all three.
func MediaCalls(name, format string) []Call {
	type sound struct {
		File   string `json:"file"`
		Format string `json:"out_format,omitempty"`
	}
	type anything struct {
		File   string `json:"file"`
		FileID string `json:"file_id"`
	}
	kind, file, _ := strings.Cut(name, ":")
	image := func(f string) Call { return Call{Action: "get_image", Params: fileOnly{f}} }
	record := func(f string) Call { return Call{Action: "get_record", Params: sound{f, format}} }
	whole := func(f string) Call { return Call{Action: "get_file", Params: anything{f, f}} }
	switch kind + ":" {
	case imageBlob:
		return []Call{image(file), whole(file)}
	case recordBlob:
		return []Call{record(file), whole(file)}
	case videoBlob, fileBlob:
		return []Call{whole(file)}
	}
	if format != "" {
		return []Call{record(name)}
	}
	return []Call{image(name), whole(name), record(name)}
}

// Found reads the answer to one of the MediaCalls; id names the blob.
func (c *Client) Found(data wire.Raw, id qq.ResourceID) (*qq.Media, error) {
	var w foundTold
	err := c.readData("get_file", data, &w)
	return w.media(id), err
}

// AskReadText reads the text in a picture.
func AskReadText() Ask[qq.ReadText, *qq.TextRead] {
	type params struct {
		Image string `json:"image"`
	}
	return ask("ocr_image", func(op qq.ReadText) any { return params{sentSource(op.Picture)} }, func(_ qq.ReadText, w readInfo) *qq.TextRead {
		return &qq.TextRead{Language: w.Language, Lines: each(w.Texts, func(l readLine) qq.TextLine {
			return qq.TextLine{Text: l.Text, Confidence: l.Confidence, Corners: each(l.Corners, func(p point) qq.Point { return qq.Point{X: p.X, Y: p.Y} })}
		})}
	})
}

// AskTranscribe answers the text of a voice.
func AskTranscribe() Ask[qq.TranscribeVoice, string] {
	return Ask[qq.TranscribeVoice, string]{
		Actions: []string{"voice_msg_to_text"},
		Call: func(op qq.TranscribeVoice) (Call, error) {
			p, err := refAsk(op.Ref)
			return Call{Action: "voice_msg_to_text", Params: p}, err
		},
		Answer: func(c *Client, _ qq.TranscribeVoice, data wire.Raw) (string, error) {
			var w textInfo
			err := c.readData("voice_msg_to_text", data, &w)
			return w.Text, err
		},
	}
}

// AskCustomFaces answers the saved stickers.
func AskCustomFaces() Ask[qq.ListCustomFaces, []string] {
	return ask("fetch_custom_face", nothingAsked[qq.ListCustomFaces], func(_ qq.ListCustomFaces, w []string) []string { return w })
}

// AskRecommendFaces is LLBot's.
func AskRecommendFaces() Ask[qq.RecommendFaces, []string] {
	type params struct {
		Word string `json:"word"`
	}
	return ask("get_recommend_face", func(op qq.RecommendFaces) any { return params{op.Word} }, func(_ qq.RecommendFaces, w faceList) []string {
		return w.URLs
	})
}
