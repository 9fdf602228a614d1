// Package metrics shows how the server is doing in the form that Prometheus
// reads. It keeps nothing itself: every scrape asks for one Snapshot.
package metrics
