package satori

import (
	"net/url"
	"strings"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"
)

// Name is the driver's name in configurations.
const Name = "satori"

// New makes the driver of an account that a Satori server holds at o.URL (http
// or https, with the prefix that stands before /v1). o.Platform chooses among
// several logins of the account.
func New(o upstream.Options) (*upstream.Driver, error) {
	p, err := newProtocol(o)
	if err != nil {
		return nil, err
	}
	return upstream.New(p, p.operations(), o), nil
}

func newProtocol(o upstream.Options) (*protocol, error) {
	base, err := url.Parse(strings.TrimRight(o.URL, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, qq.Errorf(qq.ErrInvalid, "satori: the url must begin with http:// or https://")
	}
	base.Path = strings.TrimSuffix(base.Path, "/v1") // as some programs want it
	base.RawQuery, base.Fragment = "", ""
	if o.Notes == nil {
		o.Notes = forgetful{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &protocol{o: o, base: base, account: o.Account, notes: o.Notes, now: o.Now}, nil
}

// forgetful keeps no notes: ids that are no references are lost at once.
type forgetful struct{}

func (forgetful) Get(qq.UserID, string) (string, bool) { return "", false }
func (forgetful) Put(qq.UserID, string, string)        {}
