// Package allocs holds the hot paths to the number of objects that they
// allocate: counts, not times, so that they are the same on any machine. Its
// tests are built without the race detector only, which allocates by itself;
// the gate runs them in a step of their own:
//
//	go test -count=1 ./bench/allocs
package allocs
