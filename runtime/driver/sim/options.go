package sim

import (
	"context"
	"log/slog"
	"time"

	"llbot/protocols/qq"
)

// The defaults of Options.
const (
	DefaultSync          = 20 * time.Millisecond
	DefaultSnapshotEvery = 50_000
	DefaultQueue         = 65_536
)

// Options say how a world is kept. The zero value is a world in memory.
type Options struct {
	Dir           string           // folder of journal and snapshots; "" keeps the world in memory only
	Now           func() time.Time // the machine's clock; time.Now when nil
	Clock         *Clock           // how the clock of a new world begins; nil: it is the machine's. A world that is there keeps its own
	Seed          uint64           // what chance in a new world depends on; 0 picks one. A world that is there keeps its own
	Scene         *Scene           // what a new world begins with, instead of the seed world; ErrOtherWorld when one is there that began otherwise
	Faults        []Fault          // that are there from the start
	Blobs         Blobs            // pictures; when nil every picture is unknown
	Logger        *slog.Logger     // nothing is logged when nil
	Sync          time.Duration    // at most one fsync in this time, or one for each keyed operation; DefaultSync when 0
	SnapshotEvery int              // records between snapshots; DefaultSnapshotEvery when 0
	Queue         int              // events that an account may be behind before Say waits; DefaultQueue when 0
}

// Blobs is what the world needs of the media store. Stat may touch the disk;
// Link is called under the world's lock and must only compute.
type Blobs interface {
	// Stat describes a stored blob; false when there is none of that name.
	Stat(id qq.ResourceID) (qq.Media, bool)
	// Link is a fresh URL of a blob.
	Link(id qq.ResourceID) string
	// Ingest takes in the blob that m.URI carries (base64://) and fills in the rest.
	Ingest(ctx context.Context, m *qq.Media) error
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Blobs == nil {
		o.Blobs = noBlobs{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Sync <= 0 {
		o.Sync = DefaultSync
	}
	if o.SnapshotEvery <= 0 {
		o.SnapshotEvery = DefaultSnapshotEvery
	}
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	return o
}

type noBlobs struct{}

func (noBlobs) Stat(qq.ResourceID) (qq.Media, bool) { return qq.Media{}, false }
func (noBlobs) Link(qq.ResourceID) string           { return "" }
func (noBlobs) Ingest(context.Context, *qq.Media) error {
	return qq.Errorf(qq.ErrMedia, "this world has no store for blobs")
}
