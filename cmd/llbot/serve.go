package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"llbot/runtime"
	"llbot/runtime/config"
)

type runCommand struct {
	World string `help:"Begin the simulated QQ with this scene, a YAML file; see \"sim dump\" and \"sim generate\". 世界文件" placeholder:"FILE" type:"existingfile"`
	Reset bool   `help:"With --world: delete the world that is there and begin anew. 重建世界" name:"world-reset"`
}

// Run runs the server until it is told to end.
func (r runCommand) Run(c *console, flags configured) error {
	cfg, from, err := flags.load()
	if err != nil {
		return err
	}
	if r.Reset && r.World == "" {
		return errors.New("--world-reset needs --world: which file is the world to begin with?")
	}
	server, err := runtime.New(cfg, runtime.WithLogger(runtime.NewLogger(cfg, c.err)), runtime.WithScene(r.World, r.Reset))
	if err != nil {
		return err
	}
	if err := server.Start(c.signals); err != nil {
		return err
	}
	if _, err := fmt.Fprint(c.out, banner(cfg, from, server, flags.again)); err != nil {
		return err
	}
	<-c.signals.Done()
	_, _ = fmt.Fprintln(c.out, "\nending …")
	ctx, cancel := context.WithTimeout(context.Background(), runtime.StopTimeout)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		return fmt.Errorf("not everything ended in order within %s: %w", runtime.StopTimeout, err)
	}
	return nil
}

// again is how to call a command for this very server: with the flags that say
// which configuration is meant.
func (f configured) again(command string) string {
	line := self() + " " + command
	if f.Config != "" {
		line += " --config " + f.Config
	}
	if f.Data != "" {
		line += " --data " + f.Data
	}
	return line
}

// banner is what a person sees at start: what is up, one line to try for each
// protocol, how to speak as somebody, how to turn on what is off.
func banner(cfg *config.Config, from string, server *runtime.Server, again func(command string) string) string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	line("llbot %s · configuration: %s · data: %s", runtime.Version, from, cfg.Data)
	line("")
	w := tabwriter.NewWriter(&b, 2, 0, 2, ' ', 0)
	off := map[config.Kind]bool{}
	for _, k := range config.Kinds() {
		off[k] = true
	}
	for _, e := range server.Endpoints() {
		delete(off, e.Kind)
		_, _ = fmt.Fprintf(w, "  %s\t%s\n", e.Name, address(e, cfg))
	}
	if addr := server.AdminAddr(); addr != "" {
		_, _ = fmt.Fprintf(w, "  admin\thttp://%s  (/healthz /readyz /metrics; token in %s/admin.token)\n", addr, cfg.Data)
	}
	_ = w.Flush()
	line("")
	line("Try (试一试):")
	for _, e := range server.Endpoints() {
		if try := example(e, cfg, server); try != "" {
			line("  %s", try)
		}
	}
	if server.AdminAddr() != "" && simulates(cfg) {
		line("Speak as somebody (扮演群友发言):")
		line("  %s --group 123456 --as 10001 \"hello\"", again("say"))
		line("  %s --friend --as 10002 \"hello\"", again("say"))
	}
	if server.AdminAddr() != "" {
		line("Watch events, and see how deliveries are doing (查看事件与投递状态):")
		line("  %s -f", again("events"))
		line("  %s", again("targets"))
	}
	if hints := hints(off); hints != "" {
		line("Off; turn on in a configuration file (llbot init writes one; 以下默认关闭,在配置文件的 endpoints 下添加):")
		b.WriteString(hints)
	}
	return b.String()
}

// simulates tells whether an account lives in a simulated QQ, where somebody
// can be spoken as.
func simulates(cfg *config.Config) bool {
	return slices.ContainsFunc(cfg.Accounts, func(a config.Account) bool { return a.Driver == config.DriverSim || a.Driver == "" })
}

// address is how an endpoint is reached, or whom it reaches.
func address(e runtime.EndpointAddr, cfg *config.Config) string {
	prefix := ""
	var target config.URL
	for _, c := range cfg.Endpoints {
		if c.Common().Name != e.Name {
			continue
		}
		if l := config.ListenOf(c); l != nil {
			prefix = l.Prefix
		}
		if t := config.TargetOf(c); t != nil {
			target = t.URL
		}
	}
	switch e.Kind {
	case config.KindOneBotHTTP:
		return fmt.Sprintf("http://%s%s/  events: %s/_events (SSE)", e.Addr, prefix, prefix)
	case config.KindOneBotWS:
		return fmt.Sprintf("ws://%s%s/  (and %s/api, %s/event)", e.Addr, prefix, prefix, prefix)
	case config.KindMilky:
		return fmt.Sprintf("http://%s%s/api/…  events: %s/event (WebSocket and SSE)", e.Addr, prefix, prefix)
	case config.KindSatori:
		return fmt.Sprintf("http://%s%s/v1/…  events: ws://%s%s/v1/events", e.Addr, prefix, e.Addr, prefix)
	}
	return "→ " + target.String()
}

// example is a line to try an endpoint with, "" for targets. A token is not
// printed: the line names the place to put it.
func example(e runtime.EndpointAddr, cfg *config.Config, server *runtime.Server) string {
	prefix, auth, first := "", "", cfg.Accounts[0].UIN
	for _, c := range cfg.Endpoints {
		if l := config.ListenOf(c); l != nil && c.Common().Name == e.Name {
			prefix = l.Prefix
			if l.Token != "" {
				auth = "-H 'Authorization: Bearer <token>' "
			}
			first = c.Common().Serves(cfg)[0]
		}
	}
	if accounts := server.Accounts(); first == 0 && len(accounts) > 0 { // nobody wrote down who is logged in there
		first = int64(accounts[0].Account())
	}
	switch e.Kind {
	case config.KindOneBotHTTP:
		return fmt.Sprintf("curl %shttp://%s%s/get_group_list", auth, e.Addr, prefix)
	case config.KindMilky:
		return fmt.Sprintf("curl %s-H 'Content-Type: application/json' -d '{}' http://%s%s/api/get_login_info", auth, e.Addr, prefix)
	case config.KindSatori:
		return fmt.Sprintf("curl %s-X POST -H 'Satori-Platform: llonebot' -H 'Satori-User-ID: %d' http://%s%s/v1/friend.list", auth, first, e.Addr, prefix)
	}
	return ""
}

// hints are the configuration lines of the kinds that are not configured.
func hints(off map[config.Kind]bool) string {
	var b strings.Builder
	for _, h := range []struct {
		kind config.Kind
		url  string
	}{
		{config.KindOneBotWSReverse, "ws://localhost:3002"},
		{config.KindOneBotWebhook, "http://localhost:8080"},
		{config.KindMilkyWebhook, "http://localhost:9090"},
		{config.KindSatoriWebhook, "http://localhost:9091"},
	} {
		if off[h.kind] {
			_, _ = fmt.Fprintf(&b, "  - {kind: %s, url: \"%s\"}\n", h.kind, h.url)
		}
	}
	return b.String()
}
