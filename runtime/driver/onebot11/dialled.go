package onebot11

import (
	"context"
	"net/url"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/onebot11"
	"llbot/runtime/driver/upstream"
	"llbot/runtime/transport"
)

// dialled is the forward WebSocket: one for both events and actions.
func (s *server) dialled(at *url.URL) func(context.Context) (*session, error) {
	return func(ctx context.Context) (*session, error) {
		target := *at
		query := target.Query()
		resuming := s.positions(query)
		target.RawQuery = query.Encode()
		var headers []face.Header
		if show := bearer(s.o.Token); show != "" {
			headers = append(headers, face.Header{Name: "Authorization", Value: show})
		}
		ws, err := s.o.Dialer.Open(ctx, target.String(), headers)
		if err != nil {
			return nil, err
		}
		return s.begin(ctx, newSocket(s, ws), resuming)
	}
}

// socket is a WebSocket of either direction.
type socket struct {
	*echoes
	server  *server
	ws      *transport.Client
	closing func() // what else ends with it, nil for nothing
}

func newSocket(s *server, ws *transport.Client) *socket {
	return &socket{echoes: newEchoes(ws.Send), server: s, ws: ws}
}

// run sorts what comes: answers go to who asked, all else to the pump.
func (k *socket) run(p *pump) error {
	var refused error
	err := k.ws.Receive(func(message []byte) {
		if message == nil || !onebot11.IsAnswer(message) {
			p.put(message)
			return
		}
		p.put(nil) // whoever answers lives
		a, err := k.server.client.Answer(message)
		if err != nil || k.answered(a) {
			return
		}
		if a.Echo == "" && a.Err() != nil { // LLBot and NapCat refuse a token so, and close
			if refused = a.Err(); a.Refuses() {
				refused = upstream.TokenRefused(refused)
			}
		}
	})
	if refused != nil {
		err = refused
	}
	k.end(err)
	return err
}

func (k *socket) ping() error { return k.ws.Ping() }

// await and beats: a WebSocket answers pings, which tells of both directions.
func (k *socket) await(context.Context) error { return nil }

func (k *socket) beats(time.Duration) {}

func (k *socket) close() {
	k.ws.Close()
	if k.closing != nil {
		k.closing()
	}
}
