package config

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"llbot/protocols/satori"
)

// endpointName matches names, which become parts of actor names, metrics and stored cursors.
var endpointName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`)

// pathPrefix matches "/one" and "/one/two" of characters that need no escape.
var pathPrefix = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)

func checkEndpoints(cfg *Config, r *report) {
	if len(cfg.Endpoints) > maxEntries {
		r.add("endpoints", fmt.Sprintf("%d endpoints; %d are the most", len(cfg.Endpoints), maxEntries), "")
		return
	}
	first := map[string]string{}
	for i, e := range cfg.Endpoints {
		path := index("endpoints", i)
		if e == nil {
			if r.sound(path, path+".kind") {
				r.add(path, "empty", "")
			}
			continue
		}
		name := e.Common().Name
		switch before, twice := first[name]; {
		case !endpointName.MatchString(name):
			r.add(path+".name", quote(name)+" is not a name", nameHint)
		case twice:
			r.add(path+".name", fmt.Sprintf("the name %s is already that of %s", quote(name), before), "")
		default:
			first[name] = path
		}
		checkServed(e.Common().Accounts, path, cfg.Accounts, r)
		if e.Common().Replay != cfg.Replay { // else it was checked where it comes from
			checkReplay(e.Common().Replay, path+".replay", r)
		}
		checkSettings(e, path, r)
	}
}

// checkServed wants every account that an endpoint names to exist.
func checkServed(served []int64, path string, accounts []Account, r *report) {
	for i, uin := range served {
		at := index(path+".accounts", i)
		switch {
		case slices.Contains(served[:i], uin):
			r.add(at, fmt.Sprintf("account %d is named twice", uin), "")
		case slices.ContainsFunc(accounts, func(a Account) bool { return a.UIN == uin }):
		case slices.ContainsFunc(accounts, func(a Account) bool { return a.UIN == 0 }): // it is told at the start
		case r.accountsSound(len(accounts)): // else the account meant may be the one with a fault
			r.add(at, fmt.Sprintf("there is no account %d", uin), "the accounts are "+uins(accounts))
		}
	}
}

func (r *report) accountsSound(count int) bool {
	for i := range count {
		if path := index("accounts", i); !r.sound("accounts", path, path+".uin") {
			return false
		}
	}
	return true
}

func uins(accounts []Account) string {
	all := make([]string, len(accounts))
	for i, a := range accounts {
		all[i] = strconv.FormatInt(a.UIN, 10)
	}
	return strings.Join(all, ", ")
}

// checkSettings checks what an endpoint's kind adds.
func checkSettings(e Endpoint, path string, r *report) {
	if l := ListenOf(e); l != nil {
		checkListen(e, l, path, r)
	}
	if t := TargetOf(e); t != nil {
		checkToken(t.Token, path+"."+tokenKey(e), r)
		between(r, path+".timeout", t.Timeout, 100*time.Millisecond, 10*time.Minute, ShowDuration)
	}
	if d := DeliveryOf(e); d != nil {
		between(r, path+".attempts", d.Attempts, 1, 100, plain[int])
		between(r, path+".concurrency", d.Concurrency, 1, 64, plain[int])
		between(r, path+".retry_max", d.RetryMax, 100*time.Millisecond, 24*time.Hour, ShowDuration)
	}
	switch e := e.(type) {
	case *OneBotHTTP:
		checkOneBot(&e.OneBot, e.Heartbeat, path, r)
	case *OneBotWS:
		checkOneBot(&e.OneBot, e.Heartbeat, path, r)
	case *OneBotWSReverse:
		checkOneBot(&e.OneBot, e.Heartbeat, path, r)
		checkURL(e.URL, path+".url", r, useToken(e), "ws", "wss")
		checkReconnect(e.Reconnect, path+".reconnect", r)
	case *OneBotWebhook:
		checkOneBot(&e.OneBot, e.Heartbeat, path, r)
		checkURL(e.URL, path+".url", r, useToken(e), "http", "https")
	case *Milky:
		checkCredentials(e.Credentials, path, r)
	case *MilkyWebhook:
		checkURL(e.URL, path+".url", r, useToken(e), "http", "https")
	case *Satori:
		checkCredentials(e.Credentials, path, r)
		checkPlatform(e.Platform, path, r)
		for i, beginning := range e.ProxyURLs {
			if !satori.IsProxyURL(beginning) {
				r.add(index(path+".proxy_urls", i), "not the beginning of a URL", "write http:// or https:// with a host and, maybe, a path")
			}
		}
	case *SatoriWebhook:
		checkURL(e.URL, path+".url", r, useToken(e), "http", "https")
		checkPlatform(e.Platform, path, r)
	}
}

// tokenKey is what the file calls a target's token.
func tokenKey(e Endpoint) string {
	if e.Kind() == KindOneBotWebhook {
		return "secret"
	}
	return "token"
}

// useToken says where a secret belongs that is not to be in a target's URL.
func useToken(e Endpoint) string { return "use the key " + quote(tokenKey(e)) }

func checkOneBot(o *OneBot, heartbeat time.Duration, path string, r *report) {
	oneOf(r, path+".message_format", o.MessageFormat, FormatArray, FormatString)
	checkCredentials(o.Credentials, path, r)
	if heartbeat < time.Millisecond {
		r.add(path+".heartbeat", "must be longer than nothing", "write 60s; a plain number counts milliseconds")
	}
}

func checkCredentials(c Credentials, path string, r *report) {
	oneOf(r, path+".credentials", c, CredentialsNone, CredentialsCookies, CredentialsAll)
}

func checkReconnect(c Reconnect, path string, r *report) {
	between(r, path+".initial", c.Initial, time.Millisecond, math.MaxInt64, ShowDuration)
	if c.Max < c.Initial {
		r.add(path+".max", fmt.Sprintf("%s is shorter than initial, %s", ShowDuration(c.Max), ShowDuration(c.Initial)), "")
	}
}

func checkPlatform(platform, path string, r *report) {
	if !simpleKey.MatchString(platform) {
		r.add(path+".platform", quote(platform)+" is not a name", nameHint)
	}
}

// checkToken wants what an HTTP header can carry.
func checkToken(token Secret, path string, r *report) {
	if strings.ContainsFunc(token.Reveal(), func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }) {
		r.add(path, "holds a space, a line break or an invisible character", "")
	}
}
