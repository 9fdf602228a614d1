package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestFilesAreReplacedWholeOrNotAtAll(t *testing.T) {
	name, failed := filepath.Join(t.TempDir(), "dump.yaml"), errors.New("the answer broke off")
	for _, c := range []struct {
		fault error
		text  string
		want  string
	}{
		{nil, "first", "first"},
		{nil, "2nd", "2nd"},
		{failed, "half of", "2nd"},
	} {
		err := replaceFile(name, func(out io.Writer) error {
			_, err := io.WriteString(out, c.text)
			return errors.Join(err, c.fault)
		})
		if !errors.Is(err, c.fault) {
			t.Errorf("%q: %v", c.text, err)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != c.want {
			t.Errorf("%q: %q, %v", c.text, got, err)
		}
		if _, err := os.Stat(name + ".tmp"); !os.IsNotExist(err) {
			t.Errorf("%q left something behind: %v", c.text, err)
		}
	}
	if err := replaceFile(os.DevNull, func(out io.Writer) error { return nil }); err != nil {
		t.Error(err)
	}
	if err := replaceFile(filepath.Join(t.TempDir(), "no", "folder"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}
