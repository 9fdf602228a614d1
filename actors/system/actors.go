package system

import (
	"log/slog"
	"slices"

	"github.com/asynkron/protoactor-go/actor"
)

// NewActors makes the library's system as New does when it is given none: without its
// stderr logger, its dead-letter log and its metrics (which leak a callback for every
// stopped actor), and with a registry of processes that is small.
func NewActors(log *slog.Logger) *actor.ActorSystem {
	logger := slog.New(quiet{log.Handler()})
	system := actor.NewActorSystem(
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return logger }),
		actor.WithMetricProviders(nil),
	)
	replaceDeadLetterHandling(system)
	gatherRegistry(system.ProcessRegistry)
	return system
}

// registryBuckets is how many of the registry's 1024 buckets are left, each of 32 tables
// with a lock. PIDs remember their process: the registry is asked when one is used first.
const registryBuckets = 8

// gatherRegistry moves what a new registry holds into a few buckets. Among all of its 32768
// tables ten thousand actors have one each, and a table begins with room for eight.
func gatherRegistry(registry *actor.ProcessRegistryValue) {
	all := registry.LocalPIDs.LocalPIDs
	registry.LocalPIDs = &actor.SliceMap{LocalPIDs: slices.Clone(all[:registryBuckets])}
	for _, bucket := range all[registryBuckets:] {
		bucket.IterCb(func(id string, process any) { registry.LocalPIDs.GetBucket(id).Set(id, process) })
	}
}
