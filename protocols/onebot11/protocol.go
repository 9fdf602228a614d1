package onebot11

import (
	"fmt"
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
	// Debug also reports messages that have nothing to show.
	Debug bool
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
	table *action.Table
	names map[string]string // unsupported action → why
}

func newCore(o Options) (*core, error) {
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
	table, err := newTable(o)
	if err != nil {
		return nil, fmt.Errorf("onebot11: %w", err)
	}
	c := &core{opts: o, table: table, names: map[string]string{}}
	for _, m := range Unsupported() {
		c.names[m.Name] = m.Reason
	}
	return c, nil
}

// newTable joins the actions of an endpoint.
func newTable(o Options) (*action.Table, error) {
	return action.Join(
		accountActions(o.App),
		friendActions(),
		groupActions(),
		messageActions(o.MessageFormat),
		requestActions(),
		[]action.Action{action.Handle(".handle_quick_operation", handleQuick)},
	)
}

// Actions are the names of the actions that are served, in order.
func (c *core) Actions() []string { return c.table.Names() }

// lookup finds an action; _async and _rate_limited are aliases that run at
// once, as in LLBot. The text tells why there is none.
func (c *core) lookup(name string) (*action.Action, string) {
	plain := name
	for _, suffix := range []string{"_async", "_rate_limited"} {
		if short, cut := strings.CutSuffix(name, suffix); cut {
			plain = short
			break
		}
	}
	if a := c.table.Lookup(plain); a != nil {
		return a, ""
	}
	if why, known := c.names[plain]; known {
		return nil, fmt.Sprintf("action %s is not supported by this version of llbot: %s", name, why)
	}
	return nil, fmt.Sprintf("there is no action %q", name)
}
