package qq

import "slices"

// ForwardID names a set of forwarded messages; opaque outside the driver.
type ForwardID string

// Forward is a set of messages shown as one card. Sent, it holds Nodes, or
// the ID of a set that exists already. Received, it holds ID, Title, Preview
// and Summary; GetForward answers the nodes. A zero Title, Preview or Summary
// is filled in by QQ. Milky forward, OneBot forward and node, Satori message
// forward.
type Forward struct {
	ID      ForwardID      `json:"id,omitempty"`
	Title   string         `json:"title,omitempty"`
	Preview []string       `json:"preview,omitempty"` // 1 to 4 lines of "name: text"
	Summary string         `json:"summary,omitempty"` // the line at the foot
	Prompt  string         `json:"prompt,omitempty"`  // what lists of chats show; mobile only
	Nodes   []*ForwardNode `json:"nodes,omitempty"`
}

// ForwardNode is one message of a Forward. Sent, it is either a stored
// message (Ref) or made up: Sender, Name, Time and Segments, which may hold a
// Forward again. Received, Seq is the number in the original chat and Sender
// may be 0, since QQ does not always tell.
type ForwardNode struct {
	Ref      *MessageRef `json:"ref,omitempty"`
	Sender   UserID      `json:"sender,omitempty"`
	Name     string      `json:"name,omitempty"`
	Avatar   string      `json:"avatar,omitempty"` // URL, received only
	Time     Time        `json:"time,omitempty"`   // 0 when sent = now
	Seq      int64       `json:"seq,omitempty"`
	Segments Segments    `json:"segments,omitempty"`
}

func (*Forward) segment() {}

// eachRef visits the stored messages and the quotes of the nodes.
func (f *Forward) eachRef(visit func(*MessageRef)) {
	for _, n := range f.Nodes {
		if n == nil {
			continue
		}
		if n.Ref != nil {
			visit(n.Ref)
		}
		n.Segments.EachRef(visit)
	}
}

func (f *Forward) eachMedia(visit func(*Media) error) error {
	for _, n := range f.Nodes {
		if n == nil {
			continue
		}
		if err := n.Segments.EachMedia(visit); err != nil {
			return err
		}
	}
	return nil
}

func (f *Forward) clone() *Forward {
	c := *f
	c.Preview = slices.Clone(f.Preview)
	c.Nodes = slices.Clone(f.Nodes)
	for i, n := range c.Nodes {
		if n == nil {
			continue
		}
		own := *n
		own.Segments = n.Segments.Clone()
		if n.Ref != nil {
			ref := *n.Ref
			own.Ref = &ref
		}
		c.Nodes[i] = &own
	}
	return &c
}
