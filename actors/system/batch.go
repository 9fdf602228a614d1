package system

const (
	// DefaultBatchItems is the most items of one batch.
	DefaultBatchItems = 64
	// DefaultBatchBytes is the most bytes of one batch.
	DefaultBatchBytes = 256 << 10
)

// Batchable is a message that a batching mailbox may hand over together with its
// neighbours.
type Batchable interface {
	// BatchBytes is the size that counts towards the limit of a batch. It is called with
	// the mailbox locked: it must be a plain read.
	BatchBytes() int
}

// BatchLimits bound one batch; zero fields take the defaults. A single item may be
// larger than Bytes and then comes alone.
type BatchLimits struct {
	Items int
	Bytes int
}

func (l BatchLimits) orDefaults() BatchLimits {
	if l.Items <= 0 {
		l.Items = DefaultBatchItems
	}
	if l.Bytes <= 0 {
		l.Bytes = DefaultBatchBytes
	}
	return l
}

// Batch is how a batching mailbox delivers Batchables, also a single one: neighbours in
// the order they were sent. The Batch and its Items slice are reused and valid only until
// Receive returns; the items themselves are not touched.
type Batch struct {
	Items []Batchable
	Bytes int // sum of BatchBytes
}

// Fail answers the items that are asks.
func (b *Batch) Fail(err error) {
	for _, item := range b.Items {
		fail(item, err)
	}
}

// accepts reports whether one more item of the size fits.
func (b *Batch) accepts(size int, limits BatchLimits) bool {
	return len(b.Items) == 0 || len(b.Items) < limits.Items && b.Bytes+size <= limits.Bytes
}

func (b *Batch) add(item Batchable, size int) {
	b.Items = append(b.Items, item)
	b.Bytes += size
}

func (b *Batch) reset() {
	clear(b.Items)
	b.Items, b.Bytes = b.Items[:0], 0
}
