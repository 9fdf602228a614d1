// Package gosdk plays with the server through Milky-go-sdk 1.0.2, a client that
// others wrote. It is a module of its own, so that the server does not depend
// on that client; its test builds the server and runs it:
//
//	cd protocols/milky/gosdk && go test ./...
package gosdk
