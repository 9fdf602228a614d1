package runtime

import (
	"net/http"
	goruntime "runtime"

	"llbot/runtime/config"
	"llbot/runtime/metrics"
)

// metricsHandler answers Prometheus's scrapes.
func (s *Server) metricsHandler() (http.Handler, error) {
	m, err := metrics.New(metrics.Options{
		Snapshot: s.figures, Version: Version, Go: goruntime.Version(),
		Started: s.began.Std(), Logger: s.settings.logger,
	})
	if err != nil {
		return nil, err
	}
	return m.Handler(), nil
}

// figures reads every counter of a running server.
func (s *Server) figures() metrics.Snapshot {
	tree := s.tree.Load()
	if tree == nil {
		return metrics.Snapshot{}
	}
	var snap metrics.Snapshot
	for _, a := range tree.Accounts() {
		st := a.Status()
		snap.Accounts = append(snap.Accounts, metrics.Account{
			Account: a.Account(), Online: st.Online, Linked: st.Good,
			Accepted: uint64(st.Events), Received: uint64(st.Received), Sent: uint64(st.Sent),
		})
	}
	for i, e := range s.Endpoints() {
		if config.ListenOf(s.cfg.Endpoints[i]) != nil {
			snap.Endpoints = append(snap.Endpoints, metrics.Endpoint{Name: e.Name, Listening: e.Addr != ""})
		}
	}
	routed, actors := tree.Routes().Stats(), s.sys.Stats()
	snap.Delivery = metrics.Delivery{
		Published: routed.Published, Frames: routed.Frames, Bytes: routed.Bytes, Lagged: routed.Lagged,
		Aborted: routed.Aborted, EncoderPanics: routed.EncoderPanics, Live: routed.Live, Outboxes: s.machine.listener.Conns(),
	}
	snap.Actors = metrics.Actors{
		DeadLetters: actors.DeadLetters, Panics: actors.Panics + actors.LifecyclePanics + actors.WorkPanics,
		Restarts: actors.Restarts, GivenUp: actors.GivenUp,
	}
	snap.Log = s.logFigures()
	snap.Targets = s.machine.deliveries().figures(now())
	return snap
}
