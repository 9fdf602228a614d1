package qq

// own copies content for an operation and passes the references that the
// driver must know (quotes, forwarded messages) through resolve. The copy is
// whole also when some cannot be resolved; the error is the first one's.
func own(s Segments, resolve func(MessageRef) (MessageRef, error)) (Segments, error) {
	s = s.Clone()
	var first error
	s.EachRef(func(ref *MessageRef) {
		found, err := resolve(*ref)
		if err != nil && first == nil {
			first = err
		}
		*ref = found
	})
	return s, first
}

// ownMedia copies an operation's blobs, so that ingest does not change what the
// caller holds.
func ownMedia(list []*Media) []*Media {
	out := make([]*Media, len(list))
	for i, m := range list {
		out[i] = m.clone()
	}
	return out
}

// visitMedia visits the blobs that are there.
func visitMedia(visit func(*Media) error, list ...*Media) error {
	for _, m := range list {
		if m == nil {
			continue
		}
		if err := visit(m); err != nil {
			return err
		}
	}
	return nil
}
