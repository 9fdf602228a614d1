package onebot11

import (
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// nodes is the messages of a card that is to be sent: node segments, one alone
// or a list.
type nodes struct{ list []node }

// node is one message of a card: a stored one by its id, or one that is made
// up. uin and name are go-cqhttp's names and win over the spec's.
type node struct {
	ID       wire.Optional[wire.Str] `json:"id"`
	Content  wire.Optional[nodeBody] `json:"content"`
	Uin      wire.Optional[wire.Int] `json:"uin"`
	User     wire.Optional[wire.Int] `json:"user_id"`
	Name     wire.Optional[wire.Str] `json:"name"`
	Nickname wire.Optional[wire.Str] `json:"nickname"`
	Time     wire.Optional[wire.Int] `json:"time" doc:"Unix seconds"`
}

// nodeBody is the content of a node: a message, or nodes again.
type nodeBody struct {
	Content
	inner nodes
}

// DecodeWire reads nodes, which nothing else may stand among.
func (n *nodes) DecodeWire(c wire.Cursor) {
	switch c.Kind() {
	case "an array":
		c.Each(n.element)
	case "an object":
		n.element(c)
	default:
		c.Fault("must be a list of node segments, not " + c.Kind())
	}
}

func (n *nodes) element(c wire.Cursor) {
	var kind wire.Str
	if t := c.Key("type"); !t.Null() {
		t.Into(&kind)
	}
	if kind != "node" {
		c.Fault("must be a segment of type node")
		return
	}
	var one node
	c.Key("data").Into(&one)
	n.list = append(n.list, one)
}

// DecodeWire tells nodes from other segments by the first of them.
func (b *nodeBody) DecodeWire(c wire.Cursor) {
	if holdsNodes(c) {
		b.inner.DecodeWire(c)
	} else {
		b.Content.DecodeWire(c)
	}
}

func holdsNodes(c wire.Cursor) bool {
	isNode := func(s wire.Cursor) bool { return strings.Trim(string(s.Key("type").Raw), `"`) == "node" }
	found := false
	if c.Kind() == "an object" {
		return isNode(c)
	}
	if c.Kind() == "an array" {
		first := true
		c.Each(func(s wire.Cursor) {
			if first {
				found, first = isNode(s), false
			}
		})
	}
	return found
}

// forward is the messages in the inner language; name is the parameter's, for
// faults.
func (n nodes) forward(name string, inGroup bool) ([]*qq.ForwardNode, error) {
	if len(n.list) == 0 {
		return nil, fault(name, "there is nothing to send")
	}
	var faults wire.Faults
	out := make([]*qq.ForwardNode, 0, len(n.list))
	stored := map[wire.Str]bool{} // a stored message is shown once in a card
	for i, one := range n.list {
		if stored[one.ID.Value] {
			continue
		}
		stored[one.ID.Value] = one.ID.Value != ""
		path := name + "[" + strconv.Itoa(i) + "].data"
		message, err := one.forward(path, inGroup)
		if err != nil {
			for _, f := range faultsOf(err) {
				faults.Add(f)
			}
			continue
		}
		out = append(out, message)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

func (n node) forward(path string, inGroup bool) (*qq.ForwardNode, error) {
	if n.ID.Value != "" {
		id, ok := messageID(string(n.ID.Value))
		if !ok {
			return nil, fault(path+".id", "must be a message_id")
		}
		return &qq.ForwardNode{Ref: &qq.MessageRef{ID: id}}, nil
	}
	if !n.Content.Set {
		return nil, fault(path, "must have an id or a content")
	}
	message := &qq.ForwardNode{
		Sender: qq.UserID(n.Uin.Or(n.User.Value)), Name: string(n.Name.Or(n.Nickname.Value)), Time: qq.Time(n.Time.Value) * 1000,
	}
	body, err := n.Content.Value, error(nil)
	if len(body.inner.list) > 0 {
		var inner []*qq.ForwardNode
		inner, err = body.inner.forward(path+".content", inGroup)
		message.Segments = qq.Segments{&qq.Forward{Nodes: inner}}
	} else {
		message.Segments, err = body.Segments(path+".content", false, inGroup)
	}
	return message, err
}
