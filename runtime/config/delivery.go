package config

import "time"

// Delivery is what every webhook has: how hard it tries to bring its events.
type Delivery struct {
	// Attempts is how often an event is tried that the target refuses (a 4xx that means "no") before it goes to the
	// dead letters, 1 to 100. A target that cannot be reached or is overloaded is tried without end.
	Attempts int
	// Concurrency is the most deliveries in flight, 1 to 64. Only 1 keeps the events in order.
	Concurrency int
	// RetryMax is the longest wait between two tries, 100 ms to 24 h, unless the target asks for more.
	RetryMax time.Duration
}

// newDelivery is how webhooks deliver by default.
func newDelivery() Delivery { return Delivery{Attempts: 3, Concurrency: 1, RetryMax: time.Minute} }

// Delivering returns the delivery part itself.
func (d *Delivery) Delivering() *Delivery { return d }

// DeliveryOf returns the delivery part of an endpoint, nil if it is no webhook.
func DeliveryOf(e Endpoint) *Delivery {
	if w, ok := e.(interface{ Delivering() *Delivery }); ok {
		return w.Delivering()
	}
	return nil
}
