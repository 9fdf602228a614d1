// Package wire turns JSON into typed parameters and values into JSON. It is
// the only door to the JSON library, holds the lenient scalars that bot
// programs need ("7" for 7), and the checker that reports every fault of a
// request with its path.
package wire
