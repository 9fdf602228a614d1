package config

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Explain says in plain text what a configuration would run: addresses, accounts, whether tokens are set, and what to
// be careful about. It shows no secret.
func Explain(cfg *Config) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	line := func(cells ...string) {
		// The writer is a strings.Builder, which cannot fail.
		_, _ = fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	line("data", cfg.Data)
	line("log", strings.ToLower(cfg.Log.Level.String())+", "+string(cfg.Log.Format))
	if cfg.Admin.Enable {
		line("admin", "http://"+shownAddress(cfg.Admin.Host, cfg.Admin.Port)+"/")
	} else {
		line("admin", "off")
	}
	line("events", explainEvents(cfg))
	section(w, line, "accounts", len(cfg.Accounts))
	for _, a := range cfg.Accounts {
		line(explainAccount(a)...)
	}
	section(w, line, "endpoints", len(cfg.Endpoints))
	for _, e := range cfg.Endpoints {
		line(explainEndpoint(cfg, e)...)
	}
	warnings := Warnings(cfg)
	section(w, line, "warnings", len(warnings))
	for _, text := range warnings {
		line("  " + text)
	}
	_ = w.Flush()
	return out.String()
}

// section begins a list with its heading; columns of one list do not widen another's.
func section(w *tabwriter.Writer, line func(...string), title string, count int) {
	_ = w.Flush()
	if count == 0 {
		title += ": none"
	}
	line(title)
}

func explainEvents(cfg *Config) string {
	kept := "kept " + showAge(cfg.Retention.MaxAge) + " up to " + showSize(cfg.Retention.MaxBytes)
	if cfg.Durability == DurabilityOff {
		kept = "in memory only"
	}
	return "durability " + string(cfg.Durability) + ", " + kept + "; " + explainReplay(cfg.Replay)
}

func explainReplay(p Replay) string {
	text := "replay messages up to " + showAge(p.MaxAge) + " old"
	switch {
	case !p.Messages:
		text = "replay no messages"
	case p.MaxAge == 0:
		text = "replay messages of any age"
	}
	if p.Rate > 0 {
		text += ", " + strconv.Itoa(p.Rate) + " events a second"
	}
	return text
}

func explainAccount(a Account) []string {
	cells := []string{"  " + strconv.FormatInt(a.UIN, 10), "driver " + string(a.Driver)}
	if a.UIN == 0 {
		cells[0] = "  (as logged in there)"
	}
	if a.Driver != DriverSim {
		return append(cells, explainUpstream(a)...)
	}
	cells = append(cells, "world "+a.World)
	if a.Nickname != "" {
		cells = append(cells, "nickname "+strconv.Quote(a.Nickname))
	}
	return cells
}

func explainEndpoint(cfg *Config, e Endpoint) []string {
	entry := e.Common()
	cells := []string{"  " + entry.Name, string(e.Kind())}
	if l := ListenOf(e); l != nil {
		cells = append(cells, serverURL(e, l), tokenState(l.Token))
	}
	if t := TargetOf(e); t != nil {
		cells = append(cells, "to "+t.URL.String(), tokenState(t.Token))
	}
	served := "all accounts"
	if len(entry.Accounts) > 0 {
		served = "accounts"
		for _, uin := range entry.Serves(cfg) {
			served += " " + strconv.FormatInt(uin, 10)
		}
	}
	cells = append(cells, served)
	if entry.Replay != cfg.Replay {
		cells = append(cells, explainReplay(entry.Replay))
	}
	return cells
}

func tokenState(token Secret) string {
	if token == "" {
		return "no token"
	}
	return "token set"
}

// serverURL is where clients of a server begin.
func serverURL(e Endpoint, l *Listen) string {
	scheme, path := "http://", "/"
	switch e.Kind() {
	case KindOneBotWS:
		scheme = "ws://"
	case KindMilky:
		path = "/api/"
	case KindSatori:
		path = "/v1/"
	}
	return scheme + shownAddress(l.Host, l.Port) + l.Prefix + path
}

// shownAddress is host:port for people: "*" for all interfaces, no number for a port not chosen yet.
func shownAddress(host string, port int) string {
	if allInterfaces(host) {
		host = "*"
	}
	if addr, ok := parseHost(host); ok && addr.Is6() {
		host = "[" + addr.String() + "]"
	}
	if port == 0 {
		return host + ":(any free port)"
	}
	return host + ":" + strconv.Itoa(port)
}

// showAge writes whole days as such.
func showAge(d time.Duration) string {
	switch {
	case d == day:
		return "1 day"
	case d > 0 && d%day == 0:
		return strconv.FormatInt(int64(d/day), 10) + " days"
	}
	return ShowDuration(d)
}

// showSize writes bytes in the largest unit that divides them.
func showSize(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{gib, "GiB"}, {mib, "MiB"}, {kib, "KiB"}} {
		if n != 0 && n%unit.size == 0 {
			return strconv.FormatInt(n/unit.size, 10) + unit.name
		}
	}
	return strconv.FormatInt(n, 10) + " bytes"
}
