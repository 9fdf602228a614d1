package onebot11

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// Spec: https://github.com/botuniverse/onebot-11/blob/master/api/public.md
func accountActions(app App) []action.Action {
	return []action.Action{
		action.Bind("get_login_info", nothing.login, encodeLogin).Says("The account's number and nickname."),
		action.Bind("get_guild_service_profile", nothing.login, encodeGuildProfile).
			Says("Says that there are no guilds; Koishi asks when it connects."),
		constant("get_guild_list", (*noData)(nil)).Says("Always null: QQ's guilds are not covered."),
		action.Bind("get_status", nothing.status, encodeStatus).Says("Whether the account is online and QQ can be reached, with counts."),
		action.Bind("get_stranger_info", userParam.profile, encodeStranger).Says("Anybody's profile."),
		constant("get_version_info", versionInfo{app.Name, "v11", app.Version}).Says("What this server is."),
		constant("can_send_image", ability{true}).Says("Always yes."),
		constant("can_send_record", ability{true}).Says("Always yes."),
		constant("clean_cache", (*noData)(nil)).Says("Does nothing: there is nothing to clean."),
		constant("get_robot_uin_range", robotRanges()).Says("The QQ numbers of official bots."),
		action.Bind("get_online_clients", onlineClients.op, encodeDevices).Says("Where else the account is logged in."),
		action.Bind("_get_model_show", modelParam.list, encodeModels).Says("The names under which a device can show itself."),
		action.Bind("_set_model_show", setModel.op, null).Says("Changes the device that the account shows."),
	}
}

// constant is an action whose answer does not depend on the account.
func constant[W any](name string, answer W) action.Action {
	return action.Handle(name, func(context.Context, qq.Caller, nothing) (W, error) { return answer, nil }).Acts(qq.ClassRead)
}

func (nothing) login() (qq.GetLogin, error)   { return qq.GetLogin{}, nil }
func (nothing) status() (qq.GetStatus, error) { return qq.GetStatus{}, nil }

func (p userParam) profile() (qq.GetUser, error) { return qq.GetUser{User: qq.UserID(p.User)}, nil }

type loginInfo struct {
	User     qq.UserID `json:"user_id"`
	Nickname string    `json:"nickname"`
}

func encodeLogin(l qq.Login) loginInfo { return loginInfo{l.ID, l.Nickname} }

type guildProfile struct {
	Nickname string `json:"nickname"`
	TinyID   string `json:"tiny_id"`
	Avatar   string `json:"avatar_url"`
}

// encodeGuildProfile says "no guilds" in the way that koishi understands when
// it asks on connecting: the tiny_id "0".
func encodeGuildProfile(l qq.Login) guildProfile { return guildProfile{l.Nickname, "0", l.Avatar} }

type statusInfo struct {
	liveness
	Stat statistics `json:"stat"`
}

type statistics struct {
	Received    int64 `json:"message_received"`
	Sent        int64 `json:"message_sent"`
	LastMessage int64 `json:"last_message_time"`
	Started     int64 `json:"startup_time"`
}

func encodeStatus(s qq.Status) statusInfo {
	return statusInfo{liveness{s.Online, s.Good}, statistics{s.Received, s.Sent, s.LastMessage.Unix(), s.Started.Unix()}}
}

type versionInfo struct {
	Name     string `json:"app_name"`
	Protocol string `json:"protocol_version"`
	Version  string `json:"app_version"`
}

type ability struct {
	Yes bool `json:"yes"`
}

type uinRange struct {
	From string `json:"minUin"`
	To   string `json:"maxUin"`
}

func robotRanges() []uinRange {
	return each(qq.RobotRanges(), func(r qq.UinRange) uinRange { return uinRange{r.From.String(), r.To.String()} })
}

type onlineClients struct {
	NoCache wire.Optional[wire.Bool] `json:"no_cache" default:"false"`
}

func (onlineClients) op() (qq.ListDevices, error) { return qq.ListDevices{}, nil }

type deviceList struct {
	Clients []deviceInfo `json:"clients"`
}

type deviceInfo struct {
	App  int64  `json:"app_id"`
	Name string `json:"device_name"`
	Kind string `json:"device_kind"`
}

func encodeDevice(d qq.Device) deviceInfo { return deviceInfo{d.App, d.Name, d.Kind} }

func encodeDevices(devices []qq.Device) deviceList { return deviceList{each(devices, encodeDevice)} }

type modelParam struct {
	Model wire.Str `json:"model"`
}

func (p modelParam) list() (qq.ListModels, error) { return qq.ListModels{Device: string(p.Model)}, nil }

type setModel struct {
	Model wire.Str `json:"model"`
	Show  wire.Str `json:"model_show"`
}

func (p setModel) op() (qq.SetModel, error) {
	return qq.SetModel{Device: string(p.Model), Show: string(p.Show)}, nil
}

type modelList struct {
	Variants []modelInfo `json:"variants"`
}

type modelInfo struct {
	Show string `json:"model_show"`
	Paid bool   `json:"need_pay"`
}

func encodeModels(models []qq.Model) modelList {
	return modelList{each(models, func(m qq.Model) modelInfo { return modelInfo{m.Show, m.Paid} })}
}
