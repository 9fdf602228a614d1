package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

type eventsCommand struct {
	Tail   tailCommand   `cmd:"" default:"withargs" help:"Show the newest events, or all since some time. 查看最近的事件"`
	Show   showCommand   `cmd:"" help:"Show one event whole. 查看单个事件"`
	Replay replayCommand `cmd:"" help:"Deliver past events to a target once more. 向目标重新投递事件"`
}

type tailCommand struct {
	remote
	rendering
	Number  int    `short:"n" help:"How many, the newest; 20 unless --since is given. 条数" placeholder:"N"`
	Follow  bool   `short:"f" help:"Go on with what comes, until Ctrl-C. 持续输出"`
	Since   string `help:"All events since: an age (2h, 3d), a time (2006-01-02T15:04:05Z), Unix milliseconds or an sn. 起始位置" placeholder:"WHEN"`
	Until   string `help:"Only events before; in the forms of --since. 结束位置" placeholder:"WHEN"`
	Account int64  `help:"Only events of this account. 账号" placeholder:"QQ"`
	Type    string `help:"Only events of this type, such as MessageReceived or member_muted. 事件类型" placeholder:"TYPE"`
}

// newestShown is how many events are shown when nobody says.
const newestShown = 20

// everyEvent asks for all that lies in a range.
const everyEvent = 1_000_000

// Run prints events of the log, oldest first.
func (t tailCommand) Run(c *console, flags configured) error {
	if t.Number < 0 {
		return fmt.Errorf("-n %d: a number of events is wanted", t.Number)
	}
	client, err := t.client(flags)
	if err != nil {
		return err
	}
	show := func(line admin.EventLine) error {
		return t.show(c, line, func() error { return printEvent(c.out, line, time.Local) })
	}
	if t.Follow {
		return onlyRunning(newFollower(c, client).run(t.query(), show))
	}
	return onlyRunning(client.Events(c.signals, t.query(), show))
}

func (t tailCommand) query() admin.EventQuery {
	q := admin.EventQuery{
		Since: t.Since, Until: t.Until, Account: qq.UserID(t.Account), Type: t.Type, Last: t.Number, Follow: t.Follow,
	}
	if t.Number == 0 && t.Since == "" {
		q.Last = newestShown
	}
	if !t.Follow {
		q.Limit = everyEvent
	}
	return q
}

type showCommand struct {
	remote
	rendering
	SN uint64 `arg:"" name:"sn" help:"Number of the event, as tail shows it."`
}

// Run prints one event with everything that the log holds of it.
func (s showCommand) Run(c *console, flags configured) error {
	client, err := s.client(flags)
	if err != nil {
		return err
	}
	line, err := client.Event(c.signals, qq.SN(s.SN))
	if err != nil {
		return onlyRunning(err)
	}
	return s.show(c, line, func() error { return printWhole(c.out, line, time.Local) })
}

type replayCommand struct {
	remote
	rendering
	Target string `help:"Name of the target; \"llbot targets\" lists them. 目标名称" placeholder:"NAME" required:""`
	Since  string `help:"From where: an age (2h, 3d), a time, Unix milliseconds or an sn. 起始位置" placeholder:"WHEN" required:""`
	Until  string `help:"To where; now unless given. 结束位置" placeholder:"WHEN"`
	Rate   int    `help:"Events a second; 0 is as fast as they go. 每秒条数" default:"20"`
}

// Run asks for a range of events to be delivered again. The target's cursor
// stays where it is, and its replay policy does not apply.
func (r replayCommand) Run(c *console, flags configured) error {
	client, err := r.client(flags)
	if err != nil {
		return err
	}
	answer, err := client.Redeliver(c.signals, admin.RedeliverRequest{Target: r.Target, Since: r.Since, Until: r.Until, Rate: r.Rate})
	if err != nil {
		return onlyRunning(err)
	}
	return r.show(c, answer, func() error { return printRedelivering(c.out, r.Target, answer) })
}

// printEvent prints an event on one line.
func printEvent(out io.Writer, e admin.EventLine, zone *time.Location) error {
	_, err := fmt.Fprintf(out, "%s  %d  %d  %-15s  %s\n", moment(e.Time, zone), e.SN, e.Account, e.Type, e.Text)
	return err
}

// printWhole prints an event with everything that is known of it.
func printWhole(out io.Writer, e admin.EventLine, zone *time.Location) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "sn\t%d\ntime\t%s\naccount\t%d\ntype\t%s\ntext\t%s\n", e.SN, moment(e.Time, zone), e.Account, e.Type, e.Text)
	if err := w.Flush(); err != nil {
		return err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, e.Event, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, pretty.String())
	return err
}

// moment is a time as people read it, "-" for never.
func moment(t qq.Time, zone *time.Location) string {
	if t == 0 {
		return "-"
	}
	return t.Std().In(zone).Format("2006-01-02 15:04:05.000")
}
