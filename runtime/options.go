package runtime

import (
	"log/slog"

	"llbot/protocols/qq"
	"llbot/runtime/driver/upstream"

	"github.com/asynkron/protoactor-go/actor"
)

// Version is the release of llbot, as the protocols tell it to clients.
const Version = "0.1.0"

// Option changes how New builds a Server.
type Option func(*settings)

type settings struct {
	logger  *slog.Logger
	actors  *actor.ActorSystem
	name    string
	drivers map[qq.UserID]qq.Driver
	scene   sceneFile
	timing  upstream.Timing // of links to upstreams
}

// WithLogger logs to l instead of discarding.
func WithLogger(l *slog.Logger) Option { return func(s *settings) { s.logger = l } }

// WithActorSystem lives in the embedding program's own actor system, which is
// not shut down with the server.
func WithActorSystem(a *actor.ActorSystem) Option { return func(s *settings) { s.actors = a } }

// WithName names the root actor; two servers in one actor system need two.
func WithName(name string) Option { return func(s *settings) { s.name = name } }

// WithDriver gives an account of the configuration a driver of the embedding
// program's own, instead of the one that is configured for it.
func WithDriver(account qq.UserID, d qq.Driver) Option {
	return func(s *settings) { s.drivers[account] = d }
}
