package runtime_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"llbot/protocols/qq"
	llbot "llbot/runtime"
	"llbot/runtime/config"
)

// parrot is a driver of one's own: an account that hears one message and can
// send messages.
type parrot struct{ qq.Handlers }

func newParrot() *parrot {
	p := &parrot{}
	qq.Serve(&p.Handlers, func(context.Context, qq.GetLogin) (qq.Login, error) {
		return qq.Login{User: qq.User{ID: 20001, Nickname: "parrot"}, Online: true}, nil
	})
	qq.Serve(&p.Handlers, func(_ context.Context, op qq.SendMessage) (*qq.Sent, error) {
		fmt.Printf("sent to %d: %s\n", op.Chat.Peer, op.Segments.PlainText())
		return &qq.Sent{MessageRef: qq.MessageRef{Chat: op.Chat, Seq: 2}}, nil
	})
	return p
}

func (*parrot) Name() string { return "parrot" }

// Run emits what happens on the account until ctx ends.
func (*parrot) Run(ctx context.Context, emit qq.Emit, _ uint64) error {
	heard := &qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.FriendChat(10001), Seq: 1},
		Sender:     10001, Nickname: "Alice", Segments: qq.NewText("hello"),
	}}
	if _, err := emit(ctx, qq.Emission{Origin: 1, Event: heard}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// An embedding program runs a server with a driver of its own, subscribes to
// its events and calls a typed operation. Bots can connect to the configured
// endpoints at the same time.
func Example() {
	data, err := os.MkdirTemp("", "llbot")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(data)
	cfg := config.Default()
	cfg.Data = data
	cfg.Admin.Enable = false
	cfg.Accounts = []config.Account{{UIN: 20001}}
	cfg.Endpoints = nil // or any of config.NewEndpoint's kinds

	server, err := llbot.New(cfg, llbot.WithDriver(20001, newParrot()))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	heard := make(chan *qq.MessageReceived, 1)
	server.OnEvent(llbot.Subscription{Name: "example"}, func(_ context.Context, e *qq.Entry) {
		if m, ok := e.Event.(*qq.MessageReceived); ok {
			heard <- m
		}
	})
	if err := server.Start(ctx); err != nil {
		log.Fatal(err)
	}
	defer server.Stop(ctx)

	m := <-heard
	fmt.Printf("%s said: %s\n", m.Nickname, m.Segments.PlainText())

	account, _ := server.Account(20001)
	sent, err := qq.Do(ctx, account, qq.SendMessage{Chat: m.Chat, Segments: qq.NewText("hello yourself")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("it has a 32-bit id:", sent.ID > 0)

	// Output:
	// Alice said: hello
	// sent to 10001: hello yourself
	// it has a 32-bit id: true
}
