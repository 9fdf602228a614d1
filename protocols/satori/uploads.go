package satori

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

const uploadName = "upload.create"

// Limits of one upload.
const (
	MaxUploads    = 64  // parts
	maxUploadName = 255 // bytes of a part's name or file name
)

// uploadActions: https://satori.chat/zh-CN/resources/upload.html. The row is
// for lists and pages: forms are read by upload.
func uploadActions() []action.Action {
	return []action.Action{
		action.Handle(uploadName, func(context.Context, qq.Caller, struct{}) (map[string]string, error) {
			return nil, qq.Errorf(qq.ErrInvalid, "send the files as multipart/form-data")
		}).Acts(qq.ClassSend).Says("Keeps files at the server; the links may stand as src in message.create."),
	}
}

// part is one file of a form.
type part struct {
	name string
	blob qq.Media
}

// upload keeps the files of a form and answers a link for every name; of a
// name that comes several times all are kept and the last one is answered.
func upload(ctx context.Context, c qq.Caller, platform string, req face.Request) (any, error) {
	parts, err := readForm(req.Route.ContentType, req.Body)
	if err != nil {
		return nil, err
	}
	ops := make([]qq.KeepMedia, len(parts))
	for i := range parts {
		ops[i] = qq.KeepMedia{Blob: &parts[i].blob}
	}
	if c, err = underKey(c, req.Route.Idempotency); err != nil {
		return nil, err
	}
	if c, err = qq.Together(c, ops); err != nil {
		return nil, err
	}
	var links uploadLinks
	for i, op := range ops {
		kept, err := qq.Do(ctx, c, op)
		if err != nil {
			return nil, err
		}
		links.set(parts[i].name, firstOf(kept.URL, internalLink(platform, c.Account(), tmpPath+string(kept.ID))))
	}
	return links, nil
}

// uploadLinks are the links by the names of the parts, in the order of the form:
// satori-python takes the first link for its first file, whatever its name.
type uploadLinks []struct{ name, link string }

func (l *uploadLinks) set(name, link string) {
	for i := range *l {
		if (*l)[i].name == name {
			(*l)[i].link = link
			return
		}
	}
	*l = append(*l, struct{ name, link string }{name, link})
}

// MarshalJSON writes an object whose members stand in order.
func (l uploadLinks) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, one := range l {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(text, wire.MustMarshal(one.name)...), ':')
		text = append(text, wire.MustMarshal(one.link)...)
	}
	return append(text, '}'), nil
}

// underKey puts what c does under the key of a header, if there is one.
func underKey(c qq.Caller, key string) (qq.Caller, error) {
	if key == "" {
		return c, nil
	}
	if reason := qq.CheckKey(key); reason != "" {
		return nil, wire.Faults{{Path: "header " + action.KeyHeader, Reason: reason}}
	}
	return qq.UnderKey(c, key), nil
}

// isForm tells whether a body says that it is a form with files.
func isForm(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == "multipart/form-data"
}

// readForm reads a form's files. The errors are *qq.Error.
func readForm(contentType string, body []byte) ([]part, error) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return nil, qq.Errorf(qq.ErrInvalid, "the form's Content-Type names no boundary")
	}
	var parts []part
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		p, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, qq.Errorf(qq.ErrInvalid, "the form cannot be read: %w", err)
		}
		if len(parts) == MaxUploads {
			return nil, qq.Errorf(qq.ErrInvalid, "a form has at most %d files", MaxUploads)
		}
		one, err := readPart(p)
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
	}
	if len(parts) == 0 {
		return nil, qq.Errorf(qq.ErrInvalid, "the form holds no file")
	}
	return parts, nil
}

// readPart reads one file: its bytes are part of a body whose size the server
// has limited.
func readPart(p *multipart.Part) (part, error) {
	name, file := p.FormName(), p.FileName()
	switch {
	case name == "":
		return part{}, qq.Errorf(qq.ErrInvalid, "a part of the form has no name")
	case len(name) > maxUploadName || len(file) > maxUploadName:
		return part{}, qq.Errorf(qq.ErrInvalid, "a name in the form is longer than %d bytes", maxUploadName)
	}
	content, err := io.ReadAll(p)
	if err != nil {
		return part{}, qq.Errorf(qq.ErrInvalid, "part %q of the form breaks off: %w", name, err)
	}
	kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	uri := "base64://" + base64.StdEncoding.EncodeToString(content)
	return part{name, qq.Media{URI: uri, Name: file, MIME: kind}}, nil
}

// bytes is the part's content.
func (p *part) bytes() ([]byte, error) {
	content, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(p.blob.URI, "base64://"))
	if err != nil {
		return nil, qq.Errorf(qq.ErrInternal, "part %q: %w", p.name, err)
	}
	return content, nil
}

const (
	internalScheme = "internal:"
	tmpPath        = "_tmp/" // uploads
	apiPath        = "_api/" // calls of the JavaScript library
)

// internalLink writes a link that only this server can follow.
func internalLink(platform string, account qq.UserID, path string) string {
	return internalScheme + platform + "/" + account.String() + "/" + (&url.URL{Path: path}).EscapedPath()
}

// internalPlace is the place inside the server that an internal link leads to.
type internalPlace struct {
	platform, account, path string
}

// parseInternal reads an internal link; false when it is broken.
func parseInternal(link string) (internalPlace, bool) {
	rest, ok := strings.CutPrefix(link, internalScheme)
	parts := strings.SplitN(rest, "/", 3)
	if !ok || len(parts) < 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return internalPlace{}, false
	}
	return internalPlace{parts[0], parts[1], parts[2]}, true
}

// uploaded is the blob that an internal link of upload.create names.
func uploaded(src string) (qq.Media, error) {
	at, ok := parseInternal(src)
	id, temporary := strings.CutPrefix(at.path, tmpPath)
	plain, err := url.PathUnescape(id)
	if !ok || !temporary || plain == "" || err != nil {
		return qq.Media{}, qq.Errorf(qq.ErrInvalid, "content: %q is no link of upload.create", clip(src))
	}
	return qq.Media{ID: qq.ResourceID(plain)}, nil
}
