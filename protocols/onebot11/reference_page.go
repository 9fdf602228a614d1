package onebot11

import (
	_ "embed"
	"fmt"
	"strings"

	"llbot/protocols/action"
)

// Example is one call that was really made.
type Example = action.Example

// examples.txt is written by a test of the whole server on the simulated QQ:
// for each action a line "# name", a line "> params", a line "< answer".
//
//go:embed examples.txt
var examples string

// Examples are those that the reference shows, by the action's name.
func Examples() map[string]Example { return action.ParseExamples(examples) }

// Markdown is the entry as a section of the reference; the zero example is
// left out.
func (e Entry) Markdown(example Example) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### `%s`\n\n", e.Name)
	if e.Unsupported != "" {
		fmt.Fprintf(&b, "Not supported: %s.\n", e.Unsupported)
		return b.String()
	}
	b.WriteString(e.Doc + "\n")
	if len(e.Aliases) > 0 {
		fmt.Fprintf(&b, "\nAlso called `%s`.\n", strings.Join(e.Aliases, "`, `"))
	}
	if len(e.Params) > 0 {
		b.WriteString("\n| parameter | type | | |\n|---|---|---|---|\n")
	}
	for _, p := range e.Params {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, p.Type, p.need(), p.Doc)
	}
	fmt.Fprintf(&b, "\nAnswers `%s`\n", e.Result)
	if example != (Example{}) {
		fmt.Fprintf(&b, "\n```json\n> %s\n< %s\n```\n", example.Params, example.Answer)
	}
	return b.String()
}

// need tells whether a parameter must be there, and what stands for it else.
func (p Param) need() string {
	switch {
	case p.Required:
		return "required"
	case p.Default != "":
		return "default `" + p.Default + "`"
	}
	return "optional"
}

// Page is the whole reference.
func Page(list []Entry, examples map[string]Example) string {
	var served, missing strings.Builder
	n := 0
	for _, e := range list {
		if e.Unsupported != "" {
			fmt.Fprintf(&missing, "| `%s` | %s |\n", e.Name, e.Unsupported)
			continue
		}
		n += 1 + len(e.Aliases)
		served.WriteString("\n" + e.Markdown(examples[e.Name]))
	}
	return fmt.Sprintf(pageHead, n) + served.String() + pageMissing + missing.String()
}

const pageHead = `# OneBot 11 actions

This page is made from the tables in the code; do not edit it.
%d names are served, each also with ` + "`_async` and `_rate_limited`" + ` behind it, over HTTP and WebSockets alike.

- **number** takes 7 and "7"; **string** takes a number too; **boolean** takes true, 1, "true", "1", "yes" and their opposites.
- **message** is text with CQ codes, a list of segments, or one segment. **nodes** is a list of node segments.
- **file** is http(s)://, file://, base64://, data:…;base64, an absolute path, or the name of a file that was seen in a message.
- A parameter that is null counts as left out. Every action takes ` + "`_idempotency_key`" + `.

## Actions
`

const pageMissing = `
## Not supported

| action | why |
|---|---|
`
