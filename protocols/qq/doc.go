// Package qq models QQ once, for everybody: typed ids, messages made of
// segments, events, operations with their results, and errors.
//
// Drivers (the QQ side of an account) speak this language outwards and the
// faces (OneBot 11, Milky, Satori) translate it to their wire forms, so that a
// rule or a unit is stated in one place. The model follows Milky's view, since
// that is closest to QQ: (scene, peer, seq) is the identity of a message.
//
// The package is pure: values in, values out, no clock, no I/O.
package qq
