package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"llbot/protocols/onebot11"
)

// endpoint reads one entry of the list; an entry without a usable kind stays nil, with its fault reported.
func (d *decoder) endpoint(into *Endpoint, replay Replay) reader {
	return func(s spot) {
		if s.node.shape != shapeMap {
			d.wrong(s, "a mapping with a kind", false)
			return
		}
		e := d.kind(s)
		if e == nil {
			return
		}
		e.Common().Name = ""
		e.Common().Replay = replay
		d.mapping(s, d.fields(e))
		*into = e
	}
}

// kind makes the endpoint that the entry's kind names, nil when it names none.
func (d *decoder) kind(s spot) Endpoint {
	all := make([]string, len(Kinds()))
	for i, k := range Kinds() {
		all[i] = string(k)
	}
	known := "the kinds are " + strings.Join(all, ", ")
	value, path := s.node.get("kind"), s.path+".kind"
	switch {
	case value == nil || value.shape == shapeNull:
		d.at(s.node.where, path, "missing", known)
	case value.shape != shapeText:
		d.wrong(spot{path, value}, "a kind of endpoint", false)
	default:
		if e := NewEndpoint(Kind(value.text)); e != nil {
			return e
		}
		meant := string(foreignKind(value.text))
		if meant == "" {
			meant = nearest(value.text, all)
		}
		hint := known
		if meant != "" {
			hint = didYouMean(meant) + " " + known
		}
		d.at(value.where, path, "unknown kind "+quote(value.text), hint)
	}
	return nil
}

// fields lists the keys of an endpoint; which kind has which is told here and nowhere else.
func (d *decoder) fields(e Endpoint) []field {
	all := d.entry(e.Common())
	switch e := e.(type) {
	case *OneBotHTTP:
		return slices.Concat(all, d.listen(&e.Listen, "prefix"), d.onebot(&e.OneBot), d.acting(&e.Credentials), d.heartbeat(&e.Heartbeat))
	case *OneBotWS:
		return slices.Concat(all, d.listen(&e.Listen, "prefix"), d.onebot(&e.OneBot), d.acting(&e.Credentials), d.heartbeat(&e.Heartbeat))
	case *OneBotWSReverse:
		return slices.Concat(all, d.target(&e.Target), d.onebot(&e.OneBot), d.acting(&e.Credentials), d.heartbeat(&e.Heartbeat), []field{
			{"token", d.secret(&e.Token)},
			{"reconnect", d.section(
				field{"initial", d.duration(&e.Reconnect.Initial)},
				field{"max", d.duration(&e.Reconnect.Max)},
			)},
		})
	case *OneBotWebhook:
		return slices.Concat(all, d.target(&e.Target), d.delivery(&e.Delivery), d.onebot(&e.OneBot), d.heartbeat(&e.Heartbeat), []field{
			{"secret", d.hookSecret(&e.Token)},
			{"token", d.hookSecret(&e.Token)}, // LLBot's name for the same
			{"heartbeat_enable", d.boolean(&e.HeartbeatEnable)},
		})
	case *Milky:
		return slices.Concat(all, d.listen(&e.Listen, "prefix"), []field{{"report_self", d.boolean(&e.ReportSelf)}}, d.acting(&e.Credentials))
	case *MilkyWebhook:
		return slices.Concat(all, d.target(&e.Target), d.delivery(&e.Delivery), []field{
			{"token", d.secret(&e.Token)},
			{"report_self", d.boolean(&e.ReportSelf)},
		})
	case *Satori:
		return slices.Concat(all, d.listen(&e.Listen, "path"), []field{
			{"report_self", d.boolean(&e.ReportSelf)},
			{"platform", d.text(&e.Platform)},
			{"internal_events", d.boolean(&e.InternalEvents)},
			{"proxy_urls", d.required(list(d, &e.ProxyURLs, d.text))},
		}, d.acting(&e.Credentials))
	case *SatoriWebhook:
		return slices.Concat(all, d.target(&e.Target), d.delivery(&e.Delivery), []field{
			{"token", d.secret(&e.Token)},
			{"report_self", d.boolean(&e.ReportSelf)},
			{"platform", d.text(&e.Platform)},
			{"internal_events", d.boolean(&e.InternalEvents)},
		})
	}
	return all
}

