package onebot11

import (
	"strconv"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// secretActions hand out what QQ's web pages ask of a browser.
func secretActions() []action.Action {
	return []action.Action{
		action.Bind("get_cookies", domainParam.op, encodeCookies).Says("The cookies of one of QQ's domains: a secret."),
		action.Bind("get_csrf_token", nothing.credentials, encodeToken).Says("The token that goes with the cookies of qzone.qq.com: a secret."),
		action.Bind("get_credentials", domainParam.op, encodeCredentials).Says("Cookies and token of one of QQ's domains: a secret."),
		action.Bind("get_clientkey", nothing.clientKey, encodeClientKey).Says("What logs the account in on QQ's web pages: a secret. Served where the endpoint's setting credentials is all."),
		action.Bind("get_rkey", nothing.mediaKeys, encodeKeys).Says("What must stand behind the addresses of media."),
		action.Bind("nc_get_rkey", nothing.mediaKeys, encodeKeyList).Says("The same as NapCat lists it: type 10 is private chats, 20 groups."),
		action.Bind("get_rkey_server", nothing.mediaKeys, encodeKeyServer).Says("The same in the form that other programs fetch."),
	}
}

type domainParam struct {
	Domain wire.Str `json:"domain"`
}

func (p domainParam) op() (qq.GetCredentials, error) {
	return qq.GetCredentials{Domain: string(p.Domain)}, nil
}

func (nothing) credentials() (qq.GetCredentials, error) { return qq.GetCredentials{}, nil }
func (nothing) clientKey() (qq.GetClientKey, error)     { return qq.GetClientKey{}, nil }
func (nothing) mediaKeys() (qq.GetMediaKeys, error)     { return qq.GetMediaKeys{}, nil }

type cookiesInfo struct {
	Cookies string `json:"cookies"`
	BKN     string `json:"bkn"`
}

// encodeCookies: the same token is text here and a number elsewhere.
func encodeCookies(c qq.Credentials) cookiesInfo {
	return cookiesInfo{c.Cookies, strconv.FormatInt(c.CSRF, 10)}
}

type tokenInfo struct {
	Token int64 `json:"token"`
}

func encodeToken(c qq.Credentials) tokenInfo { return tokenInfo{c.CSRF} }

type credentialsInfo struct {
	Cookies string `json:"cookies"`
	Token   int64  `json:"csrf_token"`
}

func encodeCredentials(c qq.Credentials) credentialsInfo { return credentialsInfo{c.Cookies, c.CSRF} }

type clientKeyInfo struct {
	Key string `json:"clientkey"`
}

func encodeClientKey(key string) clientKeyInfo { return clientKeyInfo{key} }

type keysInfo struct {
	Private string `json:"private_key"`
	Group   string `json:"group_key"`
	Expires int64  `json:"expired_time"`
	Updated string `json:"updated_time"` // UTC
}

// keyPair is the two keys and what both are good for.
func keyPair(keys []qq.MediaKey) (private, group string, made, expires qq.Time) {
	for _, k := range keys {
		switch k.Scene {
		case qq.SceneGroup:
			group = k.Key
		default:
			private = k.Key
		}
		if expires == 0 || k.Expires < expires {
			expires = k.Expires
		}
		made = max(made, k.Made)
	}
	return private, group, made, expires
}

func encodeKeys(keys []qq.MediaKey) keysInfo {
	private, group, made, expires := keyPair(keys)
	return keysInfo{private, group, expires.Unix(), made.Std().Format("2006-01-02 15:04:05")}
}

type keyInfo struct {
	Key  string `json:"rkey"`
	TTL  int64  `json:"ttl"` // seconds
	Made int64  `json:"time"`
	Type int    `json:"type"` // 10 private chats, 20 groups
}

func encodeKeyList(keys []qq.MediaKey) []keyInfo {
	return each(keys, func(k qq.MediaKey) keyInfo {
		kind := 10
		if k.Scene == qq.SceneGroup {
			kind = 20
		}
		return keyInfo{k.Key, k.Expires.Unix() - k.Made.Unix(), k.Made.Unix(), kind}
	})
}

type keyServerInfo struct {
	Private string `json:"private_rkey"`
	Group   string `json:"group_rkey"`
	Expires int64  `json:"expired_time"`
	Name    string `json:"name"`
}

func encodeKeyServer(keys []qq.MediaKey) keyServerInfo {
	private, group, _, expires := keyPair(keys)
	return keyServerInfo{private, group, expires.Unix(), "llbot"}
}
