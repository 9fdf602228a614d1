package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime"
	"llbot/runtime/admin"
)

type clockCommand struct {
	simulated
	rendering
	Set     string   `help:"Show this time, which must not be past." placeholder:"2026-01-02T15:04:05Z" xor:"move"`
	Advance string   `help:"Go forward at once: 90s, 10m, 3d." placeholder:"DURATION" xor:"move"`
	Speed   *float64 `help:"Run so much faster than real time; 0 stands still." placeholder:"FACTOR"`
	Real    bool     `help:"Be the machine's clock again." xor:"move"`
}

// Run shows the clock, after changing it when something is to be changed.
func (k clockCommand) Run(c *console, flags configured) error {
	client, err := k.connect(flags)
	if err != nil {
		return err
	}
	var shown admin.Clock
	if k.Set == "" && k.Advance == "" && k.Speed == nil && !k.Real {
		shown, err = client.Clock(c.signals)
	} else {
		shown, err = client.SetClock(c.signals, admin.ClockRequest{Set: k.Set, Advance: k.Advance, Speed: k.Speed, Real: k.Real})
	}
	if err != nil {
		return err
	}
	return k.show(c, shown, func() error {
		how := "the machine's clock"
		if shown.Own {
			how = fmt.Sprintf("a clock of its own, %v times real time", shown.Speed)
		}
		if shown.Own && shown.Speed == 0 {
			how = "a clock of its own that stands still"
		}
		_, err := fmt.Fprintf(c.out, "%s  (%s)\n", shown.Now, how)
		return err
	})
}

type faultCommand struct {
	List  faultListCommand  `cmd:"" default:"1" help:"List the faults and how often they struck. 列出故障"`
	Add   faultAddCommand   `cmd:"" help:"Add a fault. 添加故障"`
	Clear faultClearCommand `cmd:"" help:"Take faults away. 清除故障"`
}

type faultListCommand struct {
	simulated
	rendering
}

// Run lists the faults.
func (f faultListCommand) Run(c *console, flags configured) error {
	client, err := f.connect(flags)
	if err != nil {
		return err
	}
	list, err := client.Faults(c.signals)
	if err != nil {
		return err
	}
	return f.show(c, admin.FaultList{Faults: list}, func() error { return printFaults(c.out, list) })
}

func printFaults(out io.Writer, list []admin.Fault) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "no faults")
		return err
	}
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tFAULT\tSTRIKES\tACCOUNT\tPROBABILITY\tSTRUCK\tDELAY")
	for _, f := range list {
		strikes := f.Op + f.Event
		if f.Class != "" {
			strikes += " class " + f.Class
		}
		if strikes == "" {
			strikes = "everything"
		}
		account, count, probability := "all", "", f.Probability
		if f.Account != 0 {
			account = f.Account.String()
		}
		if f.Count > 0 {
			count = fmt.Sprintf(" of %d", f.Count)
		}
		if probability == 0 {
			probability = 1
		}
		_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%v\t%d%s\t%s\n", f.ID, f.Kind, strikes, account, probability, f.Struck, count, time.Duration(f.DelayMS)*time.Millisecond)
	}
	return w.Flush()
}

type faultAddCommand struct {
	simulated
	Kind        string        `arg:"" help:"offline, rate_limited, risk_control, upstream, lost_call, lost_answer, slow, slow_media, link_lost, kicked; duplicate_event, late_event, missing_event."`
	Account     int64         `help:"Only this account. 账号" placeholder:"QQ"`
	Op          string        `help:"Only this operation, such as SendMessage." placeholder:"NAME"`
	Class       string        `help:"Only operations of this class: read, send, change, moderate, account." placeholder:"CLASS"`
	Event       string        `help:"Only events of this type, such as MessageReceived." placeholder:"TYPE"`
	Probability float64       `help:"How likely it strikes; 1 by default." placeholder:"0..1"`
	Count       int           `help:"How often it strikes; without end by default." placeholder:"N"`
	Delay       time.Duration `help:"Of slow and late ones." placeholder:"DURATION"`
	Text        string        `help:"What a refusal says." placeholder:"TEXT"`
}

