package milky

import (
	"strconv"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Category "system" of the specification: the account's own things.
var profileActions = []action.Action{
	action.Bind("get_peer_pins", nothing.pins, encodePins).Says("The chats that stand on top of the list."),
	action.Bind("set_peer_pin", setPeerPin.op, nothingElse).Says("Pins a chat or unpins it; temporary chats cannot be pinned."),
	action.Bind("set_avatar", setAvatar.op, nothingElse).Says("Changes the account's own picture."),
	action.Bind("set_nickname", setNickname.op, nothingElse).Says("Changes the account's own nickname."),
	action.Bind("set_bio", setBio.op, nothingElse).Says("Changes the account's own words about itself."),
	action.Bind("get_custom_face_url_list", nothing.faces, encodeFaceURLs).Says("URLs of the saved stickers."),
	action.Bind("get_cookies", getCookies.op, encodeCookies).Says("The account's cookies for one of QQ's web sites."),
	action.Bind("get_csrf_token", nothing.credentials, encodeCSRF).Says("The token that goes with the cookies, as text."),
}

func (nothing) pins() (qq.ListPins, error)              { return qq.ListPins{}, nil }
func (nothing) faces() (qq.ListCustomFaces, error)      { return qq.ListCustomFaces{}, nil }
func (nothing) credentials() (qq.GetCredentials, error) { return qq.GetCredentials{}, nil }

type pins struct {
	Friends []*friendEntity `json:"friends"`
	Groups  []*groupEntity  `json:"groups"`
}

func encodePins(p *qq.Pins) pins {
	return pins{encodeAll(p.Friends, encodeFriend), encodeAll(p.Groups, encodeGroup)}
}

type setPeerPin struct {
	Scene scene               `json:"message_scene"`
	Peer  uin                 `json:"peer_id"`
	On    wire.Optional[bool] `json:"is_pinned" default:"true"`
}

func (p setPeerPin) op() (qq.SetPin, error) {
	return qq.SetPin{Chat: chatOf(p.Scene, p.Peer), On: p.On.Or(true)}, nil
}

type setAvatar struct {
	URI uri `json:"uri"`
}

func (p setAvatar) op() (qq.SetAvatar, error) { return qq.SetAvatar{Picture: p.URI.media()}, nil }

type setNickname struct {
	Nickname string `json:"new_nickname"`
}

func (p setNickname) op() (qq.EditProfile, error) { return qq.EditProfile{Nickname: &p.Nickname}, nil }

type setBio struct {
	Bio string `json:"new_bio"`
}

func (p setBio) op() (qq.EditProfile, error) { return qq.EditProfile{Bio: &p.Bio}, nil }

type faceURLs struct {
	URLs []string `json:"urls"`
}

func encodeFaceURLs(urls []string) faceURLs { return faceURLs{listed(urls)} }

type getCookies struct {
	Domain string `json:"domain"`
}

func (p getCookies) op() (qq.GetCredentials, error) { return qq.GetCredentials{Domain: p.Domain}, nil }

type cookies struct {
	Cookies string `json:"cookies"`
}

func encodeCookies(c qq.Credentials) cookies { return cookies{c.Cookies} }

type csrfToken struct {
	Token string `json:"csrf_token"`
}

func encodeCSRF(c qq.Credentials) csrfToken { return csrfToken{strconv.FormatInt(c.CSRF, 10)} }
