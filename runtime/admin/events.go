package admin

import (
	"net/http"
	"strconv"
	"strings"

	"llbot/protocols/qq"
)

// Bounds of one reading of the log.
const (
	defaultLines = 1000
	maxLines     = 1_000_000
	maxNewest    = 10_000
	endless      = -1
)

// reading is what a caller wants of the event log: events of one account and
// type (0 and "" for all) behind after up to upTo.
type reading struct {
	account     qq.UserID
	kind        string
	after, upTo qq.SN
	newest      int  // only so many, from the end; 0 = from the beginning
	limit       int  // lines to write; endless = no limit
	follow      bool // go on with what comes
}

// events serves GET /api/events: one JSON object a line.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	q := parseQuery(r.URL.Query(), "sn", "since", "until", "after", "account", "type", "limit", "last", "follow")
	if q.text("sn") != "" {
		s.event(w, q)
		return
	}
	want, err := s.reading(q)
	if err == nil {
		err = s.readable(want.after)
	}
	if err != nil {
		s.fail(w, r.URL.Path, err)
		return
	}
	if !s.streams.enter() {
		s.refuse(w, http.StatusTooManyRequests, "too many read the event log at once")
		return
	}
	defer s.streams.leave()
	s.stream(r.Context(), w, want)
}

// event shows a single event.
func (s *Server) event(w http.ResponseWriter, q *query) {
	sn := q.sn("sn")
	for name := range q.values {
		if name != "sn" {
			q.add(name, "cannot go with sn")
		}
	}
	var line EventLine
	err := q.err()
	if err == nil {
		if e := s.held(sn); e != nil {
			line, err = lineOf(e)
		} else {
			err = s.absent(sn)
		}
	}
	if err != nil {
		s.fail(w, "/api/events", err)
		return
	}
	s.write(w, http.StatusOK, line)
}

// reading makes sense of the parameters.
func (s *Server) reading(q *query) (reading, error) {
	want := reading{
		account: q.user("account"), kind: q.kind("type"), follow: q.flag("follow"),
		newest: int(q.number("last", 0, 1, maxNewest)), upTo: s.Log.Last(),
	}
	want.limit = int(q.number("limit", defaultLines, 1, maxLines))
	if want.follow && q.text("limit") == "" {
		want.limit = endless
	}
	since, hasSince := q.position("since", s.Now())
	until, hasUntil := q.position("until", s.Now())
	switch after := q.sn("after"); {
	case q.text("after") != "" && hasSince:
		q.add("after", "cannot go with since")
	case q.text("after") != "":
		want.after = beginning(after, s.Log)
	case hasSince:
		want.after = since.in(s.Log)
	default:
		want.after = s.Log.First() - 1
	}
	if hasUntil && want.follow {
		q.add("until", "cannot go with follow")
	}
	if hasUntil {
		want.upTo = min(want.upTo, until.in(s.Log))
	}
	return want, q.err()
}

// kind reads the name of an event's type: MemberMuted, membermuted and
// member_muted are one.
func (q *query) kind(name string) string {
	text := plainName(q.text(name))
	if text == "" {
		return ""
	}
	var all []string
	for _, e := range qq.EventKinds() {
		kind := qq.EventKind(e)
		if plainName(kind) == text {
			return kind
		}
		all = append(all, kind)
	}
	q.add(name, strconv.Quote(q.text(name))+" is no type of event; there are "+strings.Join(all, ", "))
	return ""
}

func plainName(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// read reads entries of the wanted account.
func (want reading) read(log EventLog, dst []*qq.Entry, after qq.SN, max int) ([]*qq.Entry, error) {
	if want.account != 0 {
		return log.ReadAccount(dst, want.account, after, max)
	}
	return log.Read(dst, after, max)
}

// wants tells whether an entry that was read is of the wanted type.
func (want reading) wants(e *qq.Entry) bool {
	return want.kind == "" || qq.EventKind(e.Event) == want.kind
}
