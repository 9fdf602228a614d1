package onebot11

import (
	"context"
	"net/url"
	"path"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// badSource is what is told of a blob that is named in no way we know.
const badSource = "must be http(s)://, file://, base64://, data:…;base64, an absolute path, or the name of a file seen before"

// source is a blob in a parameter, in any of OneBot's forms.
type source struct{ uri, text string }

// DecodeWire brings the form to that of qq.Media.
func (s *source) DecodeWire(c wire.Cursor) {
	var text wire.Str
	c.Into(&text)
	if c.Kind() == "an object" || c.Kind() == "an array" {
		return
	}
	uri, ok := mediaURI(string(text))
	if !ok {
		c.Fault(badSource)
	}
	*s = source{uri, string(text)}
}

// media is the blob under a name; "" takes the one in its address.
func (s source) media(name string) *qq.Media {
	if name == "" {
		name = baseName(s.uri)
	}
	return &qq.Media{URI: s.uri, Name: name}
}

// optional is the blob of a parameter that may be left out, nil without one.
func optional(s wire.Optional[source]) *qq.Media {
	if !s.Set {
		return nil
	}
	return s.Value.media("")
}

func allMedia(list []source) []*qq.Media {
	out := make([]*qq.Media, len(list))
	for i, s := range list {
		out[i] = s.media("")
	}
	return out
}

// baseName is the file name at the end of an address, "" when there is none.
func baseName(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https", "file":
		if name := path.Base(u.Path); name != "." && name != "/" {
			return name
		}
	}
	return ""
}

// mediaURI brings OneBot's ways to name a blob to those of qq.Media; a bare
// name stays as it is, for finder to look up.
func mediaURI(text string) (string, bool) {
	scheme, rest, found := strings.Cut(text, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "file", "base64":
		if found {
			return strings.ToLower(scheme) + ":" + rest, strings.HasPrefix(rest, "//") && len(rest) > 2
		}
	case "data":
		if _, data, found := strings.Cut(rest, ";base64,"); found {
			return "base64://" + data, true
		}
	}
	switch {
	case strings.HasPrefix(text, "/"):
		return "file://" + text, true
	case len(scheme) == 1 && nameByte(scheme[0]) && strings.HasPrefix(rest, `\`):
		return "file:///" + strings.ReplaceAll(text, `\`, "/"), true
	}
	return text, text != "" && !found
}

// finder lets a bot name blobs by the names that it saw in messages: each is
// looked up before the operation that carries it runs.
type finder struct{ qq.Caller }

// Do runs the operation with its blobs found.
func (f finder) Do(ctx context.Context, op qq.Operation) (any, error) {
	inner := op
	if k, ok := op.(qq.Keyed); ok {
		inner = k.Op
	}
	if carrying, ok := inner.(qq.Carrying); ok {
		if err := carrying.EachMedia(func(m *qq.Media) error { return f.find(ctx, m) }); err != nil {
			return nil, err
		}
	}
	return f.Caller.Do(ctx, op)
}

// find leaves a name that nobody saw to ingest, which knows what else it may be.
func (f finder) find(ctx context.Context, m *qq.Media) error {
	if m.URI == "" || strings.Contains(m.URI, ":") {
		return nil
	}
	found, err := qq.Do(ctx, f.Caller, qq.FindMedia{Name: m.URI})
	switch {
	case err != nil:
		return ignoring(err, qq.ErrNotFound)
	case found.ID != "":
		m.URI, m.ID = "", found.ID
	case found.URL != "": // an upstream has it
		m.URI = found.URL
	}
	if m.Name == "" {
		m.Name = found.Name
	}
	return nil
}
