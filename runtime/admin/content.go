package admin

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// content reads a message: in the protocol's forms, or as segments in the form
// that answers and dumps print, {"kind":"dice","data":{"result":6}}. A list may
// mix the two.
func (s *Server) content(raw []byte) (qq.Segments, error) {
	var m mixed
	var d wire.Decoder
	if err := d.Decode(raw, &m); err != nil || !m.printed {
		return s.Decode(raw)
	}
	if !m.list {
		return readPrinted(raw)
	}
	var content qq.Segments
	var faults faultList
	for i, piece := range m.pieces {
		read := s.Decode
		if piece.printed {
			read = readPrinted
		}
		part, err := read(piece.raw)
		if err != nil {
			faults.under("["+strconv.Itoa(i)+"]", err)
		}
		content = append(content, part...)
	}
	return content, faults.err()
}

// mixed is a message whose segments may be of either form.
type mixed struct {
	pieces  []pieceText
	list    bool
	printed bool // some are in the printed form
}

// pieceText is one segment as it was written.
type pieceText struct {
	raw     []byte
	printed bool
}

// DecodeWire takes the segments apart.
func (m *mixed) DecodeWire(c wire.Cursor) {
	m.list = c.Each(m.piece)
	if c.Kind() == "an object" {
		m.piece(c)
	}
}

func (m *mixed) piece(c wire.Cursor) {
	p := pieceText{raw: c.Raw}
	p.printed = c.Kind() == "an object" && !c.Key("kind").Null() && c.Key("type").Null()
	m.printed = m.printed || p.printed
	m.pieces = append(m.pieces, p)
}

// readPrinted reads one segment in the form that answers and dumps print.
func readPrinted(raw []byte) (qq.Segments, error) {
	var p printed
	var d wire.Decoder
	err := d.Decode(raw, &p)
	return p.content, err
}

// printed is one segment of {"kind": K, "data": {...}}; data may be left out.
type printed struct{ content qq.Segments }

// DecodeWire reads the object under c.
func (p *printed) DecodeWire(c wire.Cursor) {
	c.Members(func(key string, value wire.Cursor) {
		if key != "kind" && key != "data" {
			value.Fault("is not known here; there are kind, data")
		}
	})
	kind, data := c.Key("kind"), c.Key("data")
	var name string
	if kind.Into(&name); name == "" {
		return
	}
	value := data.Raw
	if data.Null() {
		value = []byte("{}")
	}
	stored, err := wire.Marshal([]storedSegment{{name, value}})
	if err == nil {
		err = p.content.UnmarshalJSON(stored)
	}
	if err != nil {
		_, reason, _ := strings.Cut(err.Error(), "json: ")
		data.Fault("is not that of a segment of kind " + name + ": " + reason)
		return
	}
	p.judge(kind, data)
}

// storedSegment is the form that qq.Segments reads.
type storedSegment struct {
	Kind string   `json:"kind"`
	Data wire.Raw `json:"data"`
}

// judge refuses kinds that there are not, and fields that a kind has not.
func (p *printed) judge(kind, data wire.Cursor) {
	for _, seg := range p.content {
		if unknown, ok := seg.(*qq.Raw); ok {
			kind.Fault("there is no kind of segment " + strconv.Quote(unknown.Kind))
			continue
		}
		fields := parametersOf(reflect.TypeOf(seg).Elem())
		data.Members(func(key string, value wire.Cursor) {
			if !slices.ContainsFunc(fields, func(f parameter) bool { return f.name == key }) {
				value.Fault("is not known here" + thereAre(fields))
			}
		})
	}
}
