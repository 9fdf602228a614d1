package runtime_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"llbot/protocols/qq"
	facesatori "llbot/protocols/satori"
	"llbot/runtime/driver/upstream"
)

const carriesHead = `# What an upstream's protocol carries

This page is made by a test: one llbot holds an account that has everything, with no field empty, and another reaches it through each of
the drivers. Do not edit it, but run ` + "`go test ./runtime -run TestWhatUpstreamsCarry -update`" + `. What single programs lack beside their
protocol ("not at …") stands in the drivers' tables, which follow public documentation; ` + "`llbot check`" + ` and the status of an account say
the same.

An empty cell is something carried whole. "without" is what is lost of what is asked or told, "not answered" what is lost of the answer.
What people and groups lose is told once, at GetLogin, GetUser, GetFriend, GetGroup and GetMember, and what parts of messages lose under
these. Numbers that each server gives of its own (message_id) are not compared.
`

// carriesPage writes the page.
func carriesPage(list []*carried) string {
	var b strings.Builder
	b.WriteString(carriesHead)
	b.WriteString(wholeSeconds(list))
	area := ""
	for _, of := range qq.Capabilities() {
		if area != of.Area {
			area = of.Area
			table(&b, "## Operations: "+area, "operation", list)
		}
		row(&b, of.Name, list, func(c *carried) string { return c.operationCell(of.Name) })
	}
	table(&b, "## Parts of messages that are sent", "part", list)
	for _, s := range qq.SegmentKinds() {
		row(&b, nameOf(s), list, func(c *carried) string { return c.saidCell(s) })
	}
	table(&b, "## Parts of messages that are received", "part", list)
	for _, s := range qq.SegmentKinds() {
		row(&b, nameOf(s), list, func(c *carried) string { return c.heard[nameOf(s)] })
	}
	table(&b, "## Events beside messages", "event", list)
	for _, kind := range slices.Sorted(maps.Keys(list[0].did)) {
		row(&b, kind, list, func(c *carried) string { return c.did[kind] })
	}
	return b.String()
}

// wholeSeconds tells which protocols drop milliseconds.
func wholeSeconds(list []*carried) string {
	var names []string
	for _, c := range list {
		if c.seconds {
			names = append(names, titles[c.name])
		}
	}
	return "Instants are whole seconds through " + strings.Join(names, " and ") + ".\n"
}

var titles = map[string]string{"milky": "Milky", "onebot11": "OneBot 11", "satori": "Satori"}

func table(b *strings.Builder, title, of string, list []*carried) {
	fmt.Fprintf(b, "\n%s\n\n| %s |", title, of)
	for _, c := range list {
		b.WriteString(" " + titles[c.name] + " |")
	}
	b.WriteString("\n|" + strings.Repeat("---|", len(list)+1) + "\n")
}

func row(b *strings.Builder, name string, list []*carried, cell func(*carried) string) {
	b.WriteString("| " + name + " |")
	for _, c := range list {
		b.WriteString(" " + strings.ReplaceAll(cell(c), "|", "\\|") + " |")
	}
	b.WriteString("\n")
}

// operationCell is what the protocol loses, and which programs do not serve it.
func (c *carried) operationCell(name string) string {
	says := c.ops[name]
	if strings.HasPrefix(says, "no: ") {
		return says
	}
	lacking := map[string][]string{}
	for _, v := range c.variants {
		i := slices.IndexFunc(v.Lacks, func(l upstream.Lack) bool { return l.Operation == name })
		if i >= 0 {
			why := strings.TrimPrefix(v.Lacks[i].Reason, v.Name+" ")
			lacking[why] = append(lacking[why], v.Name)
		}
	}
	return join(says, lacking)
}

// saidCell is the same for a part of a message that is sent.
func (c *carried) saidCell(s qq.Segment) string {
	lacking := map[string][]string{}
	if says := c.said[nameOf(s)]; c.name != "satori" || says != "" {
		return says
	}
	for _, d := range facesatori.Dialects() {
		if !d.Sends(s) {
			lacking[""] = append(lacking[""], d.Name)
		}
	}
	return join("", lacking)
}

func join(says string, lacking map[string][]string) string {
	parts := []string{says}
	if says == "" {
		parts = nil
	}
	for _, why := range slices.Sorted(maps.Keys(lacking)) {
		part := "not at " + strings.Join(lacking[why], " / ")
		if why != "" {
			part += " (" + why + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}
