package qq

// Holder is a Caller that holds answers of reads.
type Holder interface {
	Caller
	// Held is the answer of op when nobody has to be asked for it, with a place
	// for what is made of it; false when Do has to find it out. The answer is
	// the one that Do would give, and shared: nobody changes it.
	Held(op Operation) (answer any, made Made, ok bool)
}

// Standing is a Caller that knows without being asked what most who ask for its
// Status want to know: whether it is logged in, and the names of the operations
// that its driver lacks, which are shared and which nobody changes.
type Standing interface {
	Caller
	Standing() (online bool, missing []string)
}

// Made keeps the texts that were made of one answer, each under its maker, so
// that whoever asks for the same again and again is not answered by encoding
// it again and again. It lives as long as the answer. Safe for concurrent use.
type Made interface {
	// Text is what a maker left, nil when it left nothing. It must not be
	// changed.
	Text(by any) []byte
	// Keep leaves a maker's text, which nobody may change any more, if there is
	// room for it. Makers are compared by ==.
	Keep(by any, text []byte)
}
