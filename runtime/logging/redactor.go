package logging

import (
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Redacted stands where a secret was.
const Redacted = "[redacted]"

// minSecret is the length below which a known secret is not searched for: short ones turn up in innocent text.
const minSecret = 8

// Redactor knows secrets and takes them out of text. It is safe for concurrent use; make one with [NewRedactor].
type Redactor struct {
	mu       sync.Mutex
	forms    []string // of every secret: as it is and as encodings write it, longest first
	replacer atomic.Pointer[strings.Replacer]
	shown    *regexp.Regexp // tokens that name themselves
}

// NewRedactor returns a redactor that knows the given secrets.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{shown: regexp.MustCompile(`(?i)(\bbearer +|\b(?:access_token|token|secret)=)[^\s&"'<>]+`)}
	r.Add(secrets...)
	return r
}

// Add makes secrets known from the next record on, also to loggers that exist. Those shorter than eight characters
// are ignored; their keys still hide them.
func (r *Redactor) Add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		if utf8.RuneCountInString(secret) >= minSecret {
			r.forms = append(r.forms, forms(secret)...)
		}
	}
	slices.SortFunc(r.forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	r.forms = slices.Compact(r.forms)
	pairs := make([]string, 0, 2*len(r.forms))
	for _, form := range r.forms { // the first match wins, so that a secret inside a longer one does not leave its rest
		pairs = append(pairs, form, Redacted)
	}
	r.replacer.Store(strings.NewReplacer(pairs...))
}

// forms lists how a secret is written in URLs and JSON.
func forms(secret string) []string {
	all := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
	if quoted, err := json.Marshal(secret); err == nil { // strings always marshal
		all = append(all, string(quoted[1:len(quoted)-1]))
	}
	return all
}

// Clean returns text with every secret replaced by [Redacted].
func (r *Redactor) Clean(text string) string {
	if text == "" {
		return ""
	}
	text = r.replacer.Load().Replace(text)
	return r.shown.ReplaceAllString(text, "${1}"+Redacted)
}

// secretKey tells whether a key of an attribute or of JSON announces a secret.
func secretKey(key string) bool {
	plain := strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(key))
	return slices.ContainsFunc([]string{
		"token", "secret", "authorization", "cookie", "cookies", "password", "passwd", "apikey", "signature",
		"privatekey", "credential", "credentials",
	}, func(end string) bool { return strings.HasSuffix(plain, end) })
}
