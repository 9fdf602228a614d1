package runtime

import (
	"context"
	"fmt"
	"maps"
	goruntime "runtime"
	"slices"

	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/runtime/admin"
	"llbot/runtime/config"
	"llbot/runtime/driver/sim"
	"llbot/runtime/driver/upstream"
)

// serve starts the admin server, when it is configured.
func (m *machine) serve(s *Server) error {
	if !s.cfg.Admin.Enable {
		return nil
	}
	token, err := admin.LoadToken(s.cfg.Data)
	if err != nil {
		return err
	}
	speaking := speaker{machine: m, worldOf: map[qq.UserID]*sim.World{}, first: qq.UserID(s.cfg.Accounts[0].UIN)}
	for _, a := range s.cfg.Accounts {
		if simulated(s, a) {
			speaking.worldOf[qq.UserID(a.UIN)] = m.worlds[a.World]
		}
	}
	figures, err := s.metricsHandler()
	if err != nil {
		return err
	}
	server := admin.New(admin.Options{
		Host: s.cfg.Admin.Host, Port: s.cfg.Admin.Port, Token: token,
		Guard: face.Guard{Origins: s.cfg.Origins, Hosts: s.cfg.Hosts},
		Ready: s.notReady, Status: s.adminStatus, Metrics: figures, Media: m.media,
		Log: m.log, LogStatus: s.logStatus, Targets: m.deliveries(), Letters: m.deliveries(), Now: now,
		Speaker: speaking, Worlds: m.playing(s), Decode: messageReader(), Ingest: m.media.Ingest, Logger: s.settings.logger,
	})
	m.admin = server
	return server.Start()
}

// rest stops taking admin requests; it comes first when everything ends.
func (m *machine) rest(ctx context.Context) error {
	if m.admin == nil {
		return nil
	}
	return m.admin.Stop(ctx)
}

// AdminAddr is the bound address of the admin server, "" when there is none.
func (s *Server) AdminAddr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.machine == nil || s.machine.admin == nil {
		return ""
	}
	return s.machine.admin.Addr()
}

// notReady tells why the server cannot do its work: it is not there yet (Start
// answers only when every port is bound), or its disk takes no events. What is
// wrong with QQ is no fault of the server.
func (s *Server) notReady() []string {
	if s.tree.Load() == nil {
		return []string{"starting or ending"}
	}
	var reasons []string
	if err := s.machine.log.Trouble(); err != nil {
		reasons = append(reasons, err.Error())
	}
	for _, name := range slices.Sorted(maps.Keys(s.machine.worlds)) {
		if err := s.machine.worlds[name].Trouble(); err != nil {
			reasons = append(reasons, fmt.Sprintf("world %s: %v", name, err))
		}
	}
	for _, a := range s.Accounts() {
		if a.Status().Driver == string(config.DriverSim) && s.settings.drivers[a.Account()] == nil && !a.Status().Good {
			reasons = append(reasons, fmt.Sprintf("account %d: its simulated QQ does not run", a.Account()))
		}
	}
	return reasons
}

func (s *Server) adminStatus() admin.Status {
	st := admin.Status{Version: Version, Go: goruntime.Version(), Started: s.began}
	for _, a := range s.Accounts() {
		status := a.Status()
		nickname := ""
		if login, err := qq.Do(context.Background(), a, qq.GetLogin{}); err == nil {
			nickname = login.Nickname
		}
		st.Accounts = append(st.Accounts, admin.AccountStatus{
			Account: a.Account(), Nickname: nickname, Driver: status.Driver, Online: status.Online, Good: status.Good,
			Received: status.Received, Sent: status.Sent, LastMessage: status.LastMessage, Lacks: status.MissingFeatures,
			Reason: status.Reason, Reasons: s.lacksBecause(a.Account()),
		})
	}
	for i, e := range s.Endpoints() {
		address := e.Addr
		if t := config.TargetOf(s.cfg.Endpoints[i]); t != nil {
			address = t.URL.String()
		}
		st.Endpoints = append(st.Endpoints, admin.EndpointStatus{
			Name: e.Name, Kind: string(e.Kind), Address: address, Listening: e.Addr != "",
		})
	}
	return st
}

// lacksBecause tells why the driver of an account does not serve operations,
// where it says so.
func (s *Server) lacksBecause(account qq.UserID) map[string]string {
	d, ok := s.machine.drivers[account].(*upstream.Driver)
	if !ok {
		return nil
	}
	reasons := map[string]string{}
	for _, lack := range d.Unserved() {
		reasons[lack.Operation] = lack.Reason
	}
	return reasons
}
