package onebot11

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"llbot/protocols/action"
	"llbot/protocols/face"
)

// MessageFormat is the form of messages in events and results.
type MessageFormat string

// The message formats: a list of segments (the default), or CQ codes.
const (
	Array  MessageFormat = "array"
	String MessageFormat = "string"
)

// App is how the server presents itself: get_version_info, User-Agent.
type App struct{ Name, Version string }

// Options configure a server of either kind.
type Options struct {
	// Token is what clients must show; "" lets everybody in.
	Token string
	// MessageFormat is Array when empty.
	MessageFormat MessageFormat
	// ReportSelf also sends what the account itself said, as message_sent.
	ReportSelf bool
	// Debug also reports messages that have nothing to show, and adds raw and
	// raw_pb to all.
	Debug bool
	// Filter decides which events are sent; lifecycle, heartbeats and gaps
	// always are.
	Filter Filter
	// Journal is read by the actions get_event and get_updates, which fail
	// without one.
	Journal Journal
	// Credentials is Cookies when empty.
	Credentials Credentials
	// Heartbeat is the interval of heartbeat events, 0 for none; on SSE
	// streams 0 means five seconds.
	Heartbeat time.Duration
	// Guard keeps foreign web pages away.
	Guard face.Guard
	// App is who answers get_version_info.
	App App
	// Prefix comes before all paths: "" or "/path".
	Prefix string
}

// core is what servers and reverse links share.
type core struct {
	opts  Options
	kind  string // LLBot's name of the kind of endpoint
	table *action.Table
	names map[string]string // unsupported action → why
	polls *poller
	// The forms of events, which all connections share: with numbers and without.
	plain, numbered face.Encoder
}

func newCore(o Options, kind string) (*core, error) {
	switch o.MessageFormat {
	case "":
		o.MessageFormat = Array
	case Array, String:
	default:
		return nil, fmt.Errorf("message format %q is neither array nor string", o.MessageFormat)
	}
	if o.Heartbeat < 0 {
		return nil, fmt.Errorf("heartbeat interval %s is negative", o.Heartbeat)
	}
	o.Prefix = strings.TrimSuffix(o.Prefix, "/")
	c := &core{opts: o, kind: kind, names: map[string]string{}, plain: o.encoder()}
	numbered := o.encoder()
	numbered.SN = true
	c.numbered = numbered
	c.polls = &poller{journal: o.Journal, form: o.encoder(), own: o.ReportSelf, places: map[pollKey]*pollPlace{}}
	rows, err := c.permitted(withAliases(c.actions()))
	if err != nil {
		return nil, err
	}
	table, err := action.Join(rows)
	if err != nil {
		return nil, fmt.Errorf("onebot11: %w", err)
	}
	c.table = table.Within(okBefore, okBehind)
	for _, m := range Unsupported() {
		c.names[m.Name] = m.Reason
	}
	return c, nil
}

// encoder is the form of the endpoint's events.
func (o Options) encoder() Encoder {
	return Encoder{Format: o.MessageFormat, Debug: o.Debug, OwnUploads: o.ReportSelf, Filter: o.Filter}
}

// actions are the rows under their first names.
func (c *core) actions() []action.Action {
	format := c.opts.MessageFormat
	return slices.Concat(
		accountActions(c.opts.App),
		profileActions(),
		secretActions(),
		friendActions(),
		groupActions(),
		groupInfoActions(),
		boardActions(),
		fileActions(),
		albumActions(),
		flashActions(),
		messageActions(format),
		forwardActions(format),
		chatActions(format),
		mediaActions(),
		toolActions(),
		requestActions(),
		c.serverActions(),
	)
}

// Actions are the names of the actions that are served, in order.
func (c *core) Actions() []string { return c.table.Names() }

// lookup finds an action; _async and _rate_limited are aliases that run at
// once, as in LLBot. The text tells why there is none.
func (c *core) lookup(name string) (*action.Action, string) {
	plain := plainName(name)
	if a := c.table.Lookup(plain); a != nil {
		return a, ""
	}
	if why, known := c.names[plain]; known {
		return nil, fmt.Sprintf("action %s is not supported: %s", name, why)
	}
	return nil, fmt.Sprintf("there is no action %q", name)
}

// plainName takes the suffix of an alias off.
func plainName(name string) string {
	for _, suffix := range []string{"_async", "_rate_limited"} {
		if short, cut := strings.CutSuffix(name, suffix); cut {
			return short
		}
	}
	return name
}
