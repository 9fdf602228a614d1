package milky

import (
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// uri names a blob.
type uri string

// DecodeWire takes the schemes that Milky knows.
func (u *uri) DecodeWire(c wire.Cursor) {
	var text string
	if c.Into(&text); c.Kind() != "a string" {
		return
	}
	*u = uri(text)
	if scheme, _, found := strings.Cut(text, "://"); found {
		switch strings.ToLower(scheme) {
		case "file", "http", "https", "base64":
			return
		}
	}
	c.Fault("must begin with file://, http://, https:// or base64://")
}

// uriOrNone is a uri that may be "" for none, as clients write it that always
// write every member.
type uriOrNone uri

// DecodeWire takes what uri takes, and "".
func (u *uriOrNone) DecodeWire(c wire.Cursor) {
	if string(c.Raw) == `""` {
		return
	}
	(*uri)(u).DecodeWire(c)
}

// media is the blob itself, nil for none.
func (u uriOrNone) media() *qq.Media {
	if u == "" {
		return nil
	}
	return uri(u).media()
}

// media is the blob itself.
func (u uri) media() *qq.Media { return &qq.Media{URI: string(u)} }

// named is the blob under a name.
func (u uri) named(name string) *qq.Media { return &qq.Media{URI: string(u), Name: name} }
