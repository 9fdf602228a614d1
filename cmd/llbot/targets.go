package main

import (
	"errors"
	"fmt"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

type targetsCommand struct {
	List      listCommand      `cmd:"" default:"withargs" help:"Show how deliveries to webhooks and links are doing. 查看投递目标的状态"`
	Letters   lettersCommand   `cmd:"" help:"List the events that a target did not get. 列出未送达的事件"`
	Redeliver redeliverCommand `cmd:"" help:"Deliver such events, or any others, once more. 重新投递"`
	Drop      dropCommand      `cmd:"" help:"Strike events off the list of what a target did not get. 从列表中删除"`
	Forget    forgetCommand    `cmd:"" help:"Forget a target that is no longer configured. 忘记不再使用的目标"`
}

type listCommand struct {
	remote
	rendering
	Name string `arg:"" optional:"" help:"Show this one with all details."`
}

// Run prints a table of all targets, or everything of one.
func (l listCommand) Run(c *console, flags configured) error {
	client, err := l.client(flags)
	if err != nil {
		return err
	}
	list, err := client.Targets(c.signals, l.Name)
	if err != nil {
		return onlyRunning(err)
	}
	return l.show(c, admin.TargetList{Targets: list}, func() error {
		if l.Name != "" && len(list) == 1 {
			return printTarget(c.out, list[0], time.Now(), time.Local)
		}
		return printTargets(c.out, list, time.Now())
	})
}

// chosen says which kind of letter is meant.
type chosen struct {
	Refused bool `help:"Those that the target refused. 被拒绝的" xor:"kind"`
	Skipped bool `help:"Those that the replay policy left out. 被策略跳过的" xor:"kind"`
}

// kind is the API's name of what is chosen, def when nothing is.
func (k chosen) kind(def string) string {
	switch {
	case k.Refused:
		return admin.LetterRefused
	case k.Skipped:
		return admin.LetterSkipped
	}
	return def
}

type lettersCommand struct {
	remote
	rendering
	chosen
	Number int    `short:"n" help:"How many. 条数" default:"100"`
	After  uint64 `help:"Only those behind this sn, to read on. 起始位置" placeholder:"SN"`
	Name   string `arg:"" help:"Name of the target."`
}

// Run prints a table of the letters.
func (l lettersCommand) Run(c *console, flags configured) error {
	client, err := l.client(flags)
	if err != nil {
		return err
	}
	list, err := client.Letters(c.signals, admin.LetterQuery{Target: l.Name, Kind: l.kind(""), After: qq.SN(l.After), Limit: l.Number})
	if err != nil {
		return onlyRunning(err)
	}
	return l.show(c, list, func() error { return printLetters(c.out, l.Name, list, time.Local) })
}

type redeliverCommand struct {
	remote
	rendering
	chosen
	Rate int      `help:"Events a second; 0 is as fast as they go. 每秒条数" default:"20"`
	Name string   `arg:"" help:"Name of the target."`
	SN   []uint64 `arg:"" optional:"" name:"sn" help:"Numbers of the events; all that \"targets letters\" lists when none is given."`
}

// Run asks for events to be delivered again.
func (r redeliverCommand) Run(c *console, flags configured) error {
	request := admin.RedeliverRequest{Target: r.Name, SNs: numbers(r.SN), Rate: r.Rate}
	if len(r.SN) == 0 {
		request.Kind = r.kind("all")
	} else if r.kind("") != "" {
		return errors.New("--refused and --skipped choose from the list; they do not go with numbers of events")
	}
	client, err := r.client(flags)
	if err != nil {
		return err
	}
	answer, err := client.Redeliver(c.signals, request)
	if err != nil {
		return onlyRunning(err)
	}
	return r.show(c, answer, func() error { return printRedelivering(c.out, r.Name, answer) })
}

type dropCommand struct {
	remote
	rendering
	chosen
	All  bool     `help:"Those of both kinds. 全部" xor:"kind"`
	Name string   `arg:"" help:"Name of the target."`
	SN   []uint64 `arg:"" optional:"" name:"sn" help:"Numbers of the events."`
}

// Run strikes letters off. Nobody's whole list goes without being asked for.
func (d dropCommand) Run(c *console, flags configured) error {
	request := admin.DropRequest{Target: d.Name, SNs: numbers(d.SN), Kind: d.kind("")}
	if d.All {
		request.Kind = "all"
	}
	if (len(d.SN) > 0) == (request.Kind != "") {
		return errors.New("say what to drop: numbers of events, --refused, --skipped or --all")
	}
	client, err := d.client(flags)
	if err != nil {
		return err
	}
	answer, err := client.Drop(c.signals, request)
	if err != nil {
		return onlyRunning(err)
	}
	return d.show(c, answer, func() error {
		_, err := fmt.Fprintf(c.out, "dropped %d\n", answer.Dropped)
		return err
	})
}

type forgetCommand struct {
	remote
	Name string `arg:"" help:"Name of the target."`
}

// Run deletes what is kept of a target: its cursor and its letters.
func (f forgetCommand) Run(c *console, flags configured) error {
	client, err := f.client(flags)
	if err != nil {
		return err
	}
	if err := client.Forget(c.signals, f.Name); err != nil {
		return onlyRunning(err)
	}
	_, err = fmt.Fprintf(c.out, "forgot %s\n", f.Name)
	return err
}

func numbers(list []uint64) []qq.SN {
	var sns []qq.SN
	for _, n := range list {
		sns = append(sns, qq.SN(n))
	}
	return sns
}
