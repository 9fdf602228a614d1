package admin

import (
	"context"
	"slices"
	"strconv"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// defaultRedeliveryRate is so many events a second: a bot that is shown old
// events must not be flooded unless somebody wants that.
const defaultRedeliveryRate = 20

// redeliverBody is the body of POST /api/targets/redeliver. Exactly one of
// sns, kind and since says what.
type redeliverBody struct {
	Target wire.Str                  `json:"target"`
	SNs    wire.Optional[[]wire.Int] `json:"sns"`
	Kind   wire.Optional[wire.Str]   `json:"kind"` // letters: refused, skipped, all
	Since  wire.Optional[wire.Str]   `json:"since"`
	Until  wire.Optional[wire.Str]   `json:"until"`
	Rate   wire.Optional[wire.Int]   `json:"rate"`
}

// Redelivering is the answer of POST /api/targets/redeliver: how many events
// are on their way, until llbot stops: a redelivery is kept in memory only. A range is counted up to MaxWaiting; More tells that it
// holds more.
type Redelivering struct {
	Events int  `json:"events"`
	More   bool `json:"more,omitempty"`
	Gone   int  `json:"gone"` // letters whose events the log no longer holds
	Rate   int  `json:"rate"` // events a second, 0 = no limit
}

func (s *Server) redeliver(_ context.Context, body []byte) (any, error) {
	b, err := decode[redeliverBody](body)
	if err != nil {
		return nil, err
	}
	var faults faultList
	after, upTo := s.span(&b, &faults)
	sns, rate := faults.numbers("sns", b.SNs.Value), faults.within("rate", b.Rate.Or(defaultRedeliveryRate), 0, maxRate)
	if err := faults.err(); err != nil {
		return nil, err
	}
	target, err := s.target(string(b.Target))
	if err != nil {
		return nil, err
	}
	if target.State == StateAbsent {
		return nil, qq.Errorf(qq.ErrConflict, "nothing serves the target %s now; events cannot be delivered to it", target.Name)
	}
	switch {
	case b.Since.Set:
		return s.redeliverRange(target, after, upTo, rate)
	case b.Kind.Set:
		return s.redeliverLetters(target, string(b.Kind.Value), rate)
	}
	return s.redeliverListed(target, sns, rate)
}

// span checks which way of naming events is taken, and reads a range.
func (s *Server) span(b *redeliverBody, faults *faultList) (after, upTo qq.SN) {
	ways := 0
	for _, given := range []bool{b.SNs.Set, b.Kind.Set, b.Since.Set} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		faults.add("sns", "or kind (refused, skipped, all) or since says what to redeliver: exactly one of them")
	case b.Kind.Set && b.Kind.Value == "":
		faults.add("kind", "must be refused, skipped or all")
	case b.SNs.Set && len(b.SNs.Value) == 0:
		faults.add("sns", "lists nothing")
	}
	checkKind(faults, string(b.Kind.Value))
	upTo = s.Log.Last()
	if b.Since.Set {
		after = s.placed("since", string(b.Since.Value), faults)
	}
	if b.Until.Set {
		upTo = min(upTo, s.placed("until", string(b.Until.Value), faults))
		if !b.Since.Set {
			faults.add("until", "needs since")
		}
	}
	return after, upTo
}

func (s *Server) placed(path, text string, faults *faultList) qq.SN {
	p, ok := parsePosition(text, s.Now())
	if !ok {
		faults.add(path, badPosition(text))
		return 0
	}
	return p.in(s.Log)
}

func (s *Server) redeliverRange(target TargetStatus, after, upTo qq.SN, rate int) (any, error) {
	if err := s.readable(after); err != nil {
		return nil, err
	}
	page, err := s.Log.ReadAccount(nil, target.Account, after, MaxWaiting+1)
	if err != nil {
		return nil, err
	}
	page = slices.DeleteFunc(page, func(e *qq.Entry) bool { return e.SN > upTo })
	answer := Redelivering{Events: min(len(page), MaxWaiting), More: len(page) > MaxWaiting, Rate: rate}
	if len(page) == 0 {
		return answer, nil
	}
	return answer, s.Targets.Redeliver(target.Name, Redelivery{After: after, UpTo: upTo, Rate: rate})
}

func (s *Server) redeliverLetters(target TargetStatus, kind string, rate int) (any, error) {
	answer := Redelivering{Rate: rate}
	var list []qq.SN
	first := s.Log.First()
	for _, l := range s.letters(target.Name, kind, 0, 0) {
		if l.SN < first {
			answer.Gone++
			continue
		}
		list = append(list, l.SN)
	}
	if answer.Events = len(list); len(list) == 0 {
		return answer, nil
	}
	return answer, s.Targets.Redeliver(target.Name, Redelivery{List: list, Rate: rate})
}

// redeliverListed takes any events of the target's account, be they letters or
// not.
func (s *Server) redeliverListed(target TargetStatus, sns []qq.SN, rate int) (any, error) {
	slices.Sort(sns)
	sns = slices.Compact(sns)
	var faults faultList
	for _, sn := range sns {
		switch e := s.held(sn); {
		case e == nil:
			faults.add(strconv.FormatUint(uint64(sn), 10), s.absent(sn).Error())
		case target.Account != 0 && e.Account != target.Account:
			faults.add(strconv.FormatUint(uint64(sn), 10), "is an event of account "+e.Account.String()+"; the target gets those of "+target.Account.String())
		}
		if len(faults.Faults) == wire.MaxFaults {
			break
		}
	}
	if len(faults.Faults) > 0 {
		return nil, qq.Errorf(qq.ErrNotFound, "%w", faults.Faults)
	}
	answer := Redelivering{Events: len(sns), Rate: rate}
	return answer, s.Targets.Redeliver(target.Name, Redelivery{List: sns, Rate: rate})
}
