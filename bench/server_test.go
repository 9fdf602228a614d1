package bench

import (
	"context"
	"testing"

	"llbot/protocols/qq"
	"llbot/runtime"
	"llbot/runtime/config"
)

// serve starts a server on free ports and a world of its own.
func serve(b *testing.B) (s *runtime.Server, addr map[config.Kind]string) {
	b.Helper()
	cfg := config.Default()
	cfg.Data = b.TempDir()
	cfg.Admin.Enable = false
	cfg.Accounts = append(cfg.Accounts, config.Account{UIN: speaker, Driver: config.DriverSim, World: cfg.Accounts[0].World})
	for _, e := range cfg.Endpoints {
		config.ListenOf(e).Port = 0
	}
	s, err := runtime.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), runtime.StopTimeout)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			b.Error(err)
		}
	})
	addr = map[config.Kind]string{}
	for _, e := range s.Endpoints() {
		addr[e.Kind] = e.Addr
	}
	return s, addr
}

// speaker is a second account of the same world: what it says is an event of
// the first one, whose clients are measured.
const speaker = 2222222222

func speaking(b *testing.B, s *runtime.Server) qq.Caller {
	b.Helper()
	a, ok := s.Account(speaker)
	if !ok {
		b.Fatal("no account")
	}
	return a
}
