package sim

import (
	"encoding/json"

	"llbot/protocols/qq"
)

// The bounds of a keyboard: QQ draws no more.
const (
	maxKeyboardRows = 5
	maxRowButtons   = 5
)

// keyboard copies the buttons; each needs an id of its own to be pressed by.
func keyboard(seg *qq.Keyboard) (qq.Segment, error) {
	if len(seg.Rows) == 0 || len(seg.Rows) > maxKeyboardRows {
		return nil, qq.Errorf(qq.ErrInvalid, "a keyboard has 1 to %d rows, not %d", maxKeyboardRows, len(seg.Rows))
	}
	text, err := json.Marshal(seg)
	own := &qq.Keyboard{}
	if err == nil {
		err = json.Unmarshal(text, own)
	}
	if err != nil {
		return nil, qq.Errorf(qq.ErrInvalid, "the keyboard cannot be kept: %w", err)
	}
	seen := map[string]bool{}
	for _, row := range own.Rows {
		if len(row.Buttons) == 0 || len(row.Buttons) > maxRowButtons {
			return nil, qq.Errorf(qq.ErrInvalid, "a row has 1 to %d buttons, not %d", maxRowButtons, len(row.Buttons))
		}
		for _, b := range row.Buttons {
			if b.ID == "" || seen[b.ID] {
				return nil, qq.Errorf(qq.ErrInvalid, "each button needs an id of its own; %q is none", b.ID)
			}
			seen[b.ID] = true
		}
	}
	return own, nil
}

// lightApp reads the app's name out of its card.
func lightApp(payload string) (qq.Segment, error) {
	var head struct {
		App string `json:"app"`
	}
	if err := json.Unmarshal([]byte(payload), &head); err != nil {
		return nil, qq.Errorf(qq.ErrInvalid, "the card is no JSON object: %w", err)
	}
	return &qq.LightApp{App: head.App, Payload: payload}, nil
}

// songCard is what receivers see of a song: QQ looks up what was named by
// number alone, and this world makes it up from that.
func songCard(m *qq.Music) (qq.Segment, error) {
	page, known := map[string]string{
		"": "", "qq": "https://y.qq.com/n/ryqq/songDetail/", "163": "https://music.163.com/#/song?id=",
		"kugou": "https://www.kugou.com/song/#", "kuwo": "https://www.kuwo.cn/play_detail/", "migu": "https://music.migu.cn/v3/music/song/",
	}[m.Platform]
	if !known {
		return nil, qq.Errorf(qq.ErrInvalid, "QQ knows no songs of %q; it takes qq, 163, kugou, kuwo and migu", m.Platform)
	}
	type song struct {
		Title   string `json:"title"`
		Desc    string `json:"desc"`
		JumpURL string `json:"jumpUrl"`
		Music   string `json:"musicUrl"`
		Preview string `json:"preview"`
		Tag     string `json:"tag"`
	}
	s := song{Title: m.Title, Desc: m.Singer, JumpURL: m.URL, Music: m.Audio, Preview: m.Image, Tag: m.Platform}
	if s.Title == "" {
		s.Title = "song " + m.ID
	}
	if s.Desc == "" {
		s.Desc = m.Content
	}
	if s.JumpURL == "" {
		s.JumpURL = page + m.ID
	}
	payload, err := json.Marshal(struct {
		App    string          `json:"app"`
		View   string          `json:"view"`
		Prompt string          `json:"prompt"`
		Meta   map[string]song `json:"meta"`
	}{"com.tencent.structmsg", "music", "[分享]" + s.Title, map[string]song{"music": s}})
	if err != nil {
		return nil, qq.Errorf(qq.ErrInvalid, "the song cannot be shown: %w", err)
	}
	return lightApp(clean(string(payload)))
}
