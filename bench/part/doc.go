// Package part runs the parts of a measurement, the server, the floor and the
// load generator, as processes of their own: the program starts itself again
// with another role and calls it over its standard input and output (JSON-RPC).
// A part ends when its input does, so none outlives the suite.
package part
