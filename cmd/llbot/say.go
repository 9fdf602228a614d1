package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

type sayCommand struct {
	remote
	Group  int64    `help:"Speak in this group. 群号" placeholder:"GROUP" xor:"where" required:""`
	Friend bool     `help:"Speak to the account in private. 私聊" xor:"where" required:""`
	To     int64    `help:"With --friend: whom to speak to; the first account by default." placeholder:"QQ"`
	As     int64    `help:"Who speaks. 发言人" placeholder:"QQ" required:""`
	At     []string `help:"Mention somebody first; \"all\" is everybody. 提及" placeholder:"QQ"`
	Reply  int64    `help:"Quote the message with this message_id. 回复" placeholder:"ID"`
	Image  []string `help:"Send a picture after the text. 图片" placeholder:"FILE" type:"existingfile"`
	Count  int      `help:"How many messages; {{seq}} and {{ns}} in the text change with each." default:"1"`
	Rate   float64  `help:"Messages a second; 0 is as fast as it goes." default:"0"`
	From   int      `help:"What {{seq}} begins with." default:"1"`
	Text   []string `arg:"" optional:"" help:"What is said."`
}

// Run speaks through the admin server of the running llbot.
func (s sayCommand) Run(c *console, flags configured) error {
	if s.Count < 1 {
		return fmt.Errorf("--count %d: at least one message", s.Count)
	}
	client, err := s.client(flags)
	if err != nil {
		return err
	}
	segments, err := s.segments()
	if err != nil {
		return err
	}
	said, err := client.Say(c.signals, admin.SayRequest{
		Group: qq.GroupID(s.Group), User: qq.UserID(s.As), Friend: s.Friend, To: qq.UserID(s.To),
		Message: admin.Message(segments), Count: s.Count, Rate: s.Rate, From: s.From,
	})
	if err != nil {
		return err
	}
	return printSaid(c.out, said)
}

// printSaid tells what became of the messages, and which of their events have
// numbers.
func printSaid(out io.Writer, said admin.SayAnswer) error {
	_, err := fmt.Fprintf(out, "accepted %d\n", said.Accepted)
	for _, a := range said.Accounts {
		switch {
		case a.Numbered == 0:
			_, err = fmt.Fprintf(out, "account %d: none of %d events has a number yet; the account takes no events now (/readyz and the server's log may say why)\n", a.Account, a.Events)
		case a.Numbered < a.Events:
			_, err = fmt.Fprintf(out, "account %d sees sn %d to %d: %d of %d events; the others have no number yet, since the account is behind or stopped\n",
				a.Account, a.FirstSN, a.LastSN, a.Numbered, a.Events)
		default:
			_, err = fmt.Fprintf(out, "account %d sees sn %d to %d\n", a.Account, a.FirstSN, a.LastSN)
		}
	}
	return err
}

// segments writes what is said as OneBot segments. Pictures travel inside the
// request: the server need not be allowed to read our files.
func (s sayCommand) segments() ([]admin.Segment, error) {
	var list []admin.Segment
	add := func(kind, key, value string) {
		list = append(list, admin.Segment{Type: kind, Data: map[string]string{key: value}})
	}
	if s.Reply != 0 {
		add("reply", "id", strconv.FormatInt(s.Reply, 10))
	}
	for _, who := range s.At {
		add("at", "qq", who)
	}
	if text := strings.Join(s.Text, " "); text != "" {
		if len(s.At) > 0 {
			text = " " + text
		}
		add("text", "text", text)
	}
	for _, file := range s.Image {
		picture, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		add("image", "file", "base64://"+base64.StdEncoding.EncodeToString(picture))
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("there is nothing to say: give a text or --image FILE")
	}
	return list, nil
}
