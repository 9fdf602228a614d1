package upstream

import (
	"context"
	"encoding/base64"
	"io"
	"strings"

	"llbot/protocols/qq"
)

// Upload is a blob in the form that an upstream can read: "base64://…" or,
// when the configuration wants links, a URL of our store. What is none of our
// store's goes by its own URI or URL. Failures are ErrMedia.
func (o Options) Upload(m *qq.Media) (string, error) {
	if m == nil {
		return "", qq.Errorf(qq.ErrMedia, "there is nothing to send")
	}
	if o.Blobs != nil {
		if _, ours := o.Blobs.Stat(m.ID); ours {
			if o.Media.Link {
				return o.Blobs.Link(m.ID), nil
			}
			return o.inline(m.ID)
		}
	}
	for _, uri := range []string{m.URI, m.URL} {
		if uri != "" {
			return uri, nil
		}
	}
	return "", qq.Errorf(qq.ErrMedia, "this server holds no file %q", m.ID)
}

func (o Options) inline(id qq.ResourceID) (string, error) {
	blob, err := o.Blobs.Open(id)
	if err != nil {
		return "", qq.Errorf(qq.ErrMedia, "the file %q cannot be read: %w", id, err)
	}
	defer blob.Close()
	var b strings.Builder
	b.WriteString("base64://")
	w := base64.NewEncoder(base64.StdEncoding, &b)
	if _, err = io.Copy(w, blob); err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", qq.Errorf(qq.ErrMedia, "the file %q cannot be read: %w", id, err)
	}
	return b.String(), nil
}

// Found is a received blob for whoever wants to use it: taken into our store,
// so that it can be sent again, or as the upstream offers it when it cannot be
// fetched.
func (o Options) Found(ctx context.Context, m qq.Media) *qq.Media {
	if o.Blobs == nil || m.URL == "" {
		return &m
	}
	kept := qq.Media{URI: m.URL, Name: m.Name}
	if err := o.Blobs.Ingest(ctx, &kept); err != nil {
		return &m
	}
	kept.URL, kept.Duration = o.Blobs.Link(kept.ID), max(kept.Duration, m.Duration)
	return &kept
}

// UploadAll gives every blob of content, which must be the caller's own, a URI
// that the upstream can read.
func (o Options) UploadAll(content qq.Segments) error {
	return content.EachMedia(func(m *qq.Media) (err error) {
		m.URI, err = o.Upload(m)
		return err
	})
}

// keepAll takes the blobs of a received message into our store and offers our
// links; what cannot be fetched keeps the upstream's.
func (l *live) keepAll(m *qq.Message) {
	ctx, cancel := context.WithTimeout(l.ctx, l.o.Timing.Connect)
	defer cancel()
	_ = m.Segments.EachMedia(func(m *qq.Media) error {
		*m = *l.o.Found(ctx, *m)
		return nil
	})
}