// Run adds a fault.
func (f faultAddCommand) Run(c *console, flags configured) error {
	client, err := f.connect(flags)
	if err != nil {
		return err
	}
	added, err := client.AddFault(c.signals, admin.Fault{
		Kind: f.Kind, Account: qq.UserID(f.Account), Op: f.Op, Class: f.Class, Event: f.Event,
		Probability: f.Probability, Count: f.Count, DelayMS: f.Delay.Milliseconds(), Text: f.Text,
	})
	if err != nil {
		return err
	}
	return printFaults(c.out, []admin.Fault{added})
}

type faultClearCommand struct {
	simulated
	ID []int `arg:"" optional:"" help:"Which ones; all by default."`
}

// Run takes faults away.
func (f faultClearCommand) Run(c *console, flags configured) error {
	client, err := f.connect(flags)
	if err != nil {
		return err
	}
	n, err := client.ClearFaults(c.signals, f.ID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "cleared %d\n", n)
	return err
}

type trafficCommand struct {
	simulated
	rendering
	Rate     float64 `help:"Messages a second, in the world's time." default:"1"`
	For      string  `help:"How long, in the world's time: 10m, 7d. On a clock that stands still that is over at once." default:"1m" placeholder:"DURATION"`
	Group    []int64 `help:"Only in these groups. 群号" placeholder:"GROUP"`
	Seed     uint64  `help:"The same seed in the same world is the same chatter." placeholder:"N"`
	Pictures bool    `help:"Now and then somebody shows a picture." default:"true" negatable:""`
}

// Run lets people chat until it is over; Ctrl-C ends it.
func (t trafficCommand) Run(c *console, flags configured) error {
	client, err := t.connect(flags)
	if err != nil {
		return err
	}
	r := admin.TrafficRequest{Rate: t.Rate, For: t.For, Seed: t.Seed, Pictures: t.Pictures}
	for _, g := range t.Group {
		r.Groups = append(r.Groups, qq.GroupID(g))
	}
	done, err := client.Traffic(c.signals, r)
	if c.signals.Err() != nil {
		return nil // Ctrl-C is a way to end it
	}
	if err != nil {
		return err
	}
	return t.show(c, done, func() error {
		_, err := fmt.Fprintf(c.out, "said %d (%d replies, %d pictures), refused %d; seed %d\n", done.Said, done.Replies, done.Pictures, done.Refused, done.Seed)
		return err
	})
}

type dumpCommand struct {
	simulated
	Out string `help:"Write to this file." placeholder:"FILE" type:"path"`
}

// Run writes the world down as a scene.
func (d dumpCommand) Run(c *console, flags configured) error {
	client, err := d.connect(flags)
	if err != nil {
		return err
	}
	if d.Out == "" {
		return client.Dump(c.signals, c.out)
	}
	if err := replaceFile(d.Out, func(out io.Writer) error { return client.Dump(c.signals, out) }); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.err, "wrote", d.Out)
	return err
}

// replaceFile writes a file whole or leaves what was there. What is no file,
// such as /dev/null, is written to.
func replaceFile(name string, write func(out io.Writer) error) error {
	target := name + ".tmp"
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		target = name
	}
	f, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Close())
	switch {
	case target == name:
		return err
	case err != nil:
		return errors.Join(err, os.Remove(target))
	}
	return os.Rename(target, name)
}

type generateCommand struct {
	Groups   int     `help:"How many groups." default:"10"`
	Members  int     `help:"How many members a group has, more or less." default:"50"`
	Users    int     `help:"How many people in all; enough for the groups by default." placeholder:"N"`
	Friends  int     `help:"How many friends each account has." default:"10"`
	Messages int     `help:"How many messages are there in each group." default:"0"`
	Account  []int64 `help:"Accounts of this server; 1234567890 by default. 账号" placeholder:"QQ"`
	Seed     uint64  `help:"The same seed makes the same world." default:"1"`
	Out      string  `help:"Write to this file." placeholder:"FILE" type:"path"`
}

// Run makes up a world.
func (g generateCommand) Run(c *console) error {
	size := runtime.SceneSize{Groups: g.Groups, Members: g.Members, Users: g.Users, Friends: g.Friends, Messages: g.Messages, Seed: g.Seed}
	for _, a := range g.Account {
		size.Accounts = append(size.Accounts, qq.UserID(a))
	}
	if g.Out == "" {
		return runtime.GenerateScene(c.out, size)
	}
	if err := replaceFile(g.Out, func(out io.Writer) error { return runtime.GenerateScene(out, size) }); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.out, "wrote %s\nRun it with:  %s --world %s\n", g.Out, self(), g.Out)
	return err
}
