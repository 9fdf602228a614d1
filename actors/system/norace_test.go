//go:build !race

package system

// raceAllocs is what the race detector adds to an ask: nothing, it is off.
const raceAllocs = 0
