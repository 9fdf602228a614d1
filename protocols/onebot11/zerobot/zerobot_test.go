package zerobot

import (
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	zero "github.com/wdvxdr1123/ZeroBot"
	"github.com/wdvxdr1123/ZeroBot/driver"
	"github.com/wdvxdr1123/ZeroBot/message"
)

const (
	bot   = 1234567890
	alice = 10001
	club  = 123456
)

// TestZeroBotAgainstTheServer: each of the three drivers hears the message and
// answers it.
func TestZeroBotAgainstTheServer(t *testing.T) {
	logrus.SetLevel(logrus.ErrorLevel)
	reverse, hook := freePort(t), freePort(t)
	s := start(t, reverse, hook)
	heard := make(chan *zero.Ctx, 16)
	zero.OnMessage().Handle(func(ctx *zero.Ctx) { heard <- ctx })
	zero.Run(&zero.Config{Driver: []zero.Driver{
		named{driver.NewWebSocketServer(16, "ws://"+reverse, token), "reverse WebSocket"},
		named{driver.NewWebSocketClient("ws://"+s.addr["onebot11-ws"], token), "forward WebSocket"},
		named{driver.NewHTTPClient("http://"+hook, token, "http://"+s.addr["onebot11-http"], token), "HTTP and webhook"},
	}})
	s.say("hello")
	drivers := map[string]bool{}
	for deadline := time.After(60 * time.Second); len(drivers) < 3; {
		select {
		case ctx := <-heard:
			if name := ctx.Event.RawEvent.Get("via").Str; !drivers[name] {
				drivers[name] = true
				t.Run(name, func(t *testing.T) { talk(t, ctx) })
			}
		case <-deadline:
			t.Fatalf("heard through %v alone:\n%s", drivers, s.out.String())
		case <-time.After(time.Second): // a driver that connected late
			s.say("once more")
		}
	}
}

// named is a driver that writes its name into the events that it hears.
type named struct {
	zero.Driver
	name string
}

func (d named) Listen(handler func([]byte, zero.APICaller)) {
	d.Driver.Listen(func(event []byte, c zero.APICaller) {
		handler(append([]byte(`{"via":"`+d.name+`",`), event[1:]...), c)
	})
}

// talk reads the event, asks this and that and answers.
func talk(t *testing.T, ctx *zero.Ctx) {
	e := ctx.Event
	if e.SelfID != bot || e.UserID != alice || e.GroupID != club || e.Sender == nil || e.Sender.ID != alice || e.Sender.Role != "owner" || e.RawMessage == "" {
		t.Errorf("event %+v", e)
	}
	if got := ctx.GetLoginInfo(); got.Get("user_id").Int() != bot {
		t.Errorf("login %s", got.Raw)
	}
	if got := ctx.GetVersionInfo(); got.Get("protocol_version").Str != "v11" {
		t.Errorf("version %s", got.Raw)
	}
	if got := ctx.GetThisGroupMemberInfo(alice, true); got.Get("role").Str != "owner" || ctx.CardOrNickName(alice) != "Alice" {
		t.Errorf("member %s", got.Raw)
	}
	if got := ctx.GetThisGroupInfo(true); got.ID != club || got.MemberCount < 2 {
		t.Errorf("group %+v", got)
	}
	if got := ctx.GetThisGroupMemberList(); len(got.Array()) < 2 {
		t.Errorf("members %s", got.Raw)
	}
	sent := ctx.SendChain(message.Reply(e.MessageID), message.At(alice), message.Text(" & [you]"), message.Face(14))
	back := ctx.GetMessage(sent)
	if back.Sender == nil || back.Sender.ID != bot || len(back.Elements) != 4 || back.Elements[2].Data["text"] != " & [you]" {
		t.Errorf("sent %v, got back %+v", sent, back)
	}
	card := ctx.SendGroupForwardMessage(club, message.Message{message.CustomNode("Alice", alice, "one"), message.CustomNode("Bob", 10002, "two")})
	if got := ctx.GetForwardMessage(card.Get("forward_id").Str); len(got.Get("messages").Array()) != 2 {
		t.Errorf("card %s holds %s", card.Raw, got.Raw)
	}
	if got := ctx.GetLatestThisGroupMessageHistory(2, false); len(got.Get("messages").Array()) != 2 {
		t.Errorf("history %s", got.Raw)
	}
	ctx.MarkGroupMessageAsRead(club)
	ctx.DeleteMessage(sent)
	if got := ctx.CallAction("get_msg", zero.Params{"message_id": sent.ID()}); got.RetCode == 0 && got.Data.Get("status").Str != "deleted" {
		t.Errorf("recalled: %s", got.Data.Raw)
	}
	if got := ctx.CallAction("no_such_action", nil); got.RetCode == 0 {
		t.Errorf("no such action: %+v", got)
	}
}
