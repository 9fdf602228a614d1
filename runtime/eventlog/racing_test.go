//go:build race

package eventlog

// defaultSeeds is fewer here: the race detector makes them slow.
const defaultSeeds = 150
