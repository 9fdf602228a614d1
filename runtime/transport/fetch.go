package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// FetchOptions bounds downloads. The zero value of a field stands for its
// default.
type FetchOptions struct {
	Guard     *Guard        // nil lets only public addresses through
	Timeout   time.Duration // from dialing to the last byte, 2 min
	HeadTime  time.Duration // for connecting, TLS and an answer's head each, 10 s
	Redirects int           // how many are followed, 5
	UserAgent string        // "llbot"
}

// Fetched describes a download.
type Fetched struct {
	URL         string // where it was found in the end, after redirects
	ContentType string // as the server says; "" when it does not
	Length      int64  // -1 when the server does not say
	Name        string // a file name from the answer or the address, "" when there is none
}

// StatusError is a download that was answered with another status than 200.
type StatusError struct{ Status int }

// Error tells the status.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the server answered %d %s", e.Status, http.StatusText(e.Status))
}

// ErrTooLarge is a download over its limit.
var ErrTooLarge = errors.New("the file is larger than allowed")

// Fetcher downloads files from URLs that bots name. Where a URL leads is
// decided by its guard each time a connection is made. It reads no proxy
// settings from the environment, sends no cookies and keeps no connections.
// Safe for concurrent use.
type Fetcher struct {
	opt    FetchOptions
	client *http.Client
}

// NewFetcher makes a fetcher.
func NewFetcher(o FetchOptions) (*Fetcher, error) {
	preset(&o.Timeout, 2*time.Minute)
	preset(&o.HeadTime, 10*time.Second)
	preset(&o.Redirects, 5)
	preset(&o.UserAgent, "llbot")
	if o.Guard == nil {
		g, err := NewGuard()
		if err != nil {
			return nil, err
		}
		o.Guard = g
	}
	f := &Fetcher{opt: o}
	f.client = &http.Client{
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: o.HeadTime, Control: o.Guard.Control}).DialContext,
			TLSHandshakeTimeout:    o.HeadTime,
			ResponseHeaderTimeout:  o.HeadTime,
			MaxResponseHeaderBytes: 64 << 10,
			DisableKeepAlives:      true, // a kept connection would not be checked again
			DisableCompression:     true, // a small answer must not become a large one
		},
	}
	return f, nil
}

// redirect limits redirects; their addresses are checked like the first one.
func (f *Fetcher) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > f.opt.Redirects {
		return fmt.Errorf("more than %d redirects", f.opt.Redirects)
	}
	req.Header.Del("Referer") // it may hold what the bot's URL is secret for
	return webAddress(req.URL)
}

func webAddress(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return fmt.Errorf("%q is not an http or https address", u.Scheme+"://"+u.Host)
	}
	return nil
}

// Fetch downloads an http or https URL of at most limit bytes. Reading fails
// with ErrTooLarge when there is more. The reader must be closed.
func (f *Fetcher) Fetch(ctx context.Context, address string, limit int64) (io.ReadCloser, Fetched, error) {
	return f.FetchWithin(ctx, address, limit, func(string) bool { return true })
}

// ErrRedirect is a redirect to where the caller does not want to be led.
var ErrRedirect = errors.New("the server redirects to an address that is not allowed")

// FetchWithin is Fetch that follows redirects only to URLs that allowed takes;
// for others it fails with ErrRedirect.
func (f *Fetcher) FetchWithin(ctx context.Context, address string, limit int64, allowed func(url string) bool) (io.ReadCloser, Fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, f.opt.Timeout)
	client := *f.client
	client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if !allowed(req.URL.String()) {
			return ErrRedirect
		}
		return f.redirect(req, via)
	}
	resp, err := f.get(ctx, &client, address)
	if err == nil && resp.ContentLength > limit {
		_ = resp.Body.Close()
		err = fmt.Errorf("%d bytes: %w", resp.ContentLength, ErrTooLarge)
	}
	if err != nil {
		cancel()
		return nil, Fetched{}, fmt.Errorf("fetching %s: %w", shown(address), err)
	}
	return &download{body: resp.Body, left: limit, cancel: cancel}, described(resp), nil
}

func (f *Fetcher) get(ctx context.Context, client *http.Client, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if err := webAddress(req.URL); err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", f.opt.UserAgent)
	resp, err := client.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) { // its text repeats the address with its query
			err = u.Err
		}
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, &StatusError{resp.StatusCode}
	}
	return resp, nil
}

func described(resp *http.Response) Fetched {
	d := Fetched{URL: resp.Request.URL.String(), ContentType: resp.Header.Get("Content-Type"), Length: resp.ContentLength}
	if _, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil {
		d.Name = params["filename"]
	}
	if d.Name == "" {
		d.Name = resp.Request.URL.Path
	}
	if d.Name = path.Base(strings.ReplaceAll(d.Name, `\`, "/")); d.Name == "." || d.Name == "/" {
		d.Name = ""
	}
	return d
}

// download reads a body up to its limit.
type download struct {
	body   io.ReadCloser
	left   int64
	cancel context.CancelFunc
}

// Read fails with ErrTooLarge on the first byte over the limit.
func (d *download) Read(p []byte) (int, error) {
	if int64(len(p)) > d.left+1 {
		p = p[:d.left+1]
	}
	n, err := d.body.Read(p)
	if int64(n) > d.left {
		n, err = int(d.left), ErrTooLarge
	}
	d.left -= int64(n)
	return n, err
}

// Close ends the download.
func (d *download) Close() error {
	d.cancel()
	return d.body.Close()
}
