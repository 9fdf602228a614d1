package qq

import (
	"encoding/json"
	"fmt"
)

// What follows reads the stored form by encoding/json alone. It says which
// texts are right and what they mean; the reader of codec_read.go is a short
// cut for the texts that AppendEvent writes, and leaves all others to it.

func parseEvent(text []byte) (Event, error) {
	var t tagged
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("decode event: %w", err)
	}
	if t.Version != codecVersion {
		return nil, fmt.Errorf("decode event: version %d, want %d", t.Version, codecVersion)
	}
	e := newEvent(t.Kind)
	if e == nil {
		return &UnknownEvent{Kind: t.Kind, Data: t.Data}, nil
	}
	if err := json.Unmarshal(t.Data, e); err != nil {
		return nil, fmt.Errorf("decode event %s: %w", t.Kind, err)
	}
	return e, nil
}

func (s *Segments) parse(text []byte) error {
	var list []tagged
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	if list == nil {
		*s = nil
		return nil
	}
	out := make(Segments, len(list))
	for i, t := range list {
		seg := newSegment(t.Kind)
		if seg == nil {
			out[i] = &Raw{Kind: t.Kind, Data: t.Data}
			continue
		}
		if err := json.Unmarshal(t.Data, seg); err != nil {
			return fmt.Errorf("segment %d (%s): %w", i, t.Kind, err)
		}
		out[i] = seg
	}
	*s = out
	return nil
}
