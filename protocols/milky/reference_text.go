package milky

import _ "embed"

//go:embed REFERENCE.md
var referenceText string

// ReferenceText is the reference page, in Markdown: a section headed by its
// name for everything that can be called.
func ReferenceText() string { return referenceText }
