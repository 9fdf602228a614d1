package spec

import (
	"bytes"
	_ "embed" // the schema
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed testdata/milky.schema.json
var schemaText []byte

const schemaName = "milky.schema.json"

// Specification is the schema of everything that Milky 1.3 says. What servers
// say may hold no other members than those it lists. Safe for concurrent use.
type Specification struct {
	root     map[string]any
	mu       sync.Mutex // guards what follows
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

// Load reads the schema.
func Load() (*Specification, error) { return load(unions) }

// load reads the schema; what is compiled is what prepare makes of it.
func load(prepare func(any) any) (*Specification, error) {
	parsed, err := Parse(schemaText)
	if err != nil {
		return nil, fmt.Errorf("milky schema: %w", err)
	}
	root, ok := parsed.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("milky schema: a %T", parsed)
	}
	s := &Specification{root: root, compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	if err := s.compiler.AddResource(schemaName, prepare(root)); err != nil {
		return nil, fmt.Errorf("milky schema: %w", err)
	}
	return s, nil
}

// Parse reads one JSON value, with numbers kept as json.Number.
func Parse(text []byte) (any, error) { return jsonschema.UnmarshalJSON(bytes.NewReader(text)) }

// At follows a pointer such as #/structs/Event; it panics where there is nothing.
func (s *Specification) At(pointer string) map[string]any {
	v := s.root
	for _, key := range strings.Split(strings.TrimPrefix(pointer, "#/"), "/") {
		v, _ = v[key].(map[string]any)
	}
	if v == nil {
		panic("no schema at " + pointer)
	}
	return v
}

// Has tells whether api is one that the schema knows.
func (s *Specification) Has(api string) bool {
	apis, _ := s.root["apis"].(map[string]any)
	return apis[api] != nil
}

// Check lists what is wrong with text by the schema at pointer.
func (s *Specification) Check(pointer string, text []byte) []string {
	v, err := Parse(text)
	if err != nil {
		return []string{err.Error()}
	}
	return s.Faults(pointer, v)
}

// Event lists what is wrong with a pushed event.
func (s *Specification) Event(text []byte) []string { return s.Check("#/structs/Event", text) }

// Request lists what is wrong with the parameters of an API.
func (s *Specification) Request(api string, text []byte) []string {
	return s.Check("#/apis/"+api+"/input", text)
}

// Response lists what is wrong with the whole answer of an API.
func (s *Specification) Response(api string, text []byte) []string {
	v, err := Parse(text)
	if err != nil {
		return []string{err.Error()}
	}
	envelope, _ := v.(map[string]any)
	if envelope["status"] == "failed" {
		return s.Faults("#/envelopes/api_failed", v)
	}
	faults := s.Faults("#/envelopes/api_ok", v)
	if len(faults) > 0 {
		return faults
	}
	return s.Faults("#/apis/"+api+"/output", envelope["data"])
}

// Faults lists what is wrong with a parsed value.
func (s *Specification) Faults(pointer string, v any) []string {
	err := s.schema(pointer).Validate(v)
	if err == nil {
		return nil
	}
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return []string{err.Error()}
	}
	return strings.Split(invalid.Error(), "\n")[1:]
}

func (s *Specification) schema(pointer string) *jsonschema.Schema {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found := s.compiled[pointer]; found != nil {
		return found
	}
	compiled := s.compiler.MustCompile(schemaName + pointer)
	s.compiled[pointer] = compiled
	return compiled
}
