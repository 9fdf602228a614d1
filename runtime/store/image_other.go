//go:build !linux && !darwin && !freebsd

package store

import (
	"errors"
	"os"
)

// mapShared cannot be had here, or does not go together with reading the file.
func mapShared(*os.File, int) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmapShared([]byte) error { return nil }
