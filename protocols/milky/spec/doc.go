// Package spec holds the schema of Milky 1.3 and checks what servers and
// clients say against it, for tests: programs do not import it. The schema was
// made from @saltify/milky-types (MIT, Copyright (c) 2025 SaltifyDev); its
// license stands in the file itself.
package spec
