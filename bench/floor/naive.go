package floor

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"

	"llbot/bench/load"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/fasthttp/websocket"
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// naive is how one would begin: an actor for each connection, to which each
// event is sent, and which encodes it and writes it with the library.
type naive struct {
	system *actor.ActorSystem
	text   string // of a message, with a mark

	mu      sync.Mutex
	writers []*actor.PID
}

// Naive opens a fan-out of the naive design for OneBot's message events.
func (s *Service) Naive(spec FanSpec, at *FanAddresses) error {
	quiet := actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return slog.New(slog.DiscardHandler) })
	f := &naive{system: actor.NewActorSystem(quiet), text: strings.Repeat(" some words of a chat", 4)}
	up := websocket.FastHTTPUpgrader{ReadBufferSize: 512, WriteBufferSize: 512}
	if err := s.serve(&at.Addr, func(ctx *fasthttp.RequestCtx) {
		if err := up.Upgrade(ctx, f.join); err != nil {
			ctx.Error(err.Error(), fasthttp.StatusBadRequest)
		}
	}); err != nil {
		return err
	}
	return s.source(&at.Trigger, f.send)
}

func (f *naive) join(c *websocket.Conn) {
	pid := f.system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return &writer{c} }))
	f.mu.Lock()
	f.writers = append(f.writers, pid)
	f.mu.Unlock()
	_, _, _ = c.ReadMessage() // until it goes
	f.system.Root.Stop(pid)
	_ = c.Close()
}

// said is what the actors are sent.
type said struct{ text string }

func (f *naive) send(from, upto uint64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n := from; n <= upto; n++ {
		message := &said{string(load.AppendMark(nil, n)) + f.text}
		for _, pid := range f.writers {
			f.system.Root.Send(pid, message)
		}
	}
	return nil
}

// writer is the actor of one connection.
type writer struct{ conn *websocket.Conn }

// Receive encodes and writes.
func (w *writer) Receive(ctx actor.Context) {
	m, ok := ctx.Message().(*said)
	if !ok {
		return
	}
	text, err := json.Marshal(newGroupMessage(m.text))
	if err == nil {
		err = w.conn.WriteMessage(websocket.TextMessage, text)
	}
	if err != nil {
		ctx.Stop(ctx.Self())
	}
}

// groupMessage is OneBot's event of a message in a group.
type groupMessage struct {
	Time        int64     `json:"time"`
	SelfID      int64     `json:"self_id"`
	PostType    string    `json:"post_type"`
	MessageType string    `json:"message_type"`
	SubType     string    `json:"sub_type"`
	MessageID   int32     `json:"message_id"`
	RealID      int32     `json:"real_id"`
	MessageSeq  string    `json:"message_seq"`
	GroupID     int64     `json:"group_id"`
	GroupName   string    `json:"group_name"`
	UserID      int64     `json:"user_id"`
	Message     []segment `json:"message"`
	RawMessage  string    `json:"raw_message"`
	Font        int       `json:"font"`
	Format      string    `json:"message_format"`
	Sender      sender    `json:"sender"`
}

type segment struct {
	Type string            `json:"type"`
	Data map[string]string `json:"data"`
}

type sender struct {
	UserID   int64  `json:"user_id"`
	Nickname string `json:"nickname"`
	Card     string `json:"card"`
	Role     string `json:"role"`
	Level    string `json:"level"`
	Title    string `json:"title"`
}

func newGroupMessage(text string) *groupMessage {
	const group, self, alice = 123456, 1234567890, 10001
	return &groupMessage{
		Time: 1700000000, SelfID: self, PostType: "message", MessageType: "group", SubType: "normal", MessageID: 1, RealID: 1,
		MessageSeq: strconv.Itoa(1), GroupID: group, GroupName: "a group", UserID: alice, Font: 14, Format: "array", RawMessage: text,
		Message: []segment{{"text", map[string]string{"text": text}}},
		Sender:  sender{UserID: alice, Nickname: "Alice", Card: "Alice", Role: "member", Level: "64"},
	}
}
