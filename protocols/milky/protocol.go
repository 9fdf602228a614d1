package milky

import (
	"fmt"
	"slices"
	"strings"

	"llbot/protocols/action"
	"llbot/protocols/face"
)

// Version is the protocol version as get_impl_info tells it.
const Version = "1.3"

// App names the program to clients (get_impl_info).
type App struct{ Name, Version string }

// Options are the settings of one Milky endpoint.
type Options struct {
	Token      string // "" lets everybody in
	Prefix     string // put before /api and /event, e.g. "/milky"; "" for none
	ReportSelf bool   // event streams also carry what the account itself said
	Guard      face.Guard
	App        App
	// NoCredentials serves no API that answers a secret of the login.
	NoCredentials bool
}

// Server is one Milky endpoint. It implements face.Server.
type Server struct {
	options Options
	table   *action.Table
}

// New makes a server. A prefix must begin with a slash; a trailing slash is
// taken off.
func New(o Options) (*Server, error) {
	o.Prefix = strings.TrimRight(o.Prefix, "/")
	if o.Prefix != "" && !strings.HasPrefix(o.Prefix, "/") {
		return nil, fmt.Errorf("milky: prefix %q must begin with a slash", o.Prefix)
	}
	if strings.ContainsAny(o.Prefix, "?#% ") {
		return nil, fmt.Errorf("milky: prefix %q must be a plain path", o.Prefix)
	}
	secret := func(row action.Action) bool { return o.NoCredentials && row.Op == "GetCredentials" }
	table, err := action.Join(encodeAll(o.App.categories(), func(c category) []action.Action {
		return slices.DeleteFunc(slices.Clone(c.rows), secret)
	})...)
	if err != nil {
		return nil, fmt.Errorf("milky: %w", err)
	}
	return &Server{options: o, table: table.Within(okBefore, okBehind)}, nil
}

// Table is the server's set of APIs, for reference pages.
func (s *Server) Table() *action.Table { return s.table }
