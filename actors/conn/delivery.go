package conn

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"time"

	"llbot/actors/system"
	"llbot/protocols/face"
	"llbot/protocols/qq"
)

// The headers of a delivery, beside those of the protocol.
const (
	headerID      = "X-Delivery-Id"      // the same for each try, and when it is delivered again by hand
	headerAttempt = "X-Delivery-Attempt" // 1 and up
	headerReplay  = "X-Replay"           // "true": it happened before the target could take it
)

// longestRetryAfter bounds what a target may ask for by Retry-After.
const longestRetryAfter = time.Hour

// delivery is one event on its way to a target.
type delivery struct {
	*qq.Entry
	body     []byte
	replayed bool // it happened before the target could take it, or is delivered by hand
	byHand   bool // no policy applies, and no other event waits for it
	note     bool // it is not in the log: it tells of what is missing there
	tries    int
	refusals int // tries that were answered with "no"
}

// outcome is what a try came to.
type outcome struct {
	proven bool
	final  bool // it will not be tried again
	away   bool // the target could not take it, whatever it is
	status int  // 0: no answer
	reason string
	answer []byte
	wait   time.Duration // until the next try
}

// settle brings one event to its end: proven (it answers true), refused for
// good, or left out, which is noted. It fails only when ctx ends.
func (w *webhook) settle(ctx context.Context, d *delivery) (proven bool, answer []byte, err error) {
	for {
		if why := w.leavesOut(d); why != "" { // it may have grown too old since the last try
			w.Target.skip(d.SN, why)
			return false, nil, nil
		}
		o := w.try(d)
		switch {
		case o.proven:
			return true, o.answer, nil
		case o.final:
			w.giveUp(d, o)
			return false, nil, nil
		}
		if err := sleep(ctx, o.wait); err != nil {
			return false, nil, err
		}
	}
}

func (w *webhook) leavesOut(d *delivery) string {
	return w.Replay.leavesOut(d.Entry, w.env.Now(), d.replayed)
}

// lastExchange is how long an exchange under way may still take once we are
// asked to end: less than a server has for its whole end. What is cut off is
// unproven, and comes again.
const lastExchange = 3 * time.Second

// outlasting is a context that ends a while after ctx does.
func outlasting(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return longer, func() { stop(); cancel() }
}

// try makes one exchange and notes what came of it.
func (w *webhook) try(d *delivery) (o outcome) {
	d.tries++
	answer, err := w.exchange(d)
	if err == nil && w.Hook.Proven(answer.Status) {
		w.circuit.proved()
		return outcome{proven: true, answer: answer.Body}
	}
	o = w.judge(d, answer, err)
	w.circuit.fault(d, o)
	w.logTry(d, o)
	return o
}

// judge tells what to make of a try that proved nothing: the target is away or
// asks for time, or it says no, which may be said Attempts times. A panic on the
// way counts as a no: it would come again.
func (w *webhook) judge(d *delivery, answer Answer, err error) outcome {
	o := outcome{status: answer.Status, wait: w.backoff(d.tries)}
	switch {
	case err != nil:
		o.reason, o.away = harmless(err), !errors.Is(err, system.ErrPanicked)
	case retryable(answer.Status):
		o.reason, o.away = "answered "+strconv.Itoa(answer.Status), true
		o.wait = max(o.wait, min(answer.RetryAfter, longestRetryAfter))
	default:
		o.reason = "refused with " + strconv.Itoa(answer.Status)
	}
	if !o.away {
		d.refusals++
	}
	if d.refusals >= w.Attempts {
		o.final, o.wait = true, 0
	}
	return o
}

// exchange posts a body. A panic of the hook or of the poster is its error.
func (w *webhook) exchange(d *delivery) (answer Answer, err error) {
	fault := w.env.Sys.Guard(w.posting, func() {
		answer, err = w.env.Poster.Post(w.trying, w.URL, w.headers(d), d.body)
	})
	if fault != nil {
		return Answer{}, fault
	}
	return answer, err
}

func (w *webhook) headers(d *delivery) []face.Header {
	own := w.Hook.Headers(d.Account, d.body)
	all := make([]face.Header, len(own), len(own)+3) // the hook's may be shared
	copy(all, own)
	all = append(all, face.Header{Name: headerID, Value: d.id(w.named)},
		face.Header{Name: headerAttempt, Value: strconv.Itoa(d.tries)})
	if d.replayed {
		all = append(all, face.Header{Name: headerReplay, Value: "true"})
	}
	return all
}

// id names a delivery to a target, whose name has been made fit for a header,
// for receivers that must not take it twice.
func (d *delivery) id(target string) string {
	id := target + "-" + strconv.FormatUint(uint64(d.SN), 10)
	if d.note { // its number is another event's
		id += "-missing"
	}
	return id
}

// giveUp makes an event a dead letter.
func (w *webhook) giveUp(d *delivery, o outcome) {
	if d.note {
		return // nothing that could be delivered again; it is logged
	}
	w.Target.refuse(Refusal{SN: d.SN, At: w.env.Now(), Tries: d.tries, Status: o.status, Reason: o.reason}, d.byHand)
}

func (w *webhook) logTry(d *delivery, o outcome) {
	logger := w.env.Sys.Logger().With(slog.String("target", w.Target.Name), slog.Uint64("sn", uint64(d.SN)),
		slog.Int("try", d.tries), slog.String("reason", o.reason))
	switch {
	case o.final:
		logger.Warn("webhook refused an event: it is a dead letter now")
	case w.circuit.noisy():
		logger.Warn("webhook not delivered", slog.Duration("again_in", o.wait))
	default:
		logger.Debug("webhook not delivered", slog.Duration("again_in", o.wait))
	}
}

// backoff is a wait between tries with full jitter.
func (w *webhook) backoff(try int) time.Duration {
	return rand.N(min(time.Second<<min(try, 16), w.Retry) + 1)
}

// retryable lists the statuses that say "not now" rather than "no".
func retryable(status int) bool {
	return status >= 500 || status == 408 || status == 425 || status == 429
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
