package eventlog

import (
	"io"
	"os"
	"runtime"
)

// FS is what a log needs of a file system. Paths are joined with slashes of the
// machine; names that List answers are bare.
type FS interface {
	// MkdirAll makes a folder and what is above it.
	MkdirAll(dir string) error
	// Lock takes a file for this process alone until it is closed or the process
	// ends. ErrInUse when another one has it.
	Lock(path string) (io.Closer, error)
	// Create makes an empty file, or empties the one there is.
	Create(path string) (File, error)
	// Open opens a file that is there; fs.ErrNotExist otherwise.
	Open(path string) (File, error)
	Rename(from, to string) error
	Remove(path string) error
	// List names what is in a folder, in any order.
	List(dir string) ([]string, error)
	// SyncDir makes what was created, renamed and removed in a folder durable.
	SyncDir(dir string) error
}

// File is an open file. ReadAt may be called while others read, write or
// close; what was written is durable after Sync.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Sync() error
	Truncate(size int64) error
	Size() (int64, error)
}

// machine is the real file system.
type machine struct{}

func (machine) MkdirAll(dir string) error    { return os.MkdirAll(dir, 0o700) }
func (machine) Rename(from, to string) error { return os.Rename(from, to) }
func (machine) Remove(path string) error     { return os.Remove(path) }

func (machine) Create(path string) (File, error) {
	return opened(os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600))
}

func (machine) Open(path string) (File, error) { return opened(os.OpenFile(path, os.O_RDWR, 0)) }

func (machine) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (machine) SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// plainFile is a file of the machine.
type plainFile struct{ *os.File }

func opened(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err // not a File that holds a nil
	}
	return plainFile{f}, nil
}

func (f plainFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
