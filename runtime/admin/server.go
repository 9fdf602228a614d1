package admin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// Options is what the server shows and does. Host, Port and Token are needed;
// a function or interface that is nil is answered as not available.
type Options struct {
	Host  string // loopback; the configuration allows nothing else
	Port  int    // 0 = any free one
	Token string // see LoadToken; with "" nobody is let into the control API
	Guard face.Guard

	// Ready tells why the server cannot do its work (yet); nothing = ready.
	Ready  func() []string
	Status func() Status
	// Metrics answers /metrics, Media everything under /media/.
	Metrics, Media http.Handler

	// Log is the event log, LogStatus its figures.
	Log       EventLog
	LogStatus func() LogStatus
	Targets   Targets
	Letters   Letters
	Now       func() qq.Time // the machine's clock when nil

	Speaker Speaker
	Worlds  Simulation
	// Decode reads a message in JSON: text, a segment or a list of segments.
	// Its faults (wire.Faults) have paths from the message's own place.
	Decode func(raw []byte) (qq.Segments, error)
	// Ingest takes what a segment names by URI into the media store.
	Ingest func(ctx context.Context, m *qq.Media) error
	Logger *slog.Logger // nothing is logged when nil
}

// Server is the admin server. Make it with New.
type Server struct {
	Options
	http    *http.Server
	bound   net.Addr
	served  chan struct{} // closed when the listener's goroutine ended
	cancel  context.CancelFunc
	streams streams
}

// New makes a server that does not listen yet.
func New(o Options) *Server { return &Server{Options: withDefaults(o)} }

// Start binds the port and serves until Stop. An address in use is reported
// here, in one line that says what to do.
func (s *Server) Start() error {
	address := net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("admin: another program holds %s (another llbot?); stop it or change admin.port in the config: %w",
			address, syscall.EADDRINUSE)
	}
	if err != nil {
		return fmt.Errorf("admin: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.http = &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.Logger.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	s.bound, s.cancel, s.served = listener.Addr(), cancel, make(chan struct{})
	go func() {
		defer close(s.served)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.Logger.Error("admin: the server ended", "err", err)
		}
	}()
	return nil
}

// Addr is the bound address as host:port, "" before Start.
func (s *Server) Addr() string {
	if s.bound == nil {
		return ""
	}
	return s.bound.String()
}

// Stop takes no more requests, cancels those under way and waits for them
// until ctx ends; then it cuts them.
func (s *Server) Stop(ctx context.Context) error {
	if s.http == nil {
		return nil
	}
	s.cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("admin: requests were cut: %w", err), s.http.Close())
	}
	<-s.served
	return err
}

func withDefaults(o Options) Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Ready == nil {
		o.Ready = func() []string { return nil }
	}
	if o.Status == nil {
		o.Status = func() Status { return Status{} }
	}
	if o.Metrics == nil {
		o.Metrics = http.NotFoundHandler()
	}
	if o.Media == nil {
		o.Media = http.NotFoundHandler()
	}
	if o.Log == nil {
		o.Log = emptyLog{}
	}
	if o.LogStatus == nil {
		o.LogStatus = func() LogStatus { return LogStatus{} }
	}
	if o.Targets == nil {
		o.Targets = noTargets{}
	}
	if o.Letters == nil {
		o.Letters = noTargets{}
	}
	if o.Now == nil {
		o.Now = func() qq.Time { return qq.TimeOf(time.Now()) }
	}
	if o.Speaker == nil {
		o.Speaker = nobody{}
	}
	if o.Worlds == nil {
		o.Worlds = noWorlds{}
	}
	if o.Decode == nil {
		o.Decode = func([]byte) (qq.Segments, error) { return nil, noSim() }
	}
	if o.Ingest == nil {
		o.Ingest = func(context.Context, *qq.Media) error { return qq.Errorf(qq.ErrMedia, "this server stores no files") }
	}
	return o
}

// nobody answers where no account lives in a simulated QQ.
type nobody struct{}

func noSim() error {
	return qq.Errorf(qq.ErrUnsupported, "no account of this server lives in a simulated QQ")
}

func (nobody) Say(context.Context, Say) (Said, error)             { return Said{}, noSim() }
func (nobody) RequestFriend(context.Context, FriendRequest) error { return noSim() }
func (nobody) RequestJoin(context.Context, JoinRequest) error     { return noSim() }
func (nobody) Invite(context.Context, Invitation) error           { return noSim() }
