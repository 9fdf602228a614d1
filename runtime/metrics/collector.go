package metrics

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const namespace = "llbot"

// metric is one family whose samples are read from a Snapshot.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(s *Snapshot, sample sampler)
}

// sampler takes one sample with the values of the family's labels.
type sampler func(value float64, labels ...string)

// collector asks for one Snapshot a scrape, so that figures of one scrape
// belong together.
type collector struct {
	snapshot func() Snapshot
	metrics  []metric
	broken   *prometheus.Desc
}

func newCollector(snapshot func() Snapshot) *collector {
	return &collector{snapshot, families(), describe("snapshot_failed", "Stands for the figures that a scrape could not get.")}
}

// Describe lists the families.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, m := range c.metrics {
		to <- m.desc
	}
}

// Collect takes a Snapshot and writes all samples. It runs on a goroutine of
// the registry, where a panic would end the process.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	defer func() {
		if thrown := recover(); thrown != nil {
			to <- prometheus.NewInvalidMetric(c.broken, fmt.Errorf("panic: %v", thrown))
		}
	}()
	s := c.snapshot()
	for _, m := range c.metrics {
		m.read(&s, func(value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(m.desc, m.kind, value, labels...)
		})
	}
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
}

// total is a counter without labels.
func total(name, help string, read func(*Snapshot) uint64) metric {
	return metric{describe(name+"_total", help), prometheus.CounterValue, func(s *Snapshot, sample sampler) {
		sample(float64(read(s)))
	}}
}

// gauge is a gauge without labels.
func gauge(name, help string, read func(*Snapshot) float64) metric {
	return metric{describe(name, help), prometheus.GaugeValue, func(s *Snapshot, sample sampler) { sample(read(s)) }}
}

// perAccount is a family with one sample an account.
func perAccount(kind prometheus.ValueType, name, help string, read func(Account) float64) metric {
	return metric{describe(name, help, "account"), kind, func(s *Snapshot, sample sampler) {
		for _, a := range s.Accounts {
			sample(read(a), a.Account.String())
		}
	}}
}

// perTarget is a family with one sample a durable target.
func perTarget(kind prometheus.ValueType, name, help string, read func(Target) float64) metric {
	return metric{describe(name, help, "target"), kind, func(s *Snapshot, sample sampler) {
		for _, t := range s.Targets {
			sample(read(t), t.Name)
		}
	}}
}

func yes(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// uptime is the one figure that no Snapshot holds.
func uptime(started time.Time, now func() time.Time) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: namespace, Name: "uptime_seconds", Help: "Time since the server started.",
	}, func() float64 { return now().Sub(started).Seconds() })
}

// build is a constant 1 whose labels tell what runs.
func build(version, goVersion string) prometheus.Collector {
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "What runs; the value is always 1.",
		ConstLabels: prometheus.Labels{"version": version, "go": goVersion},
	})
	g.Set(1)
	return g
}
