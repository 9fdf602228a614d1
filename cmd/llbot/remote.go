package main

import (
	"errors"
	"fmt"
	"strings"

	"llbot/runtime/admin"
)

// remote is how commands reach the running llbot: at the configured address,
// with the token in its data folder.
type remote struct {
	URL string `help:"Admin address, instead of the configured one. 管理地址" placeholder:"URL"`
}

func (r remote) client(flags configured) (admin.Client, error) {
	cfg, _, err := flags.load()
	if err != nil {
		return admin.Client{}, err
	}
	token, err := admin.ReadToken(cfg.Data)
	if err != nil {
		return admin.Client{}, err
	}
	base := "http://" + cfg.Admin.Address()
	if r.URL != "" {
		base = strings.TrimSuffix(r.URL, "/")
	}
	return admin.Client{Base: base, Token: token}, nil
}

// onlyRunning explains why there is nothing to see without a server.
func onlyRunning(err error) error {
	if errors.Is(err, admin.ErrNotRunning) {
		return fmt.Errorf("%w; the event log and the targets are read through the running server, which has their files to itself", err)
	}
	return err
}

// rendering is how a command shows its answer.
type rendering struct {
	JSON bool `help:"Print JSON for programs. 输出 JSON" name:"json"`
}

// show prints an answer as JSON, or as print does for people.
func (r rendering) show(c *console, answer any, print func() error) error {
	if !r.JSON {
		return print()
	}
	_, err := fmt.Fprintf(c.out, "%s\n", admin.JSON(answer))
	return err
}
