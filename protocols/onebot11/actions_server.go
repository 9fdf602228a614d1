package onebot11

import (
	"context"

	"llbot/protocols/action"
	"llbot/protocols/qq"
)

// serverActions are about this endpoint itself.
func (c *core) serverActions() []action.Action {
	return append(c.polls.actions(),
		action.Handle(".handle_quick_operation", handleQuick).Acts(qq.ClassModerate).Says("Does what the answer to a webhook asks: replies, recalls, kicks, mutes, accepts."),
		action.Handle("get_supported_actions", c.supported).Acts(qq.ClassRead).Says("The names of all actions that are served."),
		action.Handle("get_config", c.config).Acts(qq.ClassRead).Says("This endpoint's settings, without its token."),
	)
}

func (c *core) supported(context.Context, qq.Caller, nothing) ([]string, error) {
	return c.Actions(), nil
}

// configInfo has the form of LLBot's configuration, with this endpoint in it.
type configInfo struct {
	OB11 configSection `json:"ob11"`
}

type configSection struct {
	Enable  bool             `json:"enable"`
	Connect []configEndpoint `json:"connect"`
}

type configEndpoint struct {
	Type       string        `json:"type"`
	Enable     bool          `json:"enable"`
	Token      string        `json:"token"` // never the token itself
	Heartbeat  int64         `json:"heartInterval"`
	Format     MessageFormat `json:"messageFormat"`
	ReportSelf bool          `json:"reportSelfMessage"`
	Debug      bool          `json:"debug"`
}

func (c *core) config(context.Context, qq.Caller, nothing) (configInfo, error) {
	return configInfo{configSection{true, []configEndpoint{{
		Type: c.kind, Enable: true, Token: choose(c.opts.Token != "", "(hidden)", ""), Heartbeat: c.opts.Heartbeat.Milliseconds(),
		Format: c.opts.MessageFormat, ReportSelf: c.opts.ReportSelf, Debug: c.opts.Debug,
	}}}}, nil
}
