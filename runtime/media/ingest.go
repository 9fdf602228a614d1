package media

import (
	"context"
	"errors"
	"io"
	"strings"

	"llbot/protocols/qq"
)

// accepted ends the texts about URIs that make no sense here.
const accepted = "accepted are http://, https://, file:///, base64://, data:…;base64, and the id or link of a file of this server"

// Ingest takes the blob that m.URI names into the store, empties URI and fills
// in ID, the measures and, where there is none, Name. Accepted are
// base64://, data:<mime>;base64,… , http(s)://, file:// inside the allowed
// folders, and the id or link of a blob that the store holds already. With no
// URI, m.ID is looked up again. Failures are *qq.Error and leave m unchanged.
func (s *Store) Ingest(ctx context.Context, m *qq.Media) error {
	if m.URI == "" {
		return s.refill(m, m.ID)
	}
	id, measured, err := s.take(ctx, m.URI)
	if err != nil {
		return failure(ctx, err)
	}
	fill(m, id, measured)
	return nil
}

// take finds the way for a URI's form.
func (s *Store) take(ctx context.Context, uri string) (qq.ResourceID, measures, error) {
	if id := qq.ResourceID(uri); validID(id) {
		return s.held(id)
	}
	scheme, rest, found := strings.Cut(uri, ":")
	if !found {
		return "", measures{}, qq.Errorf(qq.ErrInvalid, "%q names no file; %s", clip(uri), accepted)
	}
	switch strings.ToLower(scheme) {
	case "base64":
		return s.takeBase64(ctx, strings.TrimPrefix(rest, "//"))
	case "data":
		return s.takeData(ctx, rest)
	case "file":
		return s.takeFile(ctx, rest)
	case "http", "https":
		if id, ours := s.ours(uri); ours {
			return s.held(id)
		}
		return s.download(ctx, uri)
	}
	return "", measures{}, qq.Errorf(qq.ErrInvalid, "%q cannot be read; %s", clip(uri), accepted)
}

func (s *Store) refill(m *qq.Media, id qq.ResourceID) error {
	if id == "" {
		return qq.Errorf(qq.ErrInvalid, "a file is named neither by URI nor by id; %s", accepted)
	}
	if !validID(id) {
		return unknown(id)
	}
	id, measured, err := s.held(id)
	if err != nil {
		return err
	}
	fill(m, id, measured)
	return nil
}

func (s *Store) held(id qq.ResourceID) (qq.ResourceID, measures, error) {
	m, ok := s.measures(id)
	if !ok {
		return "", measures{}, unknown(id)
	}
	return id, m, nil
}

func unknown(id qq.ResourceID) error {
	return qq.Errorf(qq.ErrMedia, "this server holds no file %q", clip(string(id)))
}

func fill(m *qq.Media, id qq.ResourceID, measured measures) {
	name := cleanName(m.Name)
	if name == "" {
		name = measured.Name
	}
	url := m.URL
	*m = measured.media(id)
	m.Name, m.URL = name, url
}

// download fetches an address outside.
func (s *Store) download(ctx context.Context, url string) (qq.ResourceID, measures, error) {
	if s.Fetch == nil {
		return "", measures{}, qq.Errorf(qq.ErrMedia, "this server downloads nothing; send the file itself as base64://")
	}
	// One byte more than is taken: then keep sees that there is more.
	body, err := s.Fetch(ctx, url, s.MaxBytes+1)
	if errors.Is(err, ErrTooLarge) {
		return "", measures{}, s.tooLarge()
	}
	if err != nil {
		return "", measures{}, err
	}
	defer body.Close()
	return s.keep(source{ctx, body})
}

// source ends a read that its caller no longer waits for.
type source struct {
	ctx context.Context
	io.Reader
}

func (r source) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// failure gives err as an *qq.Error: what is none yet came from reading the
// blob. Nothing was sent, so the outcome is known even when time ran out.
func failure(ctx context.Context, err error) error {
	var known *qq.Error
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return &qq.Error{Kind: qq.ErrTimeout, Text: "the file was not read in time", Cause: ctx.Err()}
	}
	return qq.Errorf(qq.ErrMedia, "the file cannot be read: %w", err)
}

// clip keeps error texts short.
func clip(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// cleanName makes a name that somebody chose harmless: the last element of a
// path, without control characters, at most 200 bytes.
func cleanName(name string) string {
	const most = 200
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, name)
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "")
	}
	if name == "." || name == ".." {
		return ""
	}
	return name
}
