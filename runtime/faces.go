package runtime

import (
	"fmt"

	"llbot/actors/conn"
	"llbot/actors/endpoint"
	"llbot/actors/router"
	"llbot/protocols/face"
	"llbot/protocols/milky"
	"llbot/protocols/onebot11"
	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/config"
)

const appName = "llbot"

// endpoint makes the protocol side of one configured endpoint.
func (s *Server) endpoint(e config.Endpoint, env conn.Env) (o endpoint.Options, err error) {
	guard := face.Guard{Origins: s.cfg.Origins, Hosts: s.cfg.Hosts}
	filter, err := eventFilter(e)
	if err != nil {
		return o, err
	}
	switch e := e.(type) {
	case *config.OneBotHTTP:
		opts := oneBot(e.OneBot, guard, filter, env)
		opts.Token, opts.Prefix, opts.Heartbeat = e.Token.Reveal(), e.Prefix, e.Heartbeat
		o.Server, err = onebot11.NewHTTP(opts)
	case *config.OneBotWS:
		opts := oneBot(e.OneBot, guard, filter, env)
		opts.Token, opts.Prefix, opts.Heartbeat = e.Token.Reveal(), e.Prefix, e.Heartbeat
		o.Server, err = onebot11.NewWebSocket(opts)
	case *config.OneBotWSReverse:
		o.Redial = conn.Redial{Initial: e.Reconnect.Initial, Max: e.Reconnect.Max}
		o.Dialed, err = onebot11.Reverse(onebot11.ReverseOptions{
			Token: e.Token.Reveal(), MessageFormat: onebot11.MessageFormat(e.MessageFormat), ReportSelf: e.ReportSelf,
			Debug: e.Debug, Heartbeat: e.Heartbeat, App: onebot11.App{Name: appName, Version: Version},
			Filter: filter, Journal: polled{env.Log, env.Routes}, Credentials: onebot11.Credentials(e.Credentials)})
	case *config.OneBotWebhook:
		hook := onebot11.HookOptions{Secret: e.Token.Reveal(), MessageFormat: onebot11.MessageFormat(e.MessageFormat), Debug: e.Debug,
			ReportSelf: e.ReportSelf, Filter: filter}
		if e.HeartbeatEnable {
			hook.Heartbeat = e.Heartbeat
		}
		o.ReportSelf = e.ReportSelf
		o.Hook = onebot11.Hook(hook)
	case *config.Milky:
		o.Server, err = milky.New(milky.Options{Token: e.Token.Reveal(), Prefix: e.Prefix, ReportSelf: e.ReportSelf,
			Guard: guard, App: milky.App{Name: appName, Version: Version}, NoCredentials: e.Credentials == config.CredentialsNone})
	case *config.MilkyWebhook:
		o.ReportSelf = e.ReportSelf
		o.Hook = milky.Hook(milky.HookOptions{Token: e.Token.Reveal()})
	case *config.Satori:
		hooks := s.webhooks(e)
		internal, err := s.internal(e.Credentials, guard, env)
		if err != nil {
			return o, err
		}
		var server *satori.Server
		if server, err = satori.New(satori.Options{Token: e.Token.Reveal(), Path: e.Prefix, Platform: e.Platform, ReportSelf: e.ReportSelf,
			Guard: guard, Hooks: hooks, Internal: internal, NoInternalEvents: !e.InternalEvents, ProxyURLs: e.ProxyURLs, Proxy: s.machine.proxy, App: satori.App{Name: appName, Version: Version}}); err == nil {
			o.Server, o.ReportSelf = server, e.ReportSelf
			o.Webhooks = hooks.open(func(token string) face.Hook { return server.Hook(satori.HookOptions{Token: token}) })
		}
	case *config.SatoriWebhook:
		o.ReportSelf = e.ReportSelf
		var s *satori.Server
		if s, err = satori.New(satori.Options{Platform: e.Platform, ReportSelf: e.ReportSelf, NoInternalEvents: !e.InternalEvents, App: satori.App{Name: appName, Version: Version}}); err == nil {
			o.Hook = s.Hook(satori.HookOptions{Token: e.Token.Reveal()})
		}
	default:
		err = fmt.Errorf("no protocol speaks %s", e.Kind())
	}
	return o, err
}

// eventFilter compiles the filter of a OneBot endpoint, which the
// configuration has read: one for all its connections.
func eventFilter(e config.Endpoint) (onebot11.Filter, error) {
	if o := config.OneBotOf(e); o != nil {
		return onebot11.CompileFilter(o.Filter)
	}
	return onebot11.Filter{}, nil
}

func oneBot(o config.OneBot, guard face.Guard, filter onebot11.Filter, env conn.Env) onebot11.Options {
	return onebot11.Options{
		MessageFormat: onebot11.MessageFormat(o.MessageFormat), ReportSelf: o.ReportSelf, Debug: o.Debug,
		Guard: guard, App: onebot11.App{Name: appName, Version: Version}, Filter: filter, Journal: polled{env.Log, env.Routes},
		Credentials: onebot11.Credentials(o.Credentials),
	}
}

// internal are the actions that a Satori endpoint's clients reach beside its methods.
func (s *Server) internal(secrets config.Credentials, guard face.Guard, env conn.Env) (internalCalls, error) {
	one, err := onebot11.NewHTTP(oneBot(config.OneBot{MessageFormat: config.FormatArray, Credentials: secrets}, guard, onebot11.Filter{}, env))
	if err != nil {
		return nil, err
	}
	other, err := milky.New(milky.Options{Guard: guard, App: milky.App{Name: appName, Version: Version}, NoCredentials: secrets == config.CredentialsNone})
	if err != nil {
		return nil, err
	}
	return internalCalls{"onebot11": one, "milky": other}, nil
}

// polled is the event log for clients that poll.
type polled struct {
	conn.LogReader
	routes router.Ref
}

// Watch calls fn with the number of each event.
func (p polled) Watch(fn func(last qq.SN)) (cancel func()) { return p.routes.Watch(fn) }
