// Package runtime builds a whole llbot from a configuration and runs it: the
// actor tree, the drivers, the endpoints of the three protocols, the event
// log, the media store and the admin server. It is what the command runs and
// what an embedding program imports, usually as
//
//	import llbot "llbot/runtime"
//
// A Server is made by New, runs from Start to Stop, gives its accounts by
// number to call typed operations on, and its events to subscribers:
//
//	cfg := config.Default()
//	cfg.Accounts = []config.Account{{UIN: 20001}}
//	server, err := llbot.New(cfg, llbot.WithDriver(20001, myDriver)) // without it: the simulated QQ
//	server.OnEvent(llbot.Subscription{}, func(ctx context.Context, e *qq.Entry) {
//		if m, ok := e.Event.(*qq.MessageReceived); ok {
//			account, _ := server.Account(e.Account)
//			_, _ = qq.Do(ctx, account, qq.SendMessage{Chat: m.Chat, Segments: qq.NewText("hello")})
//		}
//	})
//	err = server.Start(ctx)
//	defer server.Stop(ctx)
//
// The package's Example is the same as a whole program, with a driver of its own.
package runtime
