//go:build race

package transport

// racing tells that the race detector's own memory is counted in.
const racing = true
