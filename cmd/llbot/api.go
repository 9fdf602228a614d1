package main

import (
	"fmt"
	"io"
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

// Run prints what the reference says of a name, which may be several things (a
// segment that is told and one that is taken), or a line for everything.
func (a apiCommand) Run(c *console) error {
	list := sections(a.page())
	name, err := a.canonical()
	if err != nil {
		return err
	}
	if name == "" {
		return printLines(c.out, list)
	}
	var found, near []section
	for _, s := range list {
		switch {
		case s.name == name:
			found = append(found, s)
		case strings.Contains(s.name, name):
			near = append(near, s)
		}
	}
	switch {
	case len(found) > 0:
		return printSections(c.out, found)
	case len(near) > 0:
		_, _ = fmt.Fprintf(c.err, "Nothing is called %q; these have it in their names:\n", a.Name)
		return printLines(c.out, near)
	}
	return fmt.Errorf("%s has nothing called %q; without a name everything is listed", a.Protocol, a.Name)
}

// printLines prints a line for each section, under the titles of their parts.
func printLines(out io.Writer, list []section) error {
	part := ""
	for _, s := range list {
		if s.part != part {
			part = s.part
			_, _ = fmt.Fprintf(out, "\n%s\n", part)
		}
		line := strings.TrimRight(fmt.Sprintf("  %-36s %s", s.name, s.about), " ")
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// printSections prints sections whole, each under the title of its part when
// there are several.
func printSections(out io.Writer, list []section) error {
	for i, s := range list {
		if len(list) > 1 {
			_, _ = fmt.Fprintf(out, "%s## %s\n\n", strings.Repeat("\n", min(i, 1)), s.part)
		}
		if _, err := fmt.Fprintln(out, s.text); err != nil {
			return err
		}
	}
	return nil
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

// section is one entry of a reference page: its part's title, its name, the
// sentence on it ("" where there is none) and the whole.
type section struct{ part, name, about, text string }

// sections cuts a page at its headings of the second and third level.
func sections(page string) (list []section) {
	for i, part := range strings.Split(page, "\n## ") {
		if i == 0 { // what stands before the first
			continue
		}
		title, rest, _ := strings.Cut(part, "\n")
		for i, text := range strings.Split("\n"+rest, "\n### ") {
			if i == 0 {
				continue
			}
			head, body, _ := strings.Cut(text, "\n")
			list = append(list, section{title, strings.Trim(head, "`"), firstSentence(body), strings.TrimSpace("### " + text)})
		}
	}
	return list
}

// firstSentence is the first line of a section, unless a table or an example
// begins there.
func firstSentence(body string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(body), "\n")
	if strings.HasPrefix(line, "|") || strings.HasPrefix(line, "```") {
		return ""
	}
	return line
}
