package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"llbot/runtime"
	"llbot/runtime/config"
)

// defaultFile is the configuration that is taken when none is named and the
// working folder has one.
const defaultFile = "llbot.yaml"

// configured are the flags that say which configuration a command means.
type configured struct {
	Config string `help:"Configuration file; llbot.yaml in this folder when there is one. 配置文件" placeholder:"FILE" type:"path"`
	Data   string `help:"Data folder, instead of the configured one. 数据目录" placeholder:"DIR" type:"path"`
}

// load answers the configuration and where it came from.
func (f configured) load() (cfg *config.Config, from string, err error) {
	switch {
	case f.Config != "":
		from = f.Config
	default:
		if _, err := os.Stat(defaultFile); err == nil {
			from = defaultFile
		}
	}
	if from == "" {
		cfg, from = config.Default(), "built-in defaults"
	} else if cfg, err = config.Load(from); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("there is no %s; \"llbot init\" writes one", from)
		}
		return nil, from, err
	}
	if f.Data != "" {
		cfg.Data = f.Data
	}
	return cfg, from, nil
}

type initCommand struct {
	File  string `arg:"" optional:"" default:"llbot.yaml" help:"Where to write it." type:"path"`
	Force bool   `help:"Overwrite an existing file."`
}

// Run writes the commented configuration.
func (i initCommand) Run(c *console) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if i.Force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(i.File, flags, 0o600) // it may come to hold tokens
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; --force overwrites it", i.File)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(config.Template())
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "wrote %s\nCheck it with:  %s check %s\nRun it with:    %s --config %s\n", i.File, self(), i.File, self(), i.File)
	return err
}

type checkCommand struct {
	File string `arg:"" optional:"" help:"Configuration file." type:"path"`
}

// Run says what a configuration would run, or what is wrong with it.
func (k checkCommand) Run(c *console, flags configured) error {
	if k.File != "" {
		flags.Config = k.File
	}
	cfg, from, err := flags.load()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s is fine. It would run:\n\n%s", from, runtime.Explain(cfg))
	return err
}
