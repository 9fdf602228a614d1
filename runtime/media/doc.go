// Package media stores the pictures, sounds, films and files that bots send and
// serves them by links that expire.
//
// The store is content-addressed: a blob's id is the SHA-256 of its bytes, so
// that the same picture is kept once whoever sends it. What a bot names by URI
// is taken in by Ingest on the caller's goroutine, with every limit applied
// before anything is kept: size and, for what is outside, the folders and
// addresses that the configuration allows. What a blob is and measures (pixels,
// seconds) is read from its bytes. Files lie under DIR/ab/<sha256> with a small
// JSON file of measures beside them.
//
// Nothing here is thrown away by itself: messages of the log refer to blobs by
// id for as long as they are kept.
package media
