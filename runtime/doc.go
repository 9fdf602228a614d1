// Package runtime builds a whole llbot from a configuration and runs it: the
// actor tree, the drivers, the endpoints of the three protocols, the event
// log, the media store and the admin server. It is what the command runs and
// what an embedding program imports, usually as
//
//	import llbot "llbot/runtime"
//
// A Server is made by New, runs from Start to Stop, gives its accounts by
// number to call typed operations on, and its events to subscribers.
package runtime