func (d *decoder) entry(e *Entry) []field {
	return []field{
		{"kind", func(spot) {}}, // read before the others
		{"name", d.text(&e.Name)},
		{"accounts", d.required(d.served(&e.Accounts))},
		{"replay", d.replay(&e.Replay)},
	}
}

// served reads the accounts of an endpoint. An empty list is refused: it reads like "none" and would mean "all".
func (d *decoder) served(into *[]int64) reader {
	read := list(d, into, d.uin)
	return func(s spot) {
		if s.node.shape == shapeList && len(s.node.items) == 0 {
			d.at(s.node.where, s.path, "names no account", "remove the key to serve all accounts")
			return
		}
		read(s)
	}
}

func (d *decoder) listen(l *Listen, prefix string) []field {
	return []field{
		{"host", d.text(&l.Host)},
		{"port", d.whole(&l.Port)},
		{prefix, d.text(&l.Prefix)},
		{"token", d.secret(&l.Token)},
	}
}

func (d *decoder) target(t *Target) []field {
	return []field{
		{"url", d.url(&t.URL)},
		{"timeout", d.duration(&t.Timeout)},
	}
}

func (d *decoder) delivery(v *Delivery) []field {
	return []field{
		{"attempts", d.whole(&v.Attempts)},
		{"concurrency", d.whole(&v.Concurrency)},
		{"retry_max", d.duration(&v.RetryMax)},
	}
}

func (d *decoder) onebot(o *OneBot) []field {
	return []field{
		{"message_format", choice(d, &o.MessageFormat, FormatArray, FormatString)},
		{"report_self", d.boolean(&o.ReportSelf)},
		{"debug", d.boolean(&o.Debug)},
		{"filter", d.filter(&o.Filter)},
	}
}

// acting is what endpoints have that take actions.
func (d *decoder) acting(into *Credentials) []field {
	return []field{{"credentials", choice(d, into, CredentialsNone, CredentialsCookies, CredentialsAll)}}
}

// filter reads an event filter, written as YAML or as a text of JSON.
func (d *decoder) filter(into *string) reader {
	return func(s spot) {
		text := s.node.text
		if s.node.shape != shapeText {
			plain, err := json.Marshal(s.node.plain())
			if err != nil {
				d.wrong(s, "a query that JSON can hold", false)
				return
			}
			text = string(plain)
		}
		if _, err := onebot11.CompileFilter(text); err != nil {
			d.at(s.node.where, s.path, err.Error(), "see the events of OneBot 11 in llbot api, e.g. {message_type: group, user_id: {$in: [10001]}}")
			return
		}
		*into = text
	}
}

func (d *decoder) heartbeat(into *time.Duration) []field {
	return []field{{"heartbeat", d.interval(into)}}
}

// hookSecret reads the HMAC key under either of its names, not under both.
func (d *decoder) hookSecret(into *Secret) reader {
	read := d.secret(into)
	return func(s spot) {
		if *into != "" {
			d.at(s.node.where, s.path, `"secret" and "token" are the same thing here`, `keep "secret"`)
			return
		}
		read(s)
	}
}

// nameEndpoints gives the unnamed their kind as a name, with a number where that is taken.
func nameEndpoints(all []Endpoint) {
	taken := map[string]bool{}
	for _, e := range all {
		if e != nil {
			taken[e.Common().Name] = true
		}
	}
	for _, e := range all {
		if e == nil || e.Common().Name != "" {
			continue
		}
		name := string(e.Kind())
		for n := 2; taken[name]; n++ {
			name = fmt.Sprint(e.Kind(), "-", strconv.Itoa(n))
		}
		taken[name] = true
		e.Common().Name = name
	}
}
