package onebot11

import (
	"strings"
	"time"

	"llbot/protocols/qq"
)

// AskLogin answers number and nickname only.
func AskLogin() Ask[qq.GetLogin, qq.Login] {
	return ask("get_login_info", nothingAsked[qq.GetLogin], func(_ qq.GetLogin, w loginInfo) qq.Login {
		return qq.Login{User: qq.User{ID: w.User, Nickname: w.Nickname}}
	})
}

// Version is what a server says of itself.
type Version struct{ Name, Protocol, Version string }

// AskVersion answers the server's name and version as the Backend's name: the
// version and the kind of the QQ client behind it are not told.
func AskVersion() Ask[qq.GetBackend, qq.Backend] {
	return ask("get_version_info", nothingAsked[qq.GetBackend], func(_ qq.GetBackend, w versionInfo) qq.Backend {
		return qq.Backend{Name: strings.TrimSpace(w.Name + " " + w.Version)}
	})
}

// Version reads the answer to get_version_info.
func (c *Client) Version(a Answer) (Version, error) {
	var w versionInfo
	err := c.readData("get_version_info", a.Data, &w)
	return Version(w), err
}

// Status reads the answer to get_status.
func (c *Client) Status(a Answer) (Beat, error) {
	var w liveness
	err := c.readData("get_status", a.Data, &w)
	return Beat{Online: w.Online, Good: w.Good}, err
}

// AskUser answers what get_stranger_info tells of a profile.
func AskUser() Ask[qq.GetUser, *qq.User] {
	return ask("get_stranger_info", func(op qq.GetUser) any { return userAsk{op.User} }, func(op qq.GetUser, w strangerTold) *qq.User {
		return w.user(op.User)
	})
}

// strangerTold also takes go-cqhttp's and NapCat's words.
type strangerTold struct {
	stranger
	Sign  string `json:"sign"`      // go-cqhttp
	Years int64  `json:"reg_year"`  // NapCat
	QQ    int    `json:"qqLevel"`   // NapCat
	Long  string `json:"long_nick"` // LLBot, NapCat
	Camel string `json:"longNick"`  // NapCat
}

func (w *strangerTold) user(id qq.UserID) *qq.User {
	u := &qq.User{
		ID: w.User, Nickname: w.Nickname, Remark: w.Remark, Sex: sexOf(w.Sex), Age: w.Age, QID: w.QID, Level: max(w.Level, w.QQ),
		LoginDays: w.LoginDays, Registered: seconds64(w.RegTime), Bio: firstText(w.Long, w.Camel, w.Sign), City: w.City, Country: w.Country,
		BirthYear: w.BirthdayYear, BirthMonth: w.BirthdayMonth, BirthDay: w.BirthdayDay,
		VIPByYear: w.YearsVIP, VIPLevel: w.VIPLevel,
	}
	if len(w.Labels) > 0 {
		u.Labels = w.Labels
	}
	if u.ID == 0 {
		u.ID = id
	}
	if u.Registered == 0 && w.Years > 0 {
		u.Registered = qq.TimeOf(time.Date(int(w.Years), time.January, 1, 0, 0, 0, 0, time.UTC))
	}
	switch {
	case w.SVIP:
		u.VIP = qq.VIPSuper
	case w.VIP:
		u.VIP = qq.VIPMember
	}
	return u
}

func firstText(list ...string) string {
	for _, text := range list {
		if text != "" {
			return text
		}
	}
	return ""
}

// AskAvatar answers the address of a person's picture in Avatar.
func AskAvatar() Ask[qq.GetUser, *qq.User] {
	return ask("get_qq_avatar", func(op qq.GetUser) any { return userAsk{op.User} }, func(op qq.GetUser, w urlInfo) *qq.User {
		return &qq.User{ID: op.User, Avatar: w.URL}
	})
}

