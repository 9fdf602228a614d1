package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"llbot/runtime/keyfile"
)

// TokenFile is the name of the token's file in the data folder.
const TokenFile = "admin.token"

// LoadToken answers the token of the control API, which lies in the data
// folder with mode 0600. It is made when missing (32 random bytes, base64url),
// and an existing file that others may read is tightened.
func LoadToken(dataDir string) (string, error) {
	token, err := keyfile.Load(filepath.Join(dataDir, TokenFile))
	if err != nil {
		return "", fmt.Errorf("admin token: %w", err)
	}
	return token, nil
}

// ReadToken is LoadToken for a client: it makes and changes nothing.
func ReadToken(dataDir string) (string, error) {
	path := filepath.Join(dataDir, TokenFile)
	token, err := keyfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no %s; start llbot once, or name the data folder that it runs with", path)
	}
	if err != nil {
		return "", fmt.Errorf("admin token: %w", err)
	}
	return token, nil
}
