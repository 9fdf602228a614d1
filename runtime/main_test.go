package runtime_test

import (
	"flag"
	"os"
	"testing"
)

// atOnce is how many tests run at once that say that they may: most of those are
// about links that are dead, and wait.
const atOnce = "4"

// TestMain lets more tests wait at once than there are processors, unless told
// otherwise by -parallel.
func TestMain(m *testing.M) {
	flag.Parse()
	told := false
	flag.Visit(func(f *flag.Flag) { told = told || f.Name == "test.parallel" })
	if !told {
		if err := flag.Set("test.parallel", atOnce); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
