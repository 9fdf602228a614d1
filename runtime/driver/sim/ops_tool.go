package sim

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"llbot/protocols/qq"
)

// card is the JSON of a card as QQ's clients draw it.
type card struct {
	App    string     `json:"app"`
	View   string     `json:"view"`
	Ver    string     `json:"ver"`
	Prompt string     `json:"prompt"`
	Meta   cardMeta   `json:"meta"`
	Config cardConfig `json:"config"`
}

// cardMeta holds what the kind of card shows.
type cardMeta struct {
	Contact contactCard `json:"contact,omitzero"`
	MiniApp miniCard    `json:"detail_1,omitzero"`
}

type cardConfig struct {
	Autosize int    `json:"autosize"`
	Created  int64  `json:"ctime"` // Unix seconds
	Forward  int    `json:"forward"`
	Token    string `json:"token"` // QQ's signature; this world's own
	Type     string `json:"type"`
}

// contactCard recommends somebody.
type contactCard struct {
	Avatar   string `json:"avatar"`
	Contact  string `json:"contact"`
	JumpURL  string `json:"jumpUrl"`
	Nickname string `json:"nickname"`
	Tag      string `json:"tag"`
	TagIcon  string `json:"tagIcon"`
	Phone    string `json:"phone,omitempty"`
}

// miniCard shows a mini app.
type miniCard struct {
	AppID   string `json:"appid"`
	AppType int    `json:"appType"`
	Title   string `json:"title"`
	Desc    string `json:"desc"`
	Icon    string `json:"icon"`
	Preview string `json:"preview"`
	URL     string `json:"url"`
	Web     string `json:"qqdocurl"`
}

// sign gives a card its time and signature and writes it.
func (v viewing) sign(c card) (string, error) {
	c.Ver, c.Config.Type, c.Config.Forward, c.Config.Created = "0.0.0.1", "normal", 1, v.now.Unix()
	text, err := json.Marshal(c)
	if err != nil {
		return "", qq.Errorf(qq.ErrInternal, "card: %w", err)
	}
	c.Config.Token = letters(v.secret("card\x00"+string(text), 0), 32)
	text, err = json.Marshal(c)
	return string(text), err
}

func (a *actor) getShareCard(_ context.Context, op qq.GetShareCard) (text string, err error) {
	err = a.world.read(func(v viewing, _ qq.Time) error {
		c := card{App: "com.tencent.contact.lua", View: "contact"}
		var body contactCard
		switch op.Chat.Scene {
		case qq.SceneGroup:
			g := v.Groups[op.Chat.Group()]
			if g == nil {
				return qq.Errorf(qq.ErrNotFound, "there is no group %d", op.Chat.Group())
			}
			number := g.Info.ID.String()
			c.App, c.Prompt = "com.tencent.troopsharecard", "推荐群聊："+g.Info.Name
			body = contactCard{Nickname: g.Info.Name, Contact: "群号：" + number, Tag: "推荐群聊", Avatar: v.group(g, a.user).Avatar,
				JumpURL: "mqqapi://card/show_pslcard?src_type=internal&version=1&card_type=group&uin=" + number}
		case qq.SceneFriend, qq.SceneTemp:
			u := v.Users[op.Chat.User()]
			if u == nil {
				return noUser(op.Chat.User())
			}
			c.Prompt = "推荐联系人：" + u.Nickname
			body = contactCard{Nickname: u.Nickname, Contact: "帐号：" + u.ID.String(), Tag: "推荐好友", Phone: clean(op.Phone),
				Avatar:  v.shownUser(u).Avatar,
				JumpURL: "mqqapi://card/show_pslcard?src_type=internal&source=sharecard&version=1&uin=" + u.ID.String()}
		default:
			return qq.Errorf(qq.ErrInvalid, "a card recommends a person or a group")
		}
		c.Meta = cardMeta{Contact: body}
		text, err = v.sign(c)
		return err
	})
	return text, err
}

