//go:build !race

package allocs

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"llbot/protocols/qq"
	"llbot/runtime"
	"llbot/runtime/config"
	"llbot/runtime/driver/sim"
)

// house is a server whose one account says what a test emits.
type house struct {
	t    *testing.T
	addr map[config.Kind]string
	emit qq.Emit
}

// mouth is the simulated QQ for operations, and hands its emit to the test.
type mouth struct {
	qq.Driver
	emit chan qq.Emit
}

// Heeds is what the simulated QQ answers.
func (m *mouth) Heeds() bool { return true }

// Run waits for the end.
func (m *mouth) Run(ctx context.Context, emit qq.Emit, _ uint64) error {
	select {
	case m.emit <- emit:
	case <-ctx.Done():
	}
	<-ctx.Done()
	return nil
}

const patience = 20 * time.Second

func open(t *testing.T) *house {
	t.Helper()
	world, err := sim.Open(sim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	inner, err := world.Driver(sim.SeedAccount)
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.Data, cfg.Admin.Enable, cfg.Durability = t.TempDir(), false, config.DurabilityOff
	for _, e := range cfg.Endpoints {
		config.ListenOf(e).Port = 0
	}
	driver := &mouth{inner, make(chan qq.Emit, 1)}
	server, err := runtime.New(cfg, runtime.WithDriver(sim.SeedAccount, driver))
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), runtime.StopTimeout)
		defer cancel()
		if err := server.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, addr: map[config.Kind]string{}, emit: <-driver.emit}
	for _, e := range server.Endpoints() {
		h.addr[e.Kind] = e.Addr
	}
	return h
}

// say emits a message. It is always the same one, whose id is stored already:
// what storing ids allocates is shared by as many events as the machine makes
// between two syncs.
func (h *house) say() {
	_, err := h.emit(h.t.Context(), qq.Emission{Event: &qq.MessageReceived{Message: qq.Message{
		MessageRef: qq.MessageRef{Chat: qq.GroupChat(sim.SeedGroup), Seq: 77}, Sender: sim.SeedAlice, Nickname: "Alice",
		Segments: qq.Segments{&qq.Text{Text: "some words"}},
		Group:    &qq.Group{ID: sim.SeedGroup}, Member: &qq.Member{Group: sim.SeedGroup, User: sim.SeedAlice},
	}}})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) dial(kind config.Kind) net.Conn {
	h.t.Helper()
	c, err := net.Dial("tcp", h.addr[kind])
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(3 * patience)); err != nil {
		h.t.Fatal(err)
	}
	return c
}

// ask sends a request and reads an answer of a size, without allocating.
func ask(t *testing.T, c net.Conn, request, answer []byte) {
	if _, err := c.Write(request); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, answer); err != nil {
		t.Fatal(err)
	}
}