// AskLikeCount answers how often a profile was liked, in Likes.
func AskLikeCount() Ask[qq.GetUser, *qq.User] {
	return ask("get_profile_like_count", func(op qq.GetUser) any { return userAsk{op.User} }, func(op qq.GetUser, w likeCount) *qq.User {
		return &qq.User{ID: op.User, Likes: w.Count}
	})
}

// AskCredentials asks for qzone's when no domain is named.
func AskCredentials() Ask[qq.GetCredentials, qq.Credentials] {
	type params struct {
		Domain string `json:"domain"`
	}
	return ask("get_credentials", func(op qq.GetCredentials) any { return params{choose(op.Domain != "", op.Domain, "qzone.qq.com")} },
		func(_ qq.GetCredentials, w credentialsTold) qq.Credentials {
			return qq.Credentials{Cookies: w.Cookies, CSRF: choose64(w.Token != 0, w.Token, w.Napcat)}
		})
}

// credentialsTold: NapCat says token.
type credentialsTold struct {
	credentialsInfo
	Napcat int64 `json:"token"`
}

// AskClientKey is NapCat's.
func AskClientKey() Ask[qq.GetClientKey, string] {
	return ask("get_clientkey", nothingAsked[qq.GetClientKey], func(_ qq.GetClientKey, w clientKeyInfo) string { return w.Key })
}

// AskMediaKeys is LLBot's form of the keys.
func AskMediaKeys() Ask[qq.GetMediaKeys, []qq.MediaKey] {
	return ask("get_rkey", nothingAsked[qq.GetMediaKeys], func(_ qq.GetMediaKeys, w keysInfo) []qq.MediaKey {
		made, _ := time.Parse("2006-01-02 15:04:05", w.Updated)
		key := func(s qq.Scene, text string) qq.MediaKey {
			return qq.MediaKey{Scene: s, Key: text, Made: qq.TimeOf(made), Expires: seconds64(w.Expires)}
		}
		return []qq.MediaKey{key(qq.SceneFriend, w.Private), key(qq.SceneGroup, w.Group)}
	})
}

// keyTold: SnowLuma says create_time.
type keyTold struct {
	keyInfo
	Created int64 `json:"create_time"`
}

// AskMediaKeyList is NapCat's and SnowLuma's form of the keys.
func AskMediaKeyList() Ask[qq.GetMediaKeys, []qq.MediaKey] {
	return ask("nc_get_rkey", nothingAsked[qq.GetMediaKeys], func(_ qq.GetMediaKeys, w []keyTold) []qq.MediaKey {
		return each(w, func(k keyTold) qq.MediaKey {
			made := max(k.Made, k.Created)
			scene := qq.SceneFriend
			if k.Type == 20 {
				scene = qq.SceneGroup
			}
			return qq.MediaKey{Scene: scene, Key: k.Key, Made: seconds64(made), Expires: seconds64(made + k.TTL)}
		})
	})
}

// AskDevices is go-cqhttp's.
func AskDevices() Ask[qq.ListDevices, []qq.Device] {
	return ask("get_online_clients", nothingAsked[qq.ListDevices], func(_ qq.ListDevices, w deviceList) []qq.Device {
		return each(w.Clients, deviceOf)
	})
}

// AskModels is go-cqhttp's.
func AskModels() Ask[qq.ListModels, []qq.Model] {
	type params struct {
		Model string `json:"model"`
	}
	return ask("_get_model_show", func(op qq.ListModels) any { return params{op.Device} }, func(_ qq.ListModels, w modelList) []qq.Model {
		return each(w.Variants, func(m modelInfo) qq.Model { return qq.Model{Show: m.Show, Paid: m.Paid} })
	})
}

// AskSetModel is go-cqhttp's.
func AskSetModel() Ask[qq.SetModel, qq.None] {
	type params struct {
		Model string `json:"model"`
		Show  string `json:"model_show"`
	}
	return askDone("_set_model_show", func(op qq.SetModel) any { return params{op.Device, op.Show} })
}
