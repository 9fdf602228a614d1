package satori

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"llbot/protocols/face"
)

// Fetched is what a URL answered.
type Fetched struct {
	ContentType string
	Body        []byte
}

// Proxy fetches URLs for clients that cannot reach them.
type Proxy interface {
	// Own is the beginning of the links to files of this server, "" for none:
	// these are fetched besides those of ProxyURLs.
	Own() string
	// Fetch gets a URL. It follows redirects only to URLs that allowed takes, and
	// never to private addresses unless the server is configured so (ErrForbidden).
	// The size is limited (ErrMedia); failures are *qq.Error.
	Fetch(ctx context.Context, url string, allowed func(url string) bool) (Fetched, error)
}

// MediaURLs are the beginnings of the URLs of QQ's pictures, voices and avatars:
// what ProxyURLs are good for.
func MediaURLs() []string {
	return []string{
		"https://multimedia.nt.qq.com.cn/", "https://gchat.qpic.cn/", "https://c2cpicdw.qpic.cn/",
		"http://q.qlogo.cn/", "https://q.qlogo.cn/", "https://p.qlogo.cn/",
	}
}

const proxyName = "proxy"

// proxied routes GET /v1/proxy/{url}, which asks for neither token nor login:
// links in messages lead here. The URL stands in the path as it is, with its
// query as the request's.
func (s *Server) proxied(h *face.Head, dir face.Directory, target string) face.Route {
	if h.Method != "GET" && h.Method != "HEAD" {
		return answer(wrongVerb("GET"))
	}
	if h.Query != "" {
		target += "?" + h.Query
	}
	if strings.HasPrefix(target, internalScheme) {
		return s.proxiedInternal(dir, target)
	}
	target = unfolded(target)
	u := absolute(target)
	switch {
	case u == nil:
		return answer(plain(statusBadRequest, "proxy: what follows /v1/proxy/ is no URL"))
	case s.options.Proxy == nil || !s.proxies(target):
		return answer(plain(statusForbidden, "proxy: the URL begins with none of proxy_urls"))
	}
	return face.Route{Kind: face.RouteAction, Name: proxyName, Query: u.String()}
}

// proxiedInternal answers uploads only: native calls want the token.
func (s *Server) proxiedInternal(dir face.Directory, link string) face.Route {
	at, ok := parseInternal(link)
	if !ok {
		return answer(plain(statusBadRequest, "proxy: an internal link is internal:{platform}/{user}/{path}"))
	}
	caller := account(dir, at.account)
	if caller == nil || !s.isPlatform(at.platform) {
		return answer(plain(statusNotFound, "proxy: login not found"))
	}
	id, temporary := strings.CutPrefix(at.path, tmpPath)
	if !temporary || id == "" {
		return answer(plain(statusForbidden, "proxy: only uploads can be fetched without the token"))
	}
	return face.Route{Kind: face.RouteAction, Name: internalTmpName, Account: caller.Account(), Query: id}
}

// unfolded gives back the slash that servers on the way took from https://.
func unfolded(target string) string {
	for _, scheme := range []string{"http:/", "https:/"} {
		if rest, ok := strings.CutPrefix(target, scheme); ok && !strings.HasPrefix(rest, "/") {
			return scheme + "/" + rest
		}
	}
	return target
}

// absolute parses an http URL without a user; nil for anything else.
func absolute(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil
	}
	return u
}

// IsProxyURL tells whether a text can be one of ProxyURLs: the beginning of an
// http or https URL, with a host and neither user, query nor fragment.
func IsProxyURL(text string) bool {
	u := absolute(text)
	return u != nil && !strings.ContainsAny(text, "?#")
}

// proxies tells whether a URL begins with one of ours: the host must be the
// same, so that https://a.example does not let https://a.example.evil in, and
// the path must hold no way back.
func (s *Server) proxies(target string) bool {
	u := absolute(target)
	if u == nil || strings.Contains("/"+u.Path+"/", "/../") {
		return false
	}
	for _, allowed := range s.proxyURLs() {
		p := absolute(allowed)
		if p != nil && p.Scheme == u.Scheme && strings.EqualFold(p.Host, u.Host) && strings.HasPrefix(rooted(u.Path), rooted(p.Path)) {
			return true
		}
	}
	return false
}

// proxyURLs are the beginnings of what the proxy fetches.
func (s *Server) proxyURLs() []string {
	if s.options.Proxy == nil {
		return []string{}
	}
	urls := slices.Clone(s.options.ProxyURLs)
	if own := s.options.Proxy.Own(); own != "" {
		urls = append(urls, own)
	}
	return urls
}

func rooted(path string) string { return "/" + strings.TrimPrefix(path, "/") }

// serveProxy fetches. What comes back must not act as a page of this server.
func (s *Server) serveProxy(ctx context.Context, target string) face.Response {
	got, err := s.options.Proxy.Fetch(ctx, target, s.proxies)
	if err != nil {
		r := failure(err)
		if r.Status == statusBadRequest || r.Status == statusInternalServerError {
			r.Status = statusBadGateway
		}
		return r
	}
	return face.Response{
		Status: statusOK, ContentType: firstOf(got.ContentType, "application/octet-stream"), Body: got.Body,
		Headers: []face.Header{
			{Name: "X-Content-Type-Options", Value: "nosniff"},
			{Name: "Content-Security-Policy", Value: "default-src 'none'; sandbox"},
		},
	}
}
