// Package bench measures the whole server on the simulated QQ, over real
// sockets on loopback, and beside it in the same run the floor it is held
// against (package floor): what the machine does when there is no server logic
// at all. Rates alone say little on a shared machine; the ratio to the floor
// is the figure.
//
//	go test -run - -bench . ./bench
//
// Each benchmark reports its rate, the floor's rate and their ratio.
package bench
