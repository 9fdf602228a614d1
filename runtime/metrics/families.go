package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// families lists what is read from a Snapshot.
func families() []metric {
	return slices.Concat(accountFamilies(), deliveryFamilies(), logFamilies(), targetFamilies())
}

func deliveryFamilies() []metric {
	return []metric{
		{describe("endpoint_listening", "Whether a configured server endpoint listens.", "endpoint"),
			prometheus.GaugeValue, func(s *Snapshot, sample sampler) {
				for _, e := range s.Endpoints {
					sample(yes(e.Listening), e.Name)
				}
			}},
		total("events_published", "Events handed to the shards.", func(s *Snapshot) uint64 { return s.Delivery.Published }),
		total("delivered_frames", "Events delivered, each connection counted.", func(s *Snapshot) uint64 { return s.Delivery.Frames }),
		total("delivered_bytes", "Bytes taken by the outboxes of connections.", func(s *Snapshot) uint64 { return s.Delivery.Bytes }),
		total("connections_lagged", "Times that a connection fell behind and went to read the log.", func(s *Snapshot) uint64 { return s.Delivery.Lagged }),
		total("connections_aborted", "Connections cut for taking too little.", func(s *Snapshot) uint64 { return s.Delivery.Aborted }),
		total("encoder_panics", "Panics while an event was encoded.", func(s *Snapshot) uint64 { return s.Delivery.EncoderPanics }),
		gauge("connections_live", "Connections fed by shards now.", func(s *Snapshot) float64 { return float64(s.Delivery.Live) }),
		gauge("outboxes", "Connections with an outbox now, lagging ones included.", func(s *Snapshot) float64 { return float64(s.Delivery.Outboxes) }),
		total("actor_dead_letters", "Messages that no actor received.", func(s *Snapshot) uint64 { return s.Actors.DeadLetters }),
		total("actor_panics", "Panics in actors and their work.", func(s *Snapshot) uint64 { return s.Actors.Panics }),
		total("actor_restarts", "Actors restarted by supervision.", func(s *Snapshot) uint64 { return s.Actors.Restarts }),
		total("actors_given_up", "Actors stopped by supervision.", func(s *Snapshot) uint64 { return s.Actors.GivenUp }),
	}
}

func accountFamilies() []metric {
	const counter, level = prometheus.CounterValue, prometheus.GaugeValue
	return []metric{
		perAccount(counter, "events_accepted_total", "Events of an account that the journal took.", func(a Account) float64 { return float64(a.Accepted) }),
		perAccount(counter, "messages_received_total", "Messages that an account received.", func(a Account) float64 { return float64(a.Received) }),
		perAccount(counter, "messages_sent_total", "Messages that an account sent.", func(a Account) float64 { return float64(a.Sent) }),
		perAccount(level, "account_online", "Whether an account is logged in.", func(a Account) float64 { return yes(a.Online) }),
		perAccount(level, "account_linked", "Whether the link of an account's driver works.", func(a Account) float64 { return yes(a.Linked) }),
	}
}
