package onebot11

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

func profileActions() []action.Action {
	return []action.Action{
		action.Bind("set_qq_profile", setProfile.op, null).Says("Changes the account's nickname and signature; what is left out stays."),
		action.Bind("set_self_longnick", setBio.op, encodeDone[qq.None]).Says("Changes the account's signature."),
		action.Bind("set_qq_avatar", fileParam.avatar, null).Says("Changes the account's picture."),
		action.Handle("get_qq_avatar", getAvatar).Acts(qq.ClassRead).Says("The address of a person's or a group's picture; without either the account's own."),
		action.Bind("set_online_status", setPresence.op, null).Says("Changes how the account shows itself, in QQ's own numbers."),
		action.Bind("set_diy_online_status", setOwnPresence.op, encodeNoError).Says("Shows a status in the account's own words."),
		action.Bind("nc_get_user_status", userParam.presence, encodePresence).Says("How somebody shows himself, in QQ's own numbers."),
	}
}

type setProfile struct {
	Nickname wire.Optional[wire.Str] `json:"nickname"`
	Note     wire.Optional[wire.Str] `json:"personal_note"`
}

func (p setProfile) op() (qq.EditProfile, error) {
	return qq.EditProfile{Nickname: pointer(p.Nickname, plain[wire.Str]), Bio: pointer(p.Note, plain[wire.Str])}, nil
}

// plain drops the wire type of a text.
func plain[T ~string](t T) string { return string(t) }

type setBio struct {
	Bio wire.Str `json:"longNick"`
}

func (p setBio) op() (qq.EditProfile, error) {
	bio := string(p.Bio)
	return qq.EditProfile{Bio: &bio}, nil
}

// done is how QQ's own client says that something worked.
type done struct {
	Result int    `json:"result"`
	Text   string `json:"errMsg"`
}

func encodeDone[R any](R) done { return done{} }

// encodeNoError is the text of the error that did not happen.
func encodeNoError(qq.None) string { return "" }

type fileParam struct {
	File source `json:"file"`
}

func (p fileParam) avatar() (qq.SetAvatar, error) {
	return qq.SetAvatar{Picture: p.File.media("")}, nil
}

type avatarParam struct {
	User  wire.Optional[wire.Int] `json:"user_id" doc:"wins over group_id"`
	Group wire.Optional[wire.Int] `json:"group_id"`
}

type urlInfo struct {
	URL string `json:"url"`
}

func encodeURL(url string) urlInfo { return urlInfo{url} }

func getAvatar(ctx context.Context, c qq.Caller, p avatarParam) (urlInfo, error) {
	if p.User.Value == 0 && p.Group.Value != 0 {
		g, err := qq.Do(ctx, c, qq.GetGroup{Group: qq.GroupID(p.Group.Value)})
		if err != nil {
			return urlInfo{}, err
		}
		return urlInfo{g.Avatar}, nil
	}
	user := qq.UserID(p.User.Value)
	if user == 0 {
		user = c.Account()
	}
	u, err := qq.Do(ctx, c, qq.GetUser{User: user})
	if err != nil {
		return urlInfo{}, err
	}
	return urlInfo{u.Avatar}, nil
}

type setPresence struct {
	Status   wire.Int `json:"status"`
	Extended wire.Int `json:"ext_status"`
	Battery  wire.Int `json:"battery_status"`
}

func (p setPresence) op() (qq.SetPresence, error) {
	var n [3]int
	for i, part := range []struct {
		name  string
		value wire.Int
	}{{"status", p.Status}, {"ext_status", p.Extended}, {"battery_status", p.Battery}} {
		v, err := within(part.name, part.value, 0, maxCount)
		if err != nil {
			return qq.SetPresence{}, err
		}
		n[i] = v
	}
	return qq.SetPresence{Presence: qq.Presence{Status: n[0], Extended: n[1], Battery: n[2]}}, nil
}

// The numbers of an online status in one's own words.
const (
	statusOnline = 10
	ownWords     = 2000
)

// setOwnPresence: some clients say face and text.
type setOwnPresence struct {
	FaceID   wire.Optional[wire.Str] `json:"face_id" doc:"needed, or face"`
	Face     wire.Optional[wire.Str] `json:"face" doc:"another name of face_id"`
	FaceKind wire.Optional[wire.Int] `json:"face_type" default:"1"`
	Wording  wire.Optional[wire.Str] `json:"wording" doc:"a space when there is no text either"`
	Text     wire.Optional[wire.Str] `json:"text" doc:"another name of wording"`
}

func (p setOwnPresence) op() (qq.SetPresence, error) {
	face, err := anyOf("face_id", p.FaceID, p.Face)
	if err != nil {
		return qq.SetPresence{}, err
	}
	kind, err := within("face_type", p.FaceKind.Or(1), 0, maxCount)
	return qq.SetPresence{Presence: qq.Presence{
		Status: statusOnline, Extended: ownWords, Face: string(face), FaceKind: kind, Text: string(p.Wording.Or(p.Text.Or(" "))),
	}}, err
}

func (p userParam) presence() (qq.GetPresence, error) {
	return qq.GetPresence{User: qq.UserID(p.User)}, nil
}

type presenceInfo struct {
	Status   int `json:"status"`
	Extended int `json:"ext_status"`
}

func encodePresence(p qq.Presence) presenceInfo { return presenceInfo{p.Status, p.Extended} }
