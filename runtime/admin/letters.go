package admin

import (
	"context"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// The kinds of letter.
const (
	LetterRefused = "refused" // the target refused the event for good
	LetterSkipped = "skipped" // the replay policy left it out
	lettersOfAll  = "all"
)

// Letter is one event that a target did not get. Type and Text tell the event
// while the log holds it, and are empty afterwards: then it cannot be
// redelivered.
type Letter struct {
	Kind   string  `json:"kind"`
	SN     qq.SN   `json:"sn"`
	At     qq.Time `json:"at"` // when it was given up
	Tries  int     `json:"tries,omitempty"`
	Status int     `json:"status,omitempty"` // HTTP status of the last answer
	Reason string  `json:"reason"`

	Time qq.Time `json:"time,omitempty"` // of the event
	Type string  `json:"type,omitempty"`
	Text string  `json:"text,omitempty"`
}

// LetterList is the answer of GET /api/targets/letters. With More, reading on
// behind the last one's number gives the rest.
type LetterList struct {
	Letters []Letter `json:"letters"`
	More    bool     `json:"more"`
}

// Bounds of letters in one call.
const (
	defaultLetters = 100
	maxLetters     = 1000
	maxNumbers     = 10_000 // numbers that a caller may list
)

func (s *Server) listLetters(_ context.Context, q *query) (any, error) {
	name, kind := q.text("target"), q.text("kind")
	if name == "" {
		q.add("target", "is required")
	}
	checkKind(&q.faultList, kind)
	after, limit := q.sn("after"), int(q.number("limit", defaultLetters, 1, maxLetters))
	if err := q.err(); err != nil {
		return nil, err
	}
	if _, err := s.target(name); err != nil {
		return nil, err
	}
	list := LetterList{Letters: s.letters(name, kind, after, limit+1)}
	if list.More = len(list.Letters) > limit; list.More {
		list.Letters = list.Letters[:limit]
	}
	for i := range list.Letters {
		l := &list.Letters[i]
		if e := s.held(l.SN); e != nil {
			l.Time, l.Type, l.Text = e.Time, qq.EventKind(e.Event), qq.Describe(e.Event)
		}
	}
	return list, nil
}

// letters reads a target's letters of a kind, up to limit; 0 = all.
func (s *Server) letters(target, kind string, after qq.SN, limit int) []Letter {
	found := []Letter{}
	for {
		page := s.Letters.Letters(target, after, maxLetters)
		for _, l := range page {
			if after = l.SN; kind != "" && kind != lettersOfAll && l.Kind != kind {
				continue
			}
			if found = append(found, l); len(found) == limit {
				return found
			}
		}
		if len(page) < maxLetters {
			return found
		}
	}
}

func checkKind(faults *faultList, kind string) {
	switch kind {
	case "", LetterRefused, LetterSkipped, lettersOfAll:
		return
	}
	faults.add("kind", "must be refused, skipped or all")
}

// dropBody is the body of DELETE /api/targets/letters.
type dropBody struct {
	Target wire.Str                  `json:"target"`
	SNs    wire.Optional[[]wire.Int] `json:"sns"`
	Kind   wire.Optional[wire.Str]   `json:"kind"`
}

// Dropped is the answer of DELETE /api/targets/letters.
type Dropped struct {
	Dropped int `json:"dropped"`
}

func (s *Server) dropLetters(_ context.Context, body []byte) (any, error) {
	b, err := decode[dropBody](body)
	if err != nil {
		return nil, err
	}
	var faults faultList
	sns, kind := faults.numbers("sns", b.SNs.Value), string(b.Kind.Value)
	checkKind(&faults, kind)
	if b.SNs.Set == (kind != "") {
		faults.add("sns", "or kind (refused, skipped, all) says what to drop: one of them, not both")
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	name := string(b.Target)
	if _, err := s.target(name); err != nil {
		return nil, err
	}
	if kind != "" {
		for _, l := range s.letters(name, kind, 0, 0) {
			sns = append(sns, l.SN)
		}
	}
	var answer Dropped
	for _, sn := range sns {
		if s.Letters.Drop(name, sn) {
			answer.Dropped++
		}
	}
	return answer, nil
}

// numbers checks a list of event numbers.
func (l *faultList) numbers(path string, list []wire.Int) []qq.SN {
	if len(list) > maxNumbers {
		l.add(path, "lists more than 10000 numbers")
		return nil
	}
	sns := make([]qq.SN, 0, len(list))
	for _, n := range list {
		if n < 1 || n > maxSN {
			l.add(path, "lists what is no number of an event")
			return nil
		}
		sns = append(sns, qq.SN(n))
	}
	return sns
}
