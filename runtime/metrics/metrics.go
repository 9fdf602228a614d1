package metrics

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Options say what is shown. Snapshot is required and may be called from
// several goroutines at once.
type Options struct {
	Snapshot func() Snapshot
	Version  string // of llbot
	Go       string // version of Go that built it
	Started  time.Time
	Now      func() time.Time // time.Now when nil
	Logger   *slog.Logger     // nothing is logged when nil
}

// Metrics is a registry of its own; nothing that a library registers globally
// shows up in it. Safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	logger   *slog.Logger
}

// New makes the registry with the server's own figures, those of the Go
// runtime and those of the process.
func New(o Options) (*Metrics, error) {
	if o.Snapshot == nil {
		return nil, errors.New("metrics: no Snapshot given")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	m := &Metrics{registry: prometheus.NewRegistry(), logger: o.Logger}
	for _, c := range []prometheus.Collector{
		newCollector(o.Snapshot),
		uptime(o.Started, o.Now),
		build(o.Version, o.Go),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := m.registry.Register(c); err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
	}
	return m, nil
}

// Handler answers scrapes in Prometheus's text form, or in the form that the
// scraper asks for. A figure that cannot be had leaves the others standing.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError,
		ErrorLog:      slog.NewLogLogger(m.logger.Handler(), slog.LevelWarn),
	})
}
