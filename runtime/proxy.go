package runtime

import (
	"context"
	"errors"
	"io"
	"strings"

	"llbot/protocols/qq"
	"llbot/protocols/satori"
	"llbot/runtime/media"
	"llbot/runtime/transport"
)

// maxProxied is how many downloads for strangers are held in memory at once;
// who comes later waits.
const maxProxied = 4

// proxy fetches files for Satori's clients, who need no token for it: files of
// our own out of the media store, everything else through the fetcher with its
// guard of addresses.
type proxy struct {
	fetcher *transport.Fetcher
	media   *media.Store
	limit   int64 // bytes of one file
	slots   chan struct{}
}

var _ satori.Proxy = (*proxy)(nil)

func newProxy(f *transport.Fetcher, limit int64) *proxy {
	return &proxy{fetcher: f, limit: limit, slots: make(chan struct{}, maxProxied)}
}

// Own is how links to files of this server begin.
func (p *proxy) Own() string { return p.media.Links() }

// Fetch gets a file of ours or of the world's.
func (p *proxy) Fetch(ctx context.Context, url string, allowed func(url string) bool) (satori.Fetched, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return satori.Fetched{}, qq.Errorf(qq.ErrTimeout, "too many files are being fetched")
	}
	if strings.HasPrefix(url, p.Own()) {
		file, about, err := p.media.Follow(url)
		if err != nil {
			return satori.Fetched{}, err
		}
		return p.read(file, about.MIME)
	}
	body, about, err := p.fetcher.FetchWithin(ctx, url, p.limit, allowed)
	if err != nil {
		return satori.Fetched{}, unfetched(err)
	}
	return p.read(body, about.ContentType)
}

func (p *proxy) read(from io.ReadCloser, kind string) (satori.Fetched, error) {
	defer from.Close()
	body, err := io.ReadAll(from)
	if err != nil {
		return satori.Fetched{}, unfetched(err)
	}
	return satori.Fetched{ContentType: kind, Body: body}, nil
}

// unfetched tells of a download that failed: whether we refused, or it did not
// come in time, or not at all.
func unfetched(err error) error {
	kind := qq.ErrMedia
	switch {
	case errors.Is(err, transport.ErrAddress), errors.Is(err, transport.ErrRedirect):
		kind = qq.ErrForbidden
	case errors.Is(err, context.DeadlineExceeded):
		kind = qq.ErrTimeout
	}
	return qq.Errorf(kind, "%w", err)
}
