package satori

import (
	_ "embed"
	"fmt"
	"strings"

	"llbot/protocols/action"
)

// Example is one call that was really made.
type Example = action.Example

// examples.txt is written by a test of the whole server on the simulated QQ:
// for each method a line "# name", a line "> params", a line "< answer".
//
//go:embed examples.txt
var examples string

// Examples are those that the page shows, by the method's name.
func Examples() map[string]Example { return action.ParseExamples(examples) }

const pageHead = `# Satori v1, as this server speaks it

This page is made from the tables in the code; do not edit it.

Calls are ` + "`POST {prefix}/v1/{method}`" + ` with a JSON object, ` + "`Authorization: Bearer {token}`" + ` and the login in
` + "`Satori-Platform`" + ` and ` + "`Satori-User-ID`" + `, which may be left out while there is only one. Ids are strings and numbers are taken too:

- **user id** and **guild id** are QQ numbers; a **channel id** is a guild's, or private:{user id}.
- **message id** and **request id** come from events and answers.
- null counts as left out. Every method takes ` + "`_idempotency_key`" + `, or the header Idempotency-Key.

## Methods
`

// Page is the manual in Markdown.
func Page(m Manual, examples map[string]Example) string {
	var b strings.Builder
	b.WriteString(pageHead)
	unserved := ""
	for _, method := range m.Methods {
		if method.Unserved != "" {
			unserved += fmt.Sprintf("| `%s` | %s |\n", method.Name, method.Unserved)
			continue
		}
		b.WriteString(method.markdown(examples[method.Name]))
	}
	b.WriteString("\n## Not supported\n\n| method | why |\n|---|---|\n" + unserved)
	b.WriteString(table("Other paths under /v1/", "path", m.Routes))
	b.WriteString(table("Events", "type", m.Events))
	b.WriteString(table("Native types", "_type, with llbot/ before it", m.Internal))
	b.WriteString(table("Elements", "element", m.Elements))
	b.WriteString("\n## Resources\n")
	for _, shape := range m.Resources {
		fmt.Fprintf(&b, "\n### %s\n%s", shape.Name, fieldTable("member", shape.Fields))
	}
	return b.String()
}

func (m Method) markdown(example Example) string {
	text := fmt.Sprintf("\n### `%s`\n\n%s\n%s\nAnswers `%s`\n", m.Name, m.Doc, fieldTable("parameter", m.Params), m.Result)
	if example != (Example{}) {
		text += fmt.Sprintf("\n```json\n> %s\n< %s\n```\n", example.Params, example.Answer)
	}
	return text
}

func fieldTable(head string, fields []Param) string {
	if len(fields) == 0 {
		return ""
	}
	text := fmt.Sprintf("\n| %s | type | | |\n|---|---|---|---|\n", head)
	for _, f := range fields {
		text += fmt.Sprintf("| `%s` | %s | %s | %s |\n", f.Name, f.Type, f.need(), f.Doc)
	}
	return text
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

func table(title, head string, rows []Told) string {
	text := fmt.Sprintf("\n## %s\n\n| %s | |\n|---|---|\n", title, head)
	for _, row := range rows {
		text += "| `" + row.Name + "` | " + row.Doc + " |\n"
	}
	return text
}
