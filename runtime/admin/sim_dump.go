package admin

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// simDump answers a world as it is: as JSON, or with form=yaml as the text of
// a scene. Neither is wrapped in anything, since both may be large.
func (s *Server) simDump(w http.ResponseWriter, r *http.Request) {
	q := parseQuery(r.URL.Query(), "world", "form")
	form, media := q.text("form"), jsonType
	switch form {
	case "", "json":
	case "yaml":
		media = yamlType
	default:
		q.add("form", "must be json or yaml")
	}
	err := q.err()
	var text []byte
	if err == nil {
		text, err = s.Worlds.Dump(q.text("world"), form == "yaml")
	}
	if err != nil {
		s.fail(w, r.URL.Path, err)
		return
	}
	s.hand(w, http.StatusOK, media, text)
}

// Dump writes the world down as the YAML of a scene, however long it is. When
// it fails out may have got a part.
func (c SimClient) Dump(ctx context.Context, out io.Writer) error {
	r, err := c.request(ctx, http.MethodGet, c.address("/api/sim/world", url.Values{"form": {"yaml"}}), nil)
	if err != nil {
		return err
	}
	answer, err := c.send(r)
	if err != nil {
		return c.unreachable(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != yamlType {
		return c.read(answer, nil)
	}
	_, err = io.Copy(out, brokenOff{answer.Body, c.Base})
	return err
}

// brokenOff is an answer's body whose errors say what they mean; those of the
// writer that it is copied to are left alone.
type brokenOff struct {
	body io.Reader
	base string
}

// Read reads the body.
func (b brokenOff) Read(into []byte) (int, error) {
	n, err := b.body.Read(into)
	if err != nil && err != io.EOF {
		err = breaking(b.base, err)
	}
	return n, err
}

func breaking(base string, err error) error {
	return fmt.Errorf("the answer of %s broke off: %w", base, err)
}
