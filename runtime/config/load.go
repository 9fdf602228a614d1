package config

import (
	"fmt"
	"os"
)

// Load reads the file at path. Its error is a [Faults] when the file is there but wrong, and wraps the operating
// system's error (fs.ErrNotExist and the like) when it cannot be read.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return Parse(path, data)
}

// Parse reads a configuration over the defaults; name is what faults call the file. The error is a [Faults] that
// lists everything wrong. An empty file means [Default].
func Parse(name string, data []byte) (*Config, error) {
	r := newReport(name)
	r.places[""] = position{1, 1}
	root, readable := parseTree(data, r)
	if !readable {
		return nil, r.err()
	}
	cfg := Default()
	if root != nil {
		d := &decoder{report: r}
		d.config(spot{"", root}, cfg)
	}
	check(cfg, r)
	if err := r.err(); err != nil {
		return nil, err
	}
	return cfg, nil
}

// Validate checks a configuration built in code by the rules of files. The error is a [Faults] without places.
func (c *Config) Validate() error {
	r := newReport("")
	check(c, r)
	return r.err()
}
