package onebot11

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// toolActions are voices, cards and what else QQ offers.
func toolActions() []action.Action {
	return []action.Action{
		action.Bind("get_ai_characters", voicesParam.op, encodeVoices).Says("The artificial voices that may be used."),
		action.Bind("send_group_ai_record", speechParam.send, encodeSent).Says("Lets an artificial voice read a text in a group."),
		action.Bind("get_ai_record", speechParam.make, encodeSpeech).Says("The address of a voice that reads a text; nothing is sent."),
		action.Handle("ArkSharePeer", shareCard).Acts(qq.ClassRead).Says("The card that recommends a person or a group; nothing is sent."),
		action.Bind("ArkShareGroup", groupParam.card, same[string]).Says("The card that recommends a group; nothing is sent."),
		action.Bind("get_mini_app_ark", miniApp.op, encodeMiniApp).Says("A signed mini-app card, to be sent as a json segment."),
		action.Bind("click_inline_keyboard_button", clickButton.op, encodeClick).Says("Presses a button under the message of an official bot."),
		action.Bind("translate_en2zh", translate.op, encodeWords).Says("English words in Chinese."),
		action.Bind("check_url_safely", urlParam.op, encodeSafety).Says("What QQ thinks of an address: 1 safe, 2 unknown, 3 dangerous."),
	}
}

// same is a result that needs no other form.
func same[R any](r R) R { return r }

type voicesParam struct {
	Group wire.Optional[wire.Int] `json:"group_id" default:"42"`
	Kind  wire.Optional[wire.Int] `json:"chat_type" default:"1" doc:"1 speaks, 2 sings"`
}

const anyGroup = 42 // LLBot's way to ask for the voices of no group in particular

func (p voicesParam) op() (qq.ListVoices, error) {
	kind, err := voiceKind(p.Kind)
	op := qq.ListVoices{Kind: kind}
	if p.Group.Value != anyGroup {
		op.Group = qq.GroupID(p.Group.Value)
	}
	return op, err
}

func voiceKind(n wire.Optional[wire.Int]) (qq.VoiceKind, error) {
	kind, err := within("chat_type", n.Or(wire.Int(qq.VoiceSpeaks)), int64(qq.VoiceSpeaks), int64(qq.VoiceSings))
	return qq.VoiceKind(kind), err
}

type voiceGroup struct {
	Type   string      `json:"type"`
	Voices []voiceInfo `json:"characters"`
}

type voiceInfo struct {
	ID      string `json:"character_id"`
	Name    string `json:"character_name"`
	Preview string `json:"preview_url"`
}

func encodeVoices(groups []qq.VoiceGroup) []voiceGroup {
	voice := func(v qq.Voice) voiceInfo { return voiceInfo{v.ID, v.Name, v.Preview} }
	return each(groups, func(g qq.VoiceGroup) voiceGroup { return voiceGroup{g.Name, each(g.Voices, voice)} })
}

type speechParam struct {
	Voice wire.Str                `json:"character"`
	Group wire.Int                `json:"group_id"`
	Text  wire.Str                `json:"text"`
	Kind  wire.Optional[wire.Int] `json:"chat_type" default:"1"`
}

func (p speechParam) send() (qq.SendSpeech, error) {
	kind, err := voiceKind(p.Kind)
	return qq.SendSpeech{Group: qq.GroupID(p.Group), Voice: string(p.Voice), Kind: kind, Text: string(p.Text)}, err
}

func (p speechParam) make() (qq.MakeSpeech, error) {
	kind, err := voiceKind(p.Kind)
	return qq.MakeSpeech{Group: qq.GroupID(p.Group), Voice: string(p.Voice), Kind: kind, Text: string(p.Text)}, err
}

func encodeSpeech(m *qq.Media) string { return m.URL }

type shareParam struct {
	User  wire.Optional[wire.Int] `json:"user_id" doc:"needed, or group_id"`
	Group wire.Optional[wire.Int] `json:"group_id" doc:"wins over user_id"`
	Phone wire.Optional[wire.Str] `json:"phone_number" default:"\"\""`
}

// shareInfo: a group's card stands under arkJson, a person's under arkMsg.
type shareInfo struct {
	Code int    `json:"errCode"`
	Text string `json:"errMsg"`
	JSON string `json:"arkJson,omitempty"`
	Msg  string `json:"arkMsg,omitempty"`
}

