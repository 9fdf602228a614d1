package onebot11

import (
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// AskVoices answers the artificial voices.
func AskVoices() Ask[qq.ListVoices, []qq.VoiceGroup] {
	type params struct {
		Group qq.GroupID   `json:"group_id"`
		Kind  qq.VoiceKind `json:"chat_type"`
	}
	return ask("get_ai_characters", func(op qq.ListVoices) any { return params{op.Group, op.Kind} }, func(_ qq.ListVoices, w []voiceGroup) []qq.VoiceGroup {
		return each(w, func(g voiceGroup) qq.VoiceGroup {
			return qq.VoiceGroup{Name: g.Type, Voices: each(g.Voices, func(v voiceInfo) qq.Voice {
				return qq.Voice{ID: v.ID, Name: v.Name, Preview: v.Preview}
			})}
		})
	})
}

type speechAsk struct {
	Voice string       `json:"character"`
	Group qq.GroupID   `json:"group_id"`
	Text  string       `json:"text"`
	Kind  qq.VoiceKind `json:"chat_type"`
}

// AskSpeech answers where the voice that reads a text can be fetched.
func AskSpeech() Ask[qq.MakeSpeech, *qq.Media] {
	return ask("get_ai_record", func(op qq.MakeSpeech) any { return speechAsk{op.Voice, op.Group, op.Text, op.Kind} },
		func(_ qq.MakeSpeech, url string) *qq.Media { return &qq.Media{URL: url} })
}

// AskSendSpeech lets a voice read in a group.
func AskSendSpeech() Ask[qq.SendSpeech, *qq.Sent] {
	return Ask[qq.SendSpeech, *qq.Sent]{
		Actions: []string{"send_group_ai_record"},
		Call: func(op qq.SendSpeech) (Call, error) {
			return Call{Action: "send_group_ai_record", Params: speechAsk{op.Voice, op.Group, op.Text, op.Kind}}, nil
		},
		Answer: func(c *Client, op qq.SendSpeech, data wire.Raw) (*qq.Sent, error) {
			return c.sent("send_group_ai_record", qq.GroupChat(op.Group), data)
		},
	}
}

// AskShareCard is NapCat's.
func AskShareCard() Ask[qq.GetShareCard, string] {
	type params struct {
		User  qq.UserID  `json:"user_id,omitempty"`
		Group qq.GroupID `json:"group_id,omitempty"`
		Phone string     `json:"phone_number,omitempty"`
	}
	return Ask[qq.GetShareCard, string]{
		Actions: []string{"ArkSharePeer"},
		Call: func(op qq.GetShareCard) (Call, error) {
			if op.Chat.Scene == qq.SceneGroup {
				return Call{Action: "ArkSharePeer", Params: params{Group: op.Chat.Group(), Phone: op.Phone}}, nil
			}
			return Call{Action: "ArkSharePeer", Params: params{User: op.Chat.User(), Phone: op.Phone}}, nil
		},
		Answer: func(c *Client, _ qq.GetShareCard, data wire.Raw) (string, error) {
			var w shareInfo
			err := c.readData("ArkSharePeer", data, &w)
			return firstText(w.JSON, w.Msg), err
		},
	}
}

// AskMiniApp is NapCat's.
func AskMiniApp() Ask[qq.MakeMiniApp, string] {
	type params struct {
		Type  string `json:"type,omitempty"`
		AppID string `json:"appId,omitempty"`
		Title string `json:"title"`
		Desc  string `json:"desc"`
		Image string `json:"picUrl"`
		Jump  string `json:"jumpUrl"`
		Web   string `json:"webUrl,omitempty"`
		Icon  string `json:"iconUrl,omitempty"`
	}
	return Ask[qq.MakeMiniApp, string]{
		Actions: []string{"get_mini_app_ark"},
		Call: func(op qq.MakeMiniApp) (Call, error) {
			k := op.Card
			p := params{Title: k.Title, Desc: k.Content, Image: k.Image, Jump: k.Jump, Web: k.Web, Icon: k.Icon}
			if k.App == "bili" || k.App == "weibo" {
				p.Type = k.App
			} else {
				p.AppID = k.App
			}
			return Call{Action: "get_mini_app_ark", Params: p}, nil
		},
		Answer: func(c *Client, _ qq.MakeMiniApp, data wire.Raw) (string, error) {
			var w miniAppInfo
			err := c.readData("get_mini_app_ark", data, &w)
			var text string
			if wire.Unmarshal(w.Data, &text) == nil {
				return text, err
			}
			return string(w.Data), err
		},
	}
}

// AskTranslate is NapCat's.
func AskTranslate() Ask[qq.Translate, []string] {
	type params struct {
		Words []string `json:"words"`
	}
	return ask("translate_en2zh", func(op qq.Translate) any { return params{list(op.Words)} }, func(_ qq.Translate, w wordList) []string {
		return w.Words
	})
}

// AskCheckURL is go-cqhttp's.
func AskCheckURL() Ask[qq.CheckURL, qq.URLSafety] {
	type params struct {
		URL string `json:"url"`
	}
	return ask("check_url_safely", func(op qq.CheckURL) any { return params{op.URL} }, func(_ qq.CheckURL, w safetyInfo) qq.URLSafety {
		return w.Level
	})
}
