package config

import (
	"net/url"
	"slices"
	"time"
)

// The backends. All but the first are servers of others that hold the account and that we are a client of.
const (
	DriverSim      Driver = "sim"      // the simulated QQ
	DriverMilky    Driver = "milky"    // LLBot, Lagrange.Milky, Yogurt
	DriverOneBot11 Driver = "onebot11" // NapCat, SnowLuma, LLBot, go-cqhttp
	DriverSatori   Driver = "satori"   // Koishi, LLBot
)

// Drivers lists every backend.
func Drivers() []Driver { return []Driver{DriverSim, DriverMilky, DriverOneBot11, DriverSatori} }

// Upstream is the server that holds an account; DriverSim has none.
type Upstream struct {
	// URL is where it listens: http or https; for onebot11 also ws or wss, and empty when it dials us.
	URL URL
	// Token is what we show, and for onebot11 what who dials us must show; empty means none.
	Token Secret
	// Listen is where we listen for it (onebot11): ws://host:port/path for a reverse WebSocket, http://host:port/path
	// for what it posts. Empty means that it is only dialled.
	Listen URL
	// Secret is the key of the signature under what it posts (onebot11).
	Secret Secret
	// Platform chooses among several logins (satori); empty takes the one that the QQ number or there being only one tells.
	Platform string
	// MediaIn is how files that are received are offered to bots, MediaOut how files that bots send reach the upstream.
	MediaIn, MediaOut MediaForm
	// Backfill is the greatest age of messages that are fetched from its history after a gap; 0 fetches none.
	Backfill time.Duration
}

// MediaForm is how files travel between an upstream and us.
type MediaForm string

// The forms.
const (
	MediaURL    MediaForm = "url"    // by link: the upstream's own in, one of ours out
	MediaStore  MediaForm = "store"  // in only: fetched into our store, and offered from there
	MediaBase64 MediaForm = "base64" // out only: whole
)

// newUpstream is the server of a driver with everything that has a default.
func newUpstream() Upstream {
	return Upstream{MediaIn: MediaURL, MediaOut: MediaBase64, Backfill: 10 * time.Minute}
}

// NewAccount is an account of a driver with its defaults and without a number.
func NewAccount(d Driver) Account {
	if d == DriverSim {
		return Account{Driver: d, World: defaultWorld}
	}
	return Account{Driver: d, Upstream: newUpstream()}
}

// accountFields are the keys that an account of a driver may have.
func (d *decoder) accountFields(into *Account) []field {
	all := []field{{"uin", d.uin(&into.UIN)}, {"driver", d.driver(&into.Driver)}}
	if into.Driver == DriverSim || !slices.Contains(Drivers(), into.Driver) {
		return append(all, field{"world", d.text(&into.World)}, field{"nickname", d.text(&into.Nickname)})
	}
	up := &into.Upstream
	all = append(all,
		field{"url", d.url(&up.URL)}, field{"token", d.secret(&up.Token)},
		field{"media_in", choice(d, &up.MediaIn, MediaURL, MediaStore)},
		field{"media_out", choice(d, &up.MediaOut, MediaBase64, MediaURL)},
		field{"backfill", d.duration(&up.Backfill)},
	)
	switch into.Driver {
	case DriverOneBot11:
		all = append(all, field{"listen", d.url(&up.Listen)}, field{"secret", d.secret(&up.Secret)})
	case DriverSatori:
		all = append(all, field{"platform", d.text(&up.Platform)})
	}
	return all
}

func checkUpstream(a Account, path string, r *report) {
	up := a.Upstream
	const instead = "write it as token"
	switch {
	case a.Driver != DriverOneBot11:
		checkURL(up.URL, path+".url", r, instead, "http", "https")
	case up.URL == "" && up.Listen == "":
		r.add(path+".url", "missing", "write where it listens (ws:// or http://), or listen for where it dials us")
	default:
		checkOneBotUpstream(up, path, r)
	}
	oneOf(r, path+".media_in", up.MediaIn, MediaURL, MediaStore)
	oneOf(r, path+".media_out", up.MediaOut, MediaBase64, MediaURL)
	between(r, path+".backfill", up.Backfill, 0, 7*day, ShowDuration)
}

func checkOneBotUpstream(up Upstream, path string, r *report) {
	if up.URL != "" {
		checkURL(up.URL, path+".url", r, "write it as token", "ws", "wss", "http", "https")
	}
	if up.Listen == "" {
		return
	}
	checkURL(up.Listen, path+".listen", r, "write it as token", "ws", "http")
	u, err := url.Parse(up.Listen.Reveal())
	if err != nil {
		return
	}
	if u.Port() == "" {
		r.add(path+".listen", "no port", "write one, such as ws://127.0.0.1:8081/onebot")
	}
	if u.Scheme == "http" && up.URL == "" {
		r.add(path+".url", "missing", "what posts to us is called over http: write where")
	}
	if reachOf(u.Hostname()) == reachOthers && len(up.Token)+len(up.Secret) == 0 {
		r.add(path+".listen", "other machines can reach it and there is no token", "write a token, or listen on 127.0.0.1")
	}
}

// secrets are the texts that no log may show.
func (up Upstream) secrets() []string {
	var all []string
	for _, s := range []Secret{up.Token, up.Secret} {
		if s != "" {
			all = append(all, s.Reveal())
		}
	}
	for _, address := range []URL{up.URL, up.Listen} {
		if u, err := url.Parse(address.Reveal()); err == nil {
			for _, values := range u.Query() {
				all = append(all, values...)
			}
		}
	}
	return all
}

func explainUpstream(a Account) []string {
	up := a.Upstream
	var cells []string
	if up.URL != "" {
		cells = append(cells, "at "+up.URL.String())
	}
	if up.Listen != "" {
		cells = append(cells, "listening at "+up.Listen.String())
	}
	cells = append(cells, tokenState(up.Token))
	if up.MediaIn != MediaURL {
		cells = append(cells, "received files kept here")
	}
	if up.MediaOut != MediaBase64 {
		cells = append(cells, "sent files as links")
	}
	return cells
}
