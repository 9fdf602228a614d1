package runtime

import (
	"fmt"

	"llbot/actors/account"
	"llbot/actors/conn"
	"llbot/actors/endpoint"
	"llbot/actors/router"
	"llbot/actors/supervisor"
	"llbot/protocols/qq"
	"llbot/runtime/config"
)

// plan is the actor tree of the configuration.
func (s *Server) plan() supervisor.Plan {
	m := s.machine
	plan := supervisor.Plan{
		Name: s.settings.name, Log: m.log,
		Router: router.Options{Last: m.log.Last()},
		Env: conn.Env{
			Log: m.log, Dialer: m.dialer, Poster: m.poster, Now: now, Targets: m.targets,
			Limits: conn.Limits{InFlight: s.cfg.Limits.InFlight, Outbox: int(s.cfg.Limits.Outbox), Stall: s.cfg.Limits.Stall},
		},
		Endpoints: s.endpoints,
	}
	for _, h := range s.handlers {
		plan.Subscribers = append(plan.Subscribers, s.subscriber(h.want, h.fn))
	}
	for _, a := range s.cfg.Accounts {
		id := qq.UserID(a.UIN)
		plan.Accounts = append(plan.Accounts, account.Options{
			ID: id, Driver: m.drivers[id], IDs: m.store.IDs(), Ingester: m.media, Keys: m.store.Keys(),
			LastOrigin: m.log.LastOrigin, Now: now,
		})
	}
	return plan
}

// endpoints turns the configured endpoints into what the actors run.
func (s *Server) endpoints(all endpoint.Accounts, env conn.Env) ([]endpoint.Options, error) {
	var list []endpoint.Options
	for _, e := range s.cfg.Endpoints {
		o, err := s.endpoint(e, env)
		if err != nil {
			return nil, fmt.Errorf("endpoint %s: %w", e.Common().Name, err)
		}
		o.Name, o.Env, o.Listener = e.Common().Name, env, s.machine.listener
		r := e.Common().Replay
		o.Replay = conn.Replay{MaxAge: r.MaxAge, Rate: r.Rate, Messages: r.Messages}
		for _, uin := range e.Common().Serves(s.cfg) {
			caller, ok := all.Account(qq.UserID(uin))
			if !ok {
				return nil, fmt.Errorf("endpoint %s: there is no account %d", o.Name, uin)
			}
			o.Accounts = append(o.Accounts, caller)
		}
		if l := config.ListenOf(e); l != nil {
			o.Addr = l.Address()
		}
		if t := config.TargetOf(e); t != nil {
			o.URL = t.URL.Reveal()
			o.Redial.Handshake = t.Timeout
			o.Env.Poster = s.machine.poster.Within(t.Timeout)
		}
		if d := config.DeliveryOf(e); d != nil {
			o.Attempts, o.Concurrency, o.Retry = d.Attempts, d.Concurrency, d.RetryMax
		}
		list = append(list, o)
	}
	return list, nil
}
