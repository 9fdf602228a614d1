package satori

import "llbot/protocols/qq"

// record reads a record of forwarded messages, as far as they are told.
func (r *contentReader) record(e *Element) qq.Segment {
	f := recordHead(e)
	f.ID = qq.ForwardID(e.Attr("id"))
	for i := range e.Children {
		if m := &e.Children[i]; m.Tag == "message" {
			f.Nodes = append(f.Nodes, r.recorded(m))
		}
	}
	return f
}

// recorded is one message of a record: a stored one by its id, or its author
// and content.
func (r *contentReader) recorded(e *Element) *qq.ForwardNode {
	if id := e.Attr("id"); id != "" && len(e.Children) == 0 {
		ref := r.client.Names.Ref(r.chat, id, 0)
		return &qq.ForwardNode{Ref: &ref}
	}
	n, rest := &qq.ForwardNode{}, e.Children
	if len(rest) > 0 && rest[0].Tag == "author" {
		a := &rest[0]
		n.Sender, n.Name, n.Avatar = userOf(a.Attr("id")), a.Attr("name"), a.Attr("avatar")
		rest = rest[1:]
	}
	n.Segments = r.client.segments(r.chat, rest)
	return n
}

// button adds to the keyboard of the message. All stand in one row and
// everybody may press them, since nothing tells otherwise.
func (r *contentReader) button(e *Element) {
	b := qq.Button{ID: e.Attr("id"), Label: labelOf(e.Children), Action: qq.ActionCallback, Permission: qq.PermitAll}
	if e.Attr("theme") == "primary" {
		b.Style = 1
	}
	switch e.Attr("type") {
	case "link":
		b.Action, b.Data = qq.ActionLink, e.Attr("href")
	case "input":
		b.Action, b.Data = qq.ActionCommand, e.Attr("text")
	}
	if n := len(r.line.current); n > 0 && len(r.line.tail) == 0 {
		if k, ok := r.line.current[n-1].(*qq.Keyboard); ok {
			k.Rows[0].Buttons = append(k.Rows[0].Buttons, b)
			return
		}
	}
	r.add(&qq.Keyboard{Rows: []qq.KeyboardRow{{Buttons: []qq.Button{b}}}})
}

// labelOf is the text of a button's children, lines included.
func labelOf(elements []Element) string {
	var d drafter
	for i := range elements {
		switch e := &elements[i]; e.Tag {
		case "":
			d.text(e.Text)
		case "br":
			d.text("\n")
		default:
			d.text(labelOf(e.Children))
		}
	}
	return string(d.tail)
}
