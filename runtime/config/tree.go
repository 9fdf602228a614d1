package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// parseTree reads YAML into nodes; nil when the file says nothing. False means that it is not readable as one YAML
// document; faults are in r either way.
func parseTree(data []byte, r *report) (*node, bool) {
	text, ok := cleanText(data, r)
	if !ok {
		return nil, false
	}
	file, err := parseYAML(text)
	if err != nil {
		r.syntax(err)
		return nil, false
	}
	body, ok := onlyDocument(file, r)
	if !ok || body == nil {
		return nil, ok
	}
	b := &builder{report: r, anchors: map[string]*node{}}
	return b.node("", body, position{1, 1}), true
}

// parseYAML turns a panic of the YAML library into an error: a file must never take the process down.
func parseYAML(text string) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errUnreadable
		}
	}()
	tokens := lexer.Tokenize(text)
	if t := tooDeep(tokens); t != nil {
		return nil, &yaml.SyntaxError{Message: fmt.Sprintf("more than %d levels of nesting", maxDepth), Token: t}
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// onlyDocument returns the body of the one document; nil and true when the file is empty.
func onlyDocument(file *ast.File, r *report) (ast.Node, bool) {
	var body ast.Node
	for _, doc := range file.Docs {
		switch next := doc.Body.(type) {
		case nil, *ast.DirectiveNode, *ast.CommentGroupNode:
		default:
			if body != nil {
				r.at(placeOf(next.GetToken(), position{}), "", "a second YAML document begins here",
					`remove the "---" line: one file is one configuration`)
				return nil, false
			}
			body = next
		}
	}
	return body, true
}

// errUnreadable stands for a panic of the YAML library.
var errUnreadable = errors.New("this is not readable as YAML")

// syntax reports an error of the YAML library: its message and place, never its excerpt of the file, which may show
// a token.
func (r *report) syntax(err error) {
	where, message := position{1, 1}, errUnreadable.Error()
	if found, ok := errors.AsType[yaml.Error](err); ok {
		where, message = placeOf(found.GetToken(), where), found.GetMessage()
	}
	message, _, _ = strings.Cut(message, `: "`) // what follows quotes the file
	r.at(where, "", "not valid YAML: "+message, syntaxHint(message))
}

// syntaxHint says what people usually did when the library says so.
func syntaxHint(message string) string {
	switch {
	case strings.Contains(message, "mapping value is not allowed"):
		return `put quotes around a value that holds ": " or begins with ":", and check the indentation`
	case strings.Contains(message, "non-map value"), strings.Contains(message, "unexpected key name"):
		return `every line here needs "key: value"; is the space after ":" missing?`
	case strings.Contains(message, "alias name"), strings.Contains(message, "reserved character"),
		strings.Contains(message, "directive"), strings.Contains(message, "anchor"), strings.Contains(message, "header option"):
		return "put quotes around values that begin with one of * & @ % ! | > `"
	case strings.Contains(message, "not allowed in this context"):
		return "check the indentation"
	}
	return ""
}

func placeOf(t *token.Token, otherwise position) position {
	if t == nil || t.Position == nil || t.Position.Line < 1 {
		return otherwise
	}
	return position{t.Position.Line, max(t.Position.Column, 1)}
}

// builder turns the library's tree into nodes.
type builder struct {
	report  *report
	anchors map[string]*node
}

// node converts one value; where is the place of its key, for values that have none of their own.
func (b *builder) node(path string, from ast.Node, where position) *node {
	n := &node{where: where}
	if from == nil {
		return n
	}
	if from.Type() != ast.NullType { // the library puts what is not there in odd places
		n.where = placeOf(from.GetToken(), where)
	}
	switch v := from.(type) {
	case *ast.MappingNode:
		b.mapping(path, n, v.Values)
		if !v.IsFlowStyle && len(n.entries) > 0 { // the library's place is the first colon
			n.where = n.entries[0].where
		}
	case *ast.MappingValueNode:
		b.mapping(path, n, []*ast.MappingValueNode{v})
	case *ast.SequenceNode:
		n.shape = shapeList
		for i, item := range v.Values {
			n.items = append(n.items, b.node(index(path, i), item, n.where))
		}
	case *ast.AnchorNode:
		anchored := b.node(path, v.Value, n.where)
		b.anchors[nameOf(v.Name)] = anchored
		return anchored
	case *ast.AliasNode:
		return b.alias(path, n.where, nameOf(v.Value))
	case *ast.TagNode:
		b.report.at(n.where, path, "YAML tags such as "+quote(v.Start.Value[:1])+" are not used here",
			`put quotes around a value that begins with "!"`)
	default:
		b.scalar(n, from)
	}
	return n
}

func (b *builder) scalar(n *node, from ast.Node) {
	switch v := from.(type) {
	case *ast.NullNode:
	case *ast.BoolNode:
		n.shape, n.truth, n.text = shapeBool, v.Value, v.Token.Value
	case *ast.IntegerNode:
		n.shape, n.text = shapeNumber, v.Token.Value
		if whole, err := strconv.ParseInt(strings.ReplaceAll(n.text, "_", ""), 10, 64); err == nil && plainNumber(n.text) {
			n.shape, n.whole = shapeWhole, whole
		}
	case *ast.StringNode:
		n.shape, n.text = shapeText, v.Value
	case *ast.LiteralNode:
		n.shape, n.text = shapeText, v.Value.Value
	default: // floats, infinity and their kin
		n.shape = shapeNumber
		if t := from.GetToken(); t != nil {
			n.text = t.Value
		}
	}
}

// plainNumber refuses leading zeros, which YAML reads as octal and people do not.
func plainNumber(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return digits == "0" || !strings.HasPrefix(digits, "0")
}

func (b *builder) alias(path string, where position, name string) *node {
	if found := b.anchors[name]; found != nil {
		return found
	}
	b.report.at(where, path, "there is no anchor of the name "+quote(name)+" before this alias",
		`put quotes around a value that begins with "*"`)
	return &node{where: where}
}

func (b *builder) mapping(path string, n *node, values []*ast.MappingValueNode) {
	n.shape = shapeMap
	seen := map[string]position{}
	var merged []entry
	for _, v := range values {
		where := placeOf(v.Key.GetToken(), n.where)
		if v.Key.IsMergeKey() {
			merged = append(merged, b.merge(path, v.Value, where)...)
			continue
		}
		key := nameOf(v.Key)
		child := join(path, key)
		if first, twice := seen[key]; twice {
			b.report.at(where, child, fmt.Sprintf("key %s is given twice, first in line %d", quote(key), first.line),
				"keep one of them")
			continue
		}
		seen[key] = where
		n.entries = append(n.entries, entry{key, where, b.node(child, v.Value, where)})
	}
	for _, e := range merged { // a mapping's own keys win, then the mapping merged first
		if _, taken := seen[e.key]; !taken {
			seen[e.key] = e.where
			n.entries = append(n.entries, e)
		}
	}
}

// merge returns the keys that "<<" brings in.
func (b *builder) merge(path string, from ast.Node, where position) []entry {
	source := b.node(path, from, where)
	switch source.shape {
	case shapeMap:
		return source.entries
	case shapeList:
		var all []entry
		for _, item := range source.items {
			all = append(all, item.entries...)
		}
		return all
	}
	b.report.at(where, join(path, "<<"), `"<<" merges a mapping, not `+source.describe(true), "")
	return nil
}

// nameOf is the text of a key, anchor or alias.
func nameOf(from ast.Node) string {
	switch v := from.(type) {
	case *ast.MappingKeyNode:
		return nameOf(v.Value)
	case *ast.AnchorNode:
		return nameOf(v.Value)
	case *ast.TagNode:
		return nameOf(v.Value)
	case *ast.StringNode:
		return v.Value
	case nil:
		return ""
	}
	if t := from.GetToken(); t != nil {
		return t.Value
	}
	return ""
}
