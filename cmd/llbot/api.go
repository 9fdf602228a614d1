package main

import (
	"fmt"
	"strings"

	"llbot/protocols/milky"
	"llbot/protocols/onebot11"
	"llbot/protocols/satori"
)

// apiCommand prints the reference of a protocol.
type apiCommand struct {
	Protocol string `arg:"" enum:"onebot11,milky,satori" help:"onebot11, milky or satori. 协议"`
	Name     string `arg:"" optional:"" help:"What to look up; everything that can be called is listed without. 接口名"`
}

// Run prints one section of the reference, or a line for each.
func (a apiCommand) Run(c *console) error {
	list := sections(a.page())
	name, err := a.canonical()
	if err != nil {
		return err
	}
	for _, s := range list {
		switch {
		case name == "":
			_, _ = fmt.Fprintf(c.out, "%-36s %s\n", s.name, s.about)
		case s.name == name:
			_, err := fmt.Fprintln(c.out, s.text)
			return err
		}
	}
	if name == "" {
		return nil
	}
	return fmt.Errorf("%s has nothing called %q; without a name everything is listed", a.Protocol, a.Name)
}

func (a apiCommand) page() string {
	switch a.Protocol {
	case "milky":
		return milky.ReferenceText()
	case "satori":
		return satori.ReferenceText()
	}
	return onebot11.ReferenceText()
}

// canonical is the name that the page has; OneBot's actions have many.
func (a apiCommand) canonical() (string, error) {
	if a.Protocol != "onebot11" || a.Name == "" {
		return strings.TrimPrefix(a.Name, "/"), nil
	}
	list, err := onebot11.Reference()
	if err != nil {
		return "", err
	}
	if entry, found := onebot11.Find(list, a.Name); found {
		if entry.Unsupported != "" {
			return "", fmt.Errorf("%s is not supported: %s", entry.Name, entry.Unsupported)
		}
		return entry.Name, nil
	}
	return a.Name, nil
}

// section is one entry of a reference page.
type section struct{ name, about, text string }

// sections cuts a page at its third-level headings.
func sections(page string) (list []section) {
	for i, part := range strings.Split(page, "\n### ") {
		if i == 0 { // what stands before the first
			continue
		}
		part, _, _ = strings.Cut(part, "\n## ")
		head, body, _ := strings.Cut(part, "\n")
		about, _, _ := strings.Cut(strings.TrimSpace(body), "\n")
		list = append(list, section{strings.Trim(head, "`"), about, strings.TrimSpace("### " + part)})
	}
	return list
}
