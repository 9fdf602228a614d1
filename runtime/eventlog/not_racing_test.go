//go:build !race

package eventlog

// defaultSeeds is how many courses are run on the simulated disk when no flag
// says otherwise.
const defaultSeeds = 500
