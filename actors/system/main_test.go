package system

import (
	"context"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newSystem makes a System that ends with the test.
func newSystem(t testing.TB, o Options) *System {
	t.Helper()
	s := New(o)
	t.Cleanup(s.Shutdown)
	return s
}

// spawn starts an actor from a function under the root.
func spawn(t testing.TB, s *System, how Spawning, receive actor.ReceiveFunc) *actor.PID {
	t.Helper()
	pid, err := s.Spawn(nil, t.Name()+s.Actors().ProcessRegistry.NextId(), func() actor.Actor { return receive }, how)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// within gives a context that ends the test's waiting.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// stop ends actors and fails the test when they stay.
func stop(t testing.TB, s *System, pids ...*actor.PID) {
	t.Helper()
	if err := s.Stop(within(t, 5*time.Second), pids...); err != nil {
		t.Fatal(err)
	}
}

// query is an ask for a number doubled.
type query struct {
	Reply[int]
	n int
}

// crash makes the actors of the tests panic.
type crash struct{ value any }

// double answers queries and panics on demand.
func double(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *query:
		m.Answer(2 * m.n)
	case crash:
		panic(m.value)
	}
}

// ask sends a query for n.
func ask(ctx context.Context, s *System, asks *Asks[int], pid *actor.PID, n int) (int, error) {
	return asks.Ask(ctx, func(r Reply[int]) { s.Root().Send(pid, &query{r, n}) })
}
