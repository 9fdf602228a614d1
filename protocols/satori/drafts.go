package satori

import (
	"strings"

	"llbot/protocols/qq"
)

// Draft is one message to be sent: content, or a stored message that is said
// once more.
type Draft struct {
	Segments qq.Segments
	Forward  *qq.MessageRef
}

// Drafts reads message text into the messages it asks to send, in order: a
// message element is a message of its own, and so is what stands before and
// behind it; the same holds for what QQ sends alone, such as audio, where only a
// quote stays with it. Drafts without content are left out. Failures are *qq.Error.
func Drafts(content string) ([]Draft, error) {
	elements, err := Parse(content)
	if err != nil {
		return nil, qq.Errorf(qq.ErrInvalid, "content: %w", err)
	}
	d := drafter{}
	if err := d.all(elements); err != nil {
		return nil, err
	}
	return d.finish(), nil
}

type drafter struct {
	done    []Draft
	current qq.Segments
	tail    []byte // the text behind current
	gap     bool   // a paragraph ended: a newline is due before more content
}

// finish ends the last message.
func (d *drafter) finish() []Draft {
	d.endText()
	if len(d.current) > 0 {
		d.done = append(d.done, Draft{Segments: d.current})
	}
	return d.done
}

// flush ends the message that is being written. Quotes with nothing behind them
// wait for the next one: alone they are no message.
func (d *drafter) flush() {
	d.gap = false
	d.endText()
	if len(d.current) > 0 && !onlyQuotes(d.current) {
		d.done = append(d.done, Draft{Segments: d.current})
		d.current = nil
	}
}

func onlyQuotes(s qq.Segments) bool {
	for _, seg := range s {
		if _, quote := seg.(*qq.Reply); !quote {
			return false
		}
	}
	return true
}

func (d *drafter) all(elements []Element) error {
	for i := range elements {
		if err := d.one(&elements[i]); err != nil {
			return err
		}
	}
	return nil
}

func (d *drafter) one(e *Element) error {
	switch e.Tag {
	case "":
		d.text(e.Text)
		return nil
	case "br":
		d.text("\n")
		return d.all(e.Children) // an unclosed <br> has swallowed them
	case "p":
		return d.paragraph(e)
	case "a":
		return d.link(e)
	case "sharp":
		d.text(firstOf(e.Attr("name"), e.Attr("id")))
		return nil
	case "message":
		return d.message(e)
	case "author":
		return nil
	case "button":
		return d.button(e)
	}
	segment, err := inline(e)
	switch {
	case err != nil:
		return err
	case segment == nil:
		return d.all(e.Children)
	}
	if t, ok := segment.(*qq.Text); ok {
		d.text(t.Text)
		return nil
	}
	d.add(segment)
	return nil
}

// inline reads an element that is one segment; nil when its children stand
// for it, as they do for tags that QQ has no form for.
func inline(e *Element) (qq.Segment, error) {
	switch e.Tag {
	case "at":
		return mention(e)
	case "face", "emoji":
		return faceOf(e)
	case "img", "image":
		return picture(e)
	case "quote":
		return quoteOf(e)
	case "audio", "video", "file":
		return lone(e)
	}
	return nativeSegment(e)
}

// add puts a segment behind what the current message holds, or makes a message
// of its own of it where QQ wants that.
func (d *drafter) add(s qq.Segment) {
	if qq.Alone(s) {
		d.flush()
		d.current = append(d.current, s)
		d.flush()
		return
	}
	d.breakLine()
	d.endText()
	d.current = append(d.current, s)
}

// text adds to the text at the end of the current message.
func (d *drafter) text(text string) {
	if text == "" {
		return
	}
	d.breakLine()
	d.tail = append(d.tail, text...)
}

// endText makes a segment of the text so far.
func (d *drafter) endText() {
	if len(d.tail) > 0 {
		d.current = append(d.current, &qq.Text{Text: string(d.tail)})
		d.tail = nil
	}
}

// breakLine writes the newline that a finished paragraph owes.
func (d *drafter) breakLine() {
	if d.gap {
		d.gap = false
		d.tail = append(d.tail, '\n')
	}
}

// empty tells whether the current message holds nothing.
func (d *drafter) empty() bool { return len(d.current) == 0 && len(d.tail) == 0 }

// endsLine tells whether a new paragraph can start right here.
func (d *drafter) endsLine() bool {
	n := len(d.tail)
	return d.empty() || d.gap || n > 0 && d.tail[n-1] == '\n'
}

// paragraph stands on lines of its own; the newline behind the last one is
// never written.
func (d *drafter) paragraph(e *Element) error {
	d.gap = !d.endsLine() || d.gap
	if err := d.all(e.Children); err != nil {
		return err
	}
	d.gap = !d.empty()
	return nil
}

// link keeps the address behind its text: "text (href)".
func (d *drafter) link(e *Element) error {
	segments, length := len(d.current), len(d.tail)
	if err := d.all(e.Children); err != nil {
		return err
	}
	href := e.Attr("href")
	switch {
	case href == "" || PlainText(e.Children) == href:
	case len(d.current) == segments && len(d.tail) == length:
		d.text(href)
	default:
		d.text(" (" + href + ")")
	}
	return nil
}

// button is its label, and its address behind it: ordinary accounts have no
// buttons to send.
func (d *drafter) button(e *Element) error {
	if e.Attr("type") == "link" {
		return d.link(e)
	}
	return d.all(e.Children)
}

// message sends what stands before it, then its children.
func (d *drafter) message(e *Element) error {
	if e.Flag("forward") {
		return d.forward(e)
	}
	d.flush()
	if err := d.all(e.Children); err != nil {
		return err
	}
	d.flush()
	return nil
}

// forward sends what stands before it, then the record or the stored message.
func (d *drafter) forward(e *Element) error {
	record, err := recordOf(e)
	if err != nil {
		return err
	}
	d.flush()
	if record.Forward != nil {
		d.done = append(d.done, record)
	}
	for _, s := range record.Segments {
		d.add(s)
	}
	return nil
}

// PlainText is the text inside elements.
func PlainText(elements []Element) string {
	var text strings.Builder
	for i := range elements {
		text.WriteString(elements[i].Text)
		text.WriteString(PlainText(elements[i].Children))
	}
	return text.String()
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
