package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// Whatever lies in the folder, the log opens and says what is lost.
func TestDamagedFolders(t *testing.T) {
	segmentFiles := func(dir string) []string {
		names, _ := filepath.Glob(filepath.Join(dir, "*"+segmentSuffix))
		return names
	}
	overwrite := func(t *testing.T, name string, off int64, text []byte) {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteAt(text, off); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name  string
		harm  func(t *testing.T, dir string)
		check func(t *testing.T, l *Log, r Recovery, got int)
	}{
		{"indexes gone", func(t *testing.T, dir string) {
			names, _ := filepath.Glob(filepath.Join(dir, "*"+indexSuffix))
			for _, name := range names {
				os.Remove(name)
			}
		}, func(t *testing.T, l *Log, r Recovery, got int) {
			if got != 200 || r.Damaged() || r.Rebuilt != r.Segments {
				t.Errorf("%d entries, %+v", got, r)
			}
		}},
		{"indexes are garbage", func(t *testing.T, dir string) {
			names, _ := filepath.Glob(filepath.Join(dir, "*"+indexSuffix))
			for _, name := range names {
				os.WriteFile(name, bytes.Repeat([]byte{7}, 300), 0o600)
			}
		}, func(t *testing.T, l *Log, r Recovery, got int) {
			if got != 200 || r.Damaged() {
				t.Errorf("%d entries, %+v", got, r)
			}
		}},
		{"a segment gone", func(t *testing.T, dir string) { os.Remove(segmentFiles(dir)[2]) },
			func(t *testing.T, l *Log, r Recovery, got int) {
				if len(r.Missing) != 1 || got+int(r.Missing[0].Last-r.Missing[0].First)+1 != 200 || len(l.Lost()) != 1 {
					t.Errorf("%d entries, %+v", got, r)
				}
			}},
		{"the last segment gone", func(t *testing.T, dir string) { f := segmentFiles(dir); os.Remove(f[len(f)-1]) },
			func(t *testing.T, l *Log, r Recovery, got int) {
				if len(r.Missing) != 1 || got+int(r.Missing[0].Last-r.Missing[0].First)+1 != 200 {
					t.Errorf("%d entries, %+v", got, r)
				}
			}},
		{"a record is flipped", func(t *testing.T, dir string) { overwrite(t, segmentFiles(dir)[1], 1000, []byte{0}) },
			func(t *testing.T, l *Log, r Recovery, got int) {
				if lost := l.Lost(); got != 199 || len(lost) != 1 || lost[0].First != lost[0].Last {
					t.Errorf("%d entries, lost %v", got, lost)
				}
			}},
		{"a header is flipped", func(t *testing.T, dir string) { overwrite(t, segmentFiles(dir)[1], 20, []byte{0xee}) },
			func(t *testing.T, l *Log, r Recovery, got int) {
				if got != 200 || l.LastOrigin(1) != 200 {
					t.Errorf("%d entries, %+v", got, r)
				}
			}},
		{"a segment cut", func(t *testing.T, dir string) { os.Truncate(segmentFiles(dir)[1], 1500) },
			func(t *testing.T, l *Log, r Recovery, got int) {
				if len(r.Corrupt)+len(r.Missing) == 0 || got < 100 || got >= 200 {
					t.Errorf("%d entries, %+v", got, r)
				}
			}},
		{"numbers gone", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, numbersName)) },
			func(t *testing.T, l *Log, r Recovery, got int) {
				if !r.NumbersLost || got != 200 || r.Lost {
					t.Errorf("%d entries, %+v", got, r)
				}
			}},
		{"one copy of the numbers flipped", func(t *testing.T, dir string) { overwrite(t, filepath.Join(dir, numbersName), 20, []byte{9}) },
			func(t *testing.T, l *Log, r Recovery, got int) {
				if r.NumbersLost || got != 200 || r.Damaged() {
					t.Errorf("%d entries, %+v", got, r)
				}
			}},
		{"all segments gone", func(t *testing.T, dir string) {
			for _, name := range segmentFiles(dir) {
				os.Remove(name)
			}
		}, func(t *testing.T, l *Log, r Recovery, got int) {
			if len(r.Missing) != 1 || r.Missing[0].Last-r.Missing[0].First != 199 {
				t.Fatalf("missing %v", r.Missing)
			}
			if _, err := l.Read(nil, r.Missing[0].First, 1); !r.Lost || got != 0 || !errors.Is(err, qq.ErrCursorGone) {
				t.Errorf("%d entries, %+v, %v", got, r, err)
			}
		}},
		{"strangers", func(t *testing.T, dir string) {
			os.WriteFile(filepath.Join(dir, segmentName(12)), bytes.Repeat([]byte(markerText), 500), 0o600)
			os.WriteFile(filepath.Join(dir, "0000000000000013.seg.bad"), nil, 0o600)
			os.WriteFile(filepath.Join(dir, "readme"), nil, 0o600)
			os.Mkdir(filepath.Join(dir, segmentName(14)), 0o700)
		}, func(t *testing.T, l *Log, r Recovery, got int) {
			if got != 200 || len(r.Unreadable) == 0 {
				t.Errorf("%d entries, %+v", got, r)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := Options{Dir: t.TempDir(), Durability: Strict, SegmentBytes: 3000}
			l, before := open(t, o)
			var last qq.SN
			for i := range 200 {
				if e := entry(1, uint64(i+1), 0); i%5 == 4 {
					last = waitPut(t, l, e).SN // a group of five
				} else {
					put(t, l, e)
				}
			}
			l.Close()
			c.harm(t, o.Dir)
			l, r := open(t, o)
			got := all(t, l)
			c.check(t, l, r, len(got))
			if r.String() == "" || (l.Epoch() != before.Epoch) != r.Lost {
				t.Errorf("%q, epoch %d was %d", r.String(), l.Epoch(), before.Epoch)
			}
			if e := waitPut(t, l, entry(1, 1000, 0)); e.SN <= last || e.SN != r.Next {
				t.Errorf("number %d after %d, %d was told", e.SN, last, r.Next)
			}
		})
	}
}

// A log that was not closed and whose segments are gone: nobody knows how many
// numbers were given, and all that may have been are told.
func TestLostWithoutAClose(t *testing.T) {
	disk := newDisk(newRand(1))
	var lines bytes.Buffer
	o := Options{Dir: "log", FS: disk.mount(), Durability: Strict, ReserveBlock: 64, Logger: slog.New(slog.NewTextHandler(&lines, nil))}
	l, _ := open(t, o)
	first, last := waitPut(t, l, entry(1, 1, 0)).SN, qq.SN(0)
	for i := range 20 {
		last = waitPut(t, l, entry(1, uint64(i+2), 0)).SN
	}
	disk.crash() // the process is killed
	_ = l.Close()
	for _, name := range disk.files("*" + segmentSuffix) {
		disk.delete(name)
	}
	o.FS = disk.mount()
	l, r := open(t, o)
	defer l.Close()
	if !r.Lost || len(r.Missing) != 1 || !r.Missing[0].Holds(first) || !r.Missing[0].Holds(last) || r.Next <= r.Missing[0].Last {
		t.Errorf("%d to %d were records: %+v", first, last, r)
	}
	if e := waitPut(t, l, entry(1, 1000, 0)); e.SN != r.Next || !strings.Contains(lines.String(), fmt.Sprint(" next=", e.SN, " ")) {
		t.Errorf("the next number is %d:\n%s", e.SN, lines.String())
	}
}