// makeMiniApp signs with this world's own signature: no QQ would take it.
func (a *actor) makeMiniApp(_ context.Context, op qq.MakeMiniApp) (text string, err error) {
	app := op.Card
	if app.App == "" || app.Title == "" {
		return "", qq.Errorf(qq.ErrInvalid, "the card of a mini app needs the app and a title")
	}
	body := miniCard{AppType: 0, AppID: clean(app.App), Title: clean(app.Title), Desc: clean(app.Content), Icon: clean(app.Icon),
		Preview: clean(app.Image), URL: clean(app.Jump), Web: clean(app.Web)}
	switch app.App {
	case "bili":
		body.AppID, body.Title, body.Desc = "1109937557", "哔哩哔哩", body.Title
	case "weibo":
		body.AppID, body.Title, body.Desc = "1109224783", "微博", body.Title
	}
	err = a.world.read(func(v viewing, _ qq.Time) error {
		text, err = v.sign(card{App: "com.tencent.miniapp_01", View: "view_8C8E89B49BE609866298ADDFF2DBABA4",
			Prompt: "[QQ小程序]" + body.Desc, Meta: cardMeta{MiniApp: body}})
		return err
	})
	return text, err
}

// wordLimit is how many words are translated at once.
const wordLimit = 1000

// translate knows a few words; any other comes back as it is.
func (a *actor) translate(_ context.Context, op qq.Translate) ([]string, error) {
	if len(op.Words) > wordLimit {
		return nil, qq.Errorf(qq.ErrInvalid, "%d words are more than the %d that are translated at once", len(op.Words), wordLimit)
	}
	known := dictionary()
	list := make([]string, len(op.Words))
	for i, word := range op.Words {
		list[i] = clean(word)
		if chinese, ok := known[strings.ToLower(strings.TrimSpace(word))]; ok {
			list[i] = chinese
		}
	}
	return list, nil
}

func dictionary() map[string]string {
	words := strings.Fields(`
		hello 你好 hi 嗨 world 世界 goodbye 再见 bye 再见 thanks 谢谢 please 请 yes 是 no 不 sorry 对不起
		cat 猫 dog 狗 bird 鸟 fish 鱼 horse 马 apple 苹果 banana 香蕉 water 水 tea 茶 coffee 咖啡 rice 米饭 bread 面包
		sun 太阳 moon 月亮 star 星星 sky 天空 rain 雨 snow 雪 wind 风 fire 火 mountain 山 river 河 sea 海 tree 树 flower 花
		red 红色 blue 蓝色 green 绿色 white 白色 black 黑色 big 大 small 小 good 好 bad 坏 new 新 old 旧 fast 快 slow 慢
		one 一 two 二 three 三 day 天 night 夜晚 today 今天 tomorrow 明天 yesterday 昨天 time 时间 year 年 month 月
		friend 朋友 group 群 message 消息 robot 机器人 bot 机器人 user 用户 name 名字 people 人们 love 爱 music 音乐 game 游戏
		book 书 school 学校 home 家 city 城市 china 中国 computer 电脑 phone 手机 test 测试`)
	known := make(map[string]string, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		known[words[i]] = words[i+1]
	}
	return known
}

// checkURL: in this world what belongs to QQ's makers is safe, the hosts of
// danger.test are dangerous, and of others nothing is known.
func (a *actor) checkURL(_ context.Context, op qq.CheckURL) (qq.URLSafety, error) {
	text := strings.TrimSpace(op.URL)
	if text != "" && !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return 0, qq.Errorf(qq.ErrInvalid, "%q is no address of a page", op.URL)
	}
	switch host := strings.ToLower(u.Hostname()); {
	case tencent(host):
		return qq.URLSafe, nil
	case under(host, "danger.test"):
		return qq.URLDanger, nil
	}
	return qq.URLUnknown, nil
}
