package main

import (
	"fmt"
	"strings"

	"llbot/protocols/onebot11"
)

// apiCommand prints the reference of a protocol.
type apiCommand struct {
	Protocol string `arg:"" enum:"onebot11" help:"onebot11. 协议"`
	Name     string `arg:"" optional:"" help:"An action; all of them are listed without. 动作名"`
}

// Run prints one entry, or a line for each.
func (a apiCommand) Run(c *console) error {
	list, err := onebot11.Reference()
	if err != nil {
		return err
	}
	if a.Name == "" {
		for _, e := range list {
			about := e.Doc
			if e.Unsupported != "" {
				about = "not supported: " + e.Unsupported
			}
			_, _ = fmt.Fprintf(c.out, "%-36s %s\n", e.Name, about)
		}
		return nil
	}
	entry, found := onebot11.Find(list, a.Name)
	if !found {
		return fmt.Errorf("%s has no action %q; without a name all are listed", a.Protocol, a.Name)
	}
	_, err = fmt.Fprintln(c.out, strings.TrimSpace(entry.Markdown(onebot11.Examples()[entry.Name])))
	return err
}
