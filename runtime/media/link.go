package media

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/qq"
)

const (
	linkPath = "/media/"
	// linkStep is how long the same link is given out: an event's encodings
	// are shared, and links that differ each second would only cost caches.
	linkStep = time.Minute
	// macBytes of an HMAC-SHA256 are enough: 128 bits cannot be guessed.
	macBytes = 16
)

// Link is an address of a blob that works for the store's TTL and up to a
// minute longer: base + "/media/<id>?e=<Unix seconds>&s=<signature>". It only
// computes and does not look whether the blob is there; "" for an id that
// cannot be one of the store's.
func (s *Store) Link(id qq.ResourceID) string {
	if !validID(id) {
		return ""
	}
	const step = int64(linkStep / time.Second)
	end := s.Now().Add(s.TTL + time.Second - 1).Unix() // rounded up: never less than the TTL
	end += step - 1 - (end+step-1)%step
	expires := strconv.FormatInt(end, 10)
	return s.Links() + string(id) + "?e=" + expires + "&s=" + s.sign(id, expires)
}

// Links is how every link to a blob begins at present.
func (s *Store) Links() string { return strings.TrimSuffix(s.BaseURL(), "/") + linkPath }

func (s *Store) sign(id qq.ResourceID, expires string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(string(id) + "\n" + expires))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:macBytes])
}

// genuine tells in constant time whether the store signed this.
func (s *Store) genuine(id qq.ResourceID, expires, signature string) bool {
	return hmac.Equal([]byte(s.sign(id, expires)), []byte(signature))
}

// ours finds the blob of a link that this store made, whatever host it names:
// the signature proves it. An expired link counts too, so that a bot can send
// on what it was sent long ago.
func (s *Store) ours(link string) (qq.ResourceID, bool) {
	u, err := url.Parse(link)
	if err != nil {
		return "", false
	}
	at := strings.LastIndex(u.Path, linkPath)
	if at < 0 {
		return "", false
	}
	id := qq.ResourceID(u.Path[at+len(linkPath):])
	query := u.Query()
	return id, validID(id) && s.genuine(id, query.Get("e"), query.Get("s"))
}
