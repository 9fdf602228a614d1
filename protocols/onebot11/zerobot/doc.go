// Package zerobot plays with the server through ZeroBot 1.8.2, a bot framework
// that others wrote, over all three of its drivers. It is a module of its own,
// so that the server does not depend on that framework; its test builds the
// server and runs it:
//
//	cd protocols/onebot11/zerobot && go test ./...
package zerobot
