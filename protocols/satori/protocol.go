package satori

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"llbot/protocols/action"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

const (
	defaultPlatform = "llonebot" // what bindings in bot databases hang on
	defaultAdapter  = "llbot"
	pingPeriod      = 10 * time.Second
	grace           = 2 * time.Second // on top of the time to identify
)

// Options are the settings of one Satori endpoint. The zero value works.
type Options struct {
	Token    string // "" lets everybody in
	Path     string // in front of /v1, e.g. "/satori"
	Platform string // name space of ids; "" is llonebot. llbot, in any case, names it too
	// ReportSelf also reports what the accounts themselves said.
	ReportSelf bool
	// NoInternalEvents keeps back what Satori has no event for (mutes, nudges, …),
	// which is else reported as internal events; some clients log a warning for
	// each. Gaps are always told.
	NoInternalEvents bool
	Guard            face.Guard
	App              App
	// IdentifyTimeout is how long a socket may wait with IDENTIFY; 0 is 10 s,
	// negative is for ever. Two seconds of grace are added.
	IdentifyTimeout time.Duration
	// Silence is how long a socket may send nothing; 0 is 3 ping periods
	// (30 s), negative is for ever.
	Silence time.Duration
	// ProxyURLs are the beginnings of the URLs that Proxy fetches for anybody
	// who reaches the endpoint; reported to clients. Without Proxy there are none.
	ProxyURLs []string
	Proxy     Proxy
	// Internal runs the actions of the other protocols; nil serves none.
	Internal Internal
	// Hooks takes the webhooks that clients register; nil serves no registration.
	Hooks Hooks
}

// App is the program behind the endpoint. Name is the adapter that logins
// show, "" is llbot; Satori has no place for Version.
type App struct{ Name, Version string }

// Server speaks Satori for one endpoint.
type Server struct {
	options  Options
	codec    codec
	table    *action.Table // methods of a login
	own      *action.Table // methods of the endpoint
	unserved map[string]unserved
	needs    map[string][]string // method → operations it runs

	counting sync.Mutex
	able     capability // the last that was asked for

	writing sync.Mutex
	logins  map[qq.UserID]*writtenLogin // of each account
}

var _ face.Server = (*Server)(nil)

// New makes the face of an endpoint. The error tells which option is wrong.
func New(o Options) (*Server, error) {
	o.Path = strings.TrimRight(o.Path, "/")
	if o.Path != "" && o.Path[0] != '/' {
		return nil, fmt.Errorf("satori: path %q must begin with a slash", o.Path)
	}
	o.Platform = firstOf(o.Platform, defaultPlatform)
	if strings.ContainsAny(o.Platform, " /:\r\n") {
		return nil, fmt.Errorf("satori: platform %q must be one word, with neither colon nor slash", o.Platform)
	}
	if o.IdentifyTimeout == 0 {
		o.IdentifyTimeout = pingPeriod
	}
	if o.Silence == 0 {
		o.Silence = 3 * pingPeriod
	}
	for _, prefix := range o.ProxyURLs {
		if !IsProxyURL(prefix) {
			return nil, fmt.Errorf("satori: %q is no beginning of a URL", prefix)
		}
	}
	if o.ProxyURLs == nil {
		o.ProxyURLs = []string{}
	}
	s := &Server{options: o, unserved: notServed(), logins: map[qq.UserID]*writtenLogin{}}
	s.codec = codec{platform: o.Platform, adapter: strings.ToLower(firstOf(o.App.Name, defaultAdapter))}
	if err := s.join(); err != nil {
		return nil, fmt.Errorf("satori: %w", err)
	}
	return s, nil
}

// join makes the tables of methods and notes which operations each one needs.
func (s *Server) join() error {
	table, err := action.Join(s.loginActions(), friendActions(), guildActions(), memberActions(), channelActions(), s.messageActions(),
		reactionActions(), uploadActions())
	if err != nil {
		return err
	}
	var own []action.Action
	if s.options.Hooks != nil {
		own = hookActions(s.options.Hooks)
	}
	if s.own, err = action.Join(own); err != nil {
		return err
	}
	for _, row := range own {
		delete(s.unserved, row.Name)
	}
	s.table, s.needs = table, composed()
	for _, name := range table.Names() {
		if op := table.Lookup(name).Op; op != "" {
			s.needs[name] = []string{op}
		}
	}
	return nil
}

// composed lists what the methods that run several operations cannot do
// without.
func composed() map[string][]string {
	return map[string][]string{
		"channel.get":     {qq.OpName(qq.GetGroup{})},
		"guild.role.get":  {qq.OpName(qq.GetGroup{})},
		"message.create":  {qq.OpName(qq.SendMessage{})},
		"message.get":     {qq.OpName(qq.GetMessage{})},
		"message.list":    {qq.OpName(qq.GetHistory{})},
		"reaction.delete": {qq.OpName(qq.React{})},
		uploadName:        {qq.OpName(qq.KeepMedia{})},
	}
}

// Methods lists the served methods, for reference pages and censuses.
func (s *Server) Methods() []action.Action {
	var rows []action.Action
	for _, table := range []*action.Table{s.table, s.own} {
		for _, name := range table.Names() {
			rows = append(rows, *table.Lookup(name))
		}
	}
	return rows
}

// encoder is the form of events, bare for webhooks.
func (s *Server) encoder(bare bool) Encoder {
	return Encoder{Platform: s.codec.platform, Adapter: s.codec.adapter, Internal: !s.options.NoInternalEvents,
		OwnUploads: s.options.ReportSelf, Bare: bare}
}

// isPlatform tells whether a client's name of the platform is ours.
func (s *Server) isPlatform(name string) bool {
	return strings.EqualFold(name, s.options.Platform) || strings.EqualFold(name, defaultAdapter)
}
