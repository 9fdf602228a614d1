package config

import _ "embed"

//go:embed template.yaml
var template string

// Template is the commented file that "llbot init" writes: every default spelt out, and an example of each kind of
// endpoint that dials out, behind "#". It parses to [Default].
func Template() []byte { return []byte(template) }
