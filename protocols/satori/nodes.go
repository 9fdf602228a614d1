package satori

import (
	"strings"

	"llbot/protocols/qq"
)

// recordOf reads <message forward>: one stored message that is said once more,
// the id of a record that exists, or a record made of the messages inside.
func recordOf(e *Element) (Draft, error) {
	id := e.Attr("id")
	if len(e.Children) == 0 || id != "" && !isMessageID(id) {
		if ref, ok := ParseMessageID(id); ok {
			return Draft{Forward: &ref}, nil
		}
		if id == "" {
			return Draft{}, nil // an empty record: nothing to send, as for an empty message
		}
		f := recordHead(e)
		f.ID = qq.ForwardID(id)
		return Draft{Segments: qq.Segments{f}}, nil
	}
	r := recorder{}
	if err := r.all(e.Children); err != nil {
		return Draft{}, err
	}
	if len(r.nodes) == 0 {
		return Draft{}, nil
	}
	f := recordHead(e)
	f.Nodes = r.nodes
	return Draft{Segments: qq.Segments{f}}, nil
}

// recordHead is what a record shows outside; QQ fills in what is missing.
func recordHead(e *Element) *qq.Forward {
	f := &qq.Forward{Title: e.Attr("title"), Summary: e.Attr("summary"), Prompt: e.Attr("prompt")}
	if preview := e.Attr("preview"); preview != "" {
		f.Preview = strings.Split(preview, "\n")
	}
	return f
}

func isMessageID(id string) bool {
	_, ok := ParseMessageID(id)
	return ok
}

// recorder collects the messages of a record. author is whom what stands
// outside of message elements belongs to; loose is that.
type recorder struct {
	nodes  []*qq.ForwardNode
	author author
	loose  drafter
}

// author is who a message of a record is shown as; the zero value is the
// account itself.
type author struct {
	id   qq.UserID
	name string
}

func (r *recorder) all(elements []Element) error {
	for i := range elements {
		if err := r.one(&elements[i]); err != nil {
			return err
		}
	}
	r.flush()
	return nil
}

func (r *recorder) one(e *Element) (err error) {
	switch {
	case e.Tag == "author":
		r.flush()
		r.author, err = authorOf(e)
		return err
	case e.Tag == "message" && !e.Flag("forward"):
		r.flush()
		return r.message(e)
	}
	return r.loose.one(e)
}

// message adds one message of the record, or as many as its content needs.
func (r *recorder) message(e *Element) error {
	if id := e.Attr("id"); id != "" && len(e.Children) == 0 {
		ref, ok := ParseMessageID(id)
		if !ok {
			return qq.Errorf(qq.ErrInvalid, "content: <message> id %q is no message id of this server", clip(id))
		}
		r.nodes = append(r.nodes, &qq.ForwardNode{Ref: &ref})
		return nil
	}
	who := r.author
	for i := range e.Children {
		if c := &e.Children[i]; c.Tag == "author" {
			a, err := authorOf(c)
			if err != nil {
				return err
			}
			who = a
		}
	}
	var d drafter
	if err := d.all(e.Children); err != nil {
		return err
	}
	r.add(who, d.finish())
	return nil
}

// flush adds what stood outside of message elements.
func (r *recorder) flush() {
	r.add(r.author, r.loose.finish())
	r.loose = drafter{}
}

func (r *recorder) add(who author, drafts []Draft) {
	for _, d := range drafts {
		if d.Forward != nil {
			r.nodes = append(r.nodes, &qq.ForwardNode{Ref: d.Forward})
			continue
		}
		r.nodes = append(r.nodes, &qq.ForwardNode{Sender: who.id, Name: who.name, Segments: d.Segments})
	}
}

func authorOf(e *Element) (author, error) {
	a := author{name: e.Attr("name")}
	if id := e.Attr("id"); id != "" && id != "0" {
		n, ok := positive(id)
		if !ok {
			return a, qq.Errorf(qq.ErrInvalid, "content: <author> id %q is no QQ number", clip(id))
		}
		a.id = qq.UserID(n)
	}
	return a, nil
}

// signed makes account the author of the messages of records that name none.
func signed(segments qq.Segments, account qq.UserID) {
	for _, s := range segments {
		f, ok := s.(*qq.Forward)
		if !ok {
			continue
		}
		for _, n := range f.Nodes {
			if n.Ref == nil && n.Sender == 0 {
				n.Sender = account
			}
			signed(n.Segments, account)
		}
	}
}
