package sim

import "llbot/protocols/qq"

// What a world keeps of forwarded messages at most: the oldest sets expire.
const (
	forwardLimit     = 4096   // sets
	forwardNodeLimit = 50_000 // messages in all sets together
	forwardSize      = 1000   // messages in one set, those of sets inside it included
)

// forwardSet is a set of forwarded messages. It stands by itself: what happens
// to the messages that it was made of changes nothing in it.
type forwardSet struct {
	Card  qq.Forward        `json:"card"` // as receivers see it
	Depth int               `json:"depth"`
	Size  int               `json:"size"` // with the sets inside
	Nodes []*qq.ForwardNode `json:"nodes"`
}

// forwardShelf is every set that is kept, oldest first.
type forwardShelf struct {
	Sets  []*forwardSet
	Nodes int // in all sets together

	byID map[qq.ForwardID]*forwardSet // nil until it is asked for
}

// find gives a set, nil when there is none or it has expired.
func (s *forwardShelf) find(id qq.ForwardID) *forwardSet {
	if s == nil {
		return nil
	}
	return s.index()[id]
}

func (s *forwardShelf) index() map[qq.ForwardID]*forwardSet {
	if s.byID == nil {
		s.byID = make(map[qq.ForwardID]*forwardSet, len(s.Sets))
		for _, set := range s.Sets {
			s.byID[set.Card.ID] = set
		}
	}
	return s.byID
}

func (s *forwardShelf) add(set *forwardSet) {
	index := s.index()
	s.Sets, s.Nodes = append(s.Sets, set), s.Nodes+len(set.Nodes)
	index[set.Card.ID] = set
	for len(s.Sets) > 1 && (len(s.Sets) > forwardLimit || s.Nodes > forwardNodeLimit) {
		old := s.Sets[0]
		delete(index, old.Card.ID)
		s.Nodes -= len(old.Nodes)
		s.Sets[0] = nil
		s.Sets = s.Sets[1:]
	}
}

// keepForwards adds the sets of a message.
func (st *state) keepForwards(sets []*forwardSet) {
	if len(sets) == 0 {
		return
	}
	if st.Forwards == nil {
		st.Forwards = &forwardShelf{}
	}
	for _, set := range sets {
		st.Forwards.add(set)
	}
}

// forward copies a set that is to be sent, with its made-up messages.
func (w *World) forward(seg *qq.Forward) (qq.Segment, error) {
	own := &qq.Forward{ID: seg.ID, Title: clean(seg.Title), Summary: clean(seg.Summary), Prompt: clean(seg.Prompt)}
	for _, line := range seg.Preview {
		own.Preview = append(own.Preview, clean(line))
	}
	for _, n := range seg.Nodes {
		if n == nil { // left to the check of the whole
			own.Nodes = append(own.Nodes, nil)
			continue
		}
		node := &qq.ForwardNode{Sender: n.Sender, Name: clean(n.Name), Time: n.Time}
		if n.Ref != nil {
			ref := *n.Ref
			node.Ref = &ref
		} else {
			var err error
			if node.Segments, err = w.pieces(n.Segments); err != nil {
				return nil, err
			}
		}
		own.Nodes = append(own.Nodes, node)
	}
	return own, nil
}