func shareCard(ctx context.Context, c qq.Caller, p shareParam) (shareInfo, error) {
	chat, err := chatOf(p.User, p.Group)
	if err != nil {
		return shareInfo{}, err
	}
	card, err := qq.Do(ctx, c, qq.GetShareCard{Chat: chat, Phone: string(p.Phone.Value)})
	if err != nil {
		return shareInfo{}, err
	}
	if chat.Scene == qq.SceneGroup {
		return shareInfo{JSON: card}, nil
	}
	return shareInfo{Msg: card}, nil
}

func (p groupParam) card() (qq.GetShareCard, error) {
	return qq.GetShareCard{Chat: qq.GroupChat(p.group())}, nil
}

// miniApp: with type, the rest of the numbers is known; without it appId says
// which app it is.
type miniApp struct {
	Type  wire.Optional[wire.Str] `json:"type" doc:"bili or weibo"`
	AppID wire.Optional[wire.Str] `json:"appId" doc:"needed without type"`
	Title wire.Str                `json:"title"`
	Desc  wire.Str                `json:"desc"`
	Image wire.Str                `json:"picUrl"`
	Jump  wire.Str                `json:"jumpUrl"`
	Web   wire.Optional[wire.Str] `json:"webUrl"`
	Icon  wire.Optional[wire.Str] `json:"iconUrl"`
}

func (p miniApp) op() (qq.MakeMiniApp, error) {
	app, err := anyOf("type", p.Type, p.AppID)
	if p.Type.Set && app != "bili" && app != "weibo" {
		err = fault("type", "must be bili or weibo")
	}
	return qq.MakeMiniApp{Card: qq.MiniApp{
		App: string(app), Title: string(p.Title), Content: string(p.Desc), Image: string(p.Image), Jump: string(p.Jump),
		Web: string(p.Web.Value), Icon: string(p.Icon.Value),
	}}, err
}

type miniAppInfo struct {
	Data wire.Raw `json:"data"`
}

// encodeMiniApp keeps a card that is no JSON as text.
func encodeMiniApp(card string) miniAppInfo {
	if !wire.Valid([]byte(card)) {
		return miniAppInfo{wire.MustMarshal(card)}
	}
	return miniAppInfo{wire.Raw(card)}
}

type clickButton struct {
	Group   wire.Int                `json:"group_id"`
	Bot     wire.Int                `json:"bot_appid"`
	Button  wire.Optional[wire.Str] `json:"button_id" default:"\"\""`
	Data    wire.Optional[wire.Str] `json:"callback_data" default:"\"\""`
	Seq     wire.Optional[wire.Int] `json:"msg_seq" doc:"needed, or message_id"`
	Message wire.Optional[wire.Int] `json:"message_id"`
}

func (p clickButton) op() (qq.ClickButton, error) {
	ref, err := inChat(qq.GroupChat(qq.GroupID(p.Group)), p.Seq, p.Message)
	return qq.ClickButton{Ref: ref, Bot: qq.UserID(p.Bot), Button: string(p.Button.Value), Data: string(p.Data.Value)}, err
}

type clickInfo struct {
	Result int    `json:"result"`
	Text   string `json:"errMsg"`
	Status int    `json:"status"`
	Prompt string `json:"promptText"`
	Type   int    `json:"promptType"`
	Icon   int    `json:"promptIcon"`
}

func encodeClick(r *qq.ClickResult) clickInfo {
	return clickInfo{Result: r.Code, Status: r.Code, Prompt: r.Prompt}
}

type translate struct {
	Words []wire.Str `json:"words"`
}

func (p translate) op() (qq.Translate, error) {
	return qq.Translate{Words: each(p.Words, plain[wire.Str])}, nil
}

type wordList struct {
	Words []string `json:"words"`
}

func encodeWords(words []string) wordList { return wordList{list(words)} }

type urlParam struct {
	URL wire.Str `json:"url"`
}

func (p urlParam) op() (qq.CheckURL, error) { return qq.CheckURL{URL: string(p.URL)}, nil }

type safetyInfo struct {
	Level qq.URLSafety `json:"level"`
}

func encodeSafety(s qq.URLSafety) safetyInfo { return safetyInfo{s} }
