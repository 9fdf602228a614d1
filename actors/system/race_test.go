//go:build race

package system

// raceAllocs allows for the pool, which drops cells at random under the race detector.
const raceAllocs = 4
