package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"llbot/bench"
	"llbot/bench/part"
)

type benchCommand struct {
	Quick   bool          `help:"The short form, under 50 seconds. 简短测试"`
	JSON    bool          `help:"Print one JSON object. 输出 JSON" name:"json"`
	Only    string        `help:"Measure the results whose names match this regular expression. 只测匹配的项目" placeholder:"REGEXP"`
	List    bool          `help:"List the names of all results and end. 列出项目"`
	Rounds  int           `help:"Rounds of each side." placeholder:"N"`
	Slice   time.Duration `help:"How long one round of one side takes." placeholder:"TIME"`
	Chart   string        `help:"Write the curves of growth as an SVG picture. 图表文件" placeholder:"FILE" type:"path"`
	Out     string        `help:"Write the JSON to a file too; the chart goes next to it. 结果文件" placeholder:"FILE" type:"path"`
	Target  string        `help:"Measure another server that speaks the protocol, e.g. ws://127.0.0.1:3001. 测试其他服务" placeholder:"URL"`
	Act     string        `help:"Where OneBot actions are called that make events at the target." placeholder:"URL"`
	Token   string        `help:"The target's token." placeholder:"TOKEN"`
	Group   int64         `help:"A group that the target's account is in." default:"123456"`
	Member  int64         `help:"Somebody in that group, whose card is changed." default:"10002"`
	PID     int           `help:"The target's process on this machine: its processor time and memory are read." name:"pid" placeholder:"N"`
	Hook    string        `help:"The loopback address to which the target posts its OneBot events, e.g. 127.0.0.1:8080." placeholder:"ADDR"`
	Profile string        `help:"Write profiles of the server's processor into a folder, one for each group of scenarios." placeholder:"DIR" type:"path"`
}

// Run measures and prints.
func (b benchCommand) Run(c *console) error {
	if b.List {
		for _, name := range bench.Names(b.Quick) {
			_, _ = fmt.Fprintln(c.out, name)
		}
		return nil
	}
	options, err := b.options(c)
	if err != nil {
		return err
	}
	report, err := bench.Run(c.signals, options)
	if report == nil {
		return err
	}
	err = errors.Join(err, report.Save(b.Out, b.Chart))
	if len(report.Growth) == 0 && (b.Chart != "" || b.Out != "") {
		_, _ = fmt.Fprintln(c.err, "no picture was written: no result has a curve (growth/array, accounts and, in the short form, fanout/array have)")
	}
	if b.JSON {
		return errors.Join(err, report.WriteJSON(c.out))
	}
	if errors.Is(err, bench.ErrInterrupted) && len(report.Results) == 0 {
		return err
	}
	return errors.Join(err, report.WriteTable(c.out))
}

func (b benchCommand) options(c *console) (o bench.Options, err error) {
	if b.Target == "" && (b.Act != "" || b.Token != "" || b.PID != 0 || b.Hook != "") {
		return o, errors.New("--act, --token, --pid and --hook are for another server: name it with --target")
	}
	program, err := os.Executable()
	if err != nil {
		return o, err
	}
	o = bench.Options{
		Self:  part.Command{Program: program, Args: []string{partCommand}},
		Quick: b.Quick, Rounds: b.Rounds, Slice: b.Slice, Log: c.err, Profile: b.Profile,
	}
	if b.Only != "" {
		if o.Only, err = regexp.Compile(b.Only); err != nil {
			return o, fmt.Errorf("--only: %w", err)
		}
		if !slices.ContainsFunc(bench.Names(b.Quick), o.Only.MatchString) {
			return o, fmt.Errorf("--only: no result has a name like %q; --list shows them", b.Only)
		}
	}
	for _, file := range []string{b.Out, b.Chart} { // half an hour later would be late to say so
		if file == "" {
			continue
		}
		if _, err := os.Stat(filepath.Dir(file)); err != nil {
			return o, fmt.Errorf("cannot write %s: %w", file, err)
		}
		if at, err := os.Stat(file); err == nil && at.IsDir() {
			return o, fmt.Errorf("cannot write %s: it is a folder", file)
		}
	}
	if b.Out != "" && (b.Out == b.Chart || b.Chart == "" && filepath.Ext(b.Out) == ".svg") {
		return o, fmt.Errorf("--out %s: the report and its picture need files of their own", b.Out)
	}
	if b.Profile != "" {
		if err := os.MkdirAll(b.Profile, 0o700); err != nil {
			return o, err
		}
	}
	if b.Target != "" {
		o.Target, err = bench.ParseTarget(bench.Named{
			URL: b.Target, Act: b.Act, Token: b.Token, Group: b.Group, Member: b.Member, PID: b.PID, Hook: b.Hook,
		})
	}
	return o, err
}

// partCommand is how the suite starts a part of itself.
const partCommand = "bench-part"

// benchPartCommand is one part of a measurement, started by the suite.
type benchPartCommand struct {
	Role string `arg:""`
}

// Run serves the suite over standard input and output.
func (p benchPartCommand) Run(c *console) error {
	return bench.Work(p.Role, os.Stdin, nopCloser{c.out})
}

type nopCloser struct{ io.Writer }

// Close does nothing.
func (nopCloser) Close() error { return nil }
