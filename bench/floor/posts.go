package floor

import (
	"llbot/bench/load"

	"github.com/valyala/fasthttp"
)

// PostSpec says what is posted to whom.
type PostSpec struct {
	Addr    string // of the targets, host:port
	Targets int
	Body    []byte // with a mark
}

// Posts is a bare loop of the library's client for each target: events that
// the trigger asks for are posted one after the other.
func (s *Service) Posts(spec PostSpec, trigger *string) error {
	loops := make([]chan uint64, spec.Targets)
	for i := range loops {
		loops[i] = make(chan uint64, 1<<16)
		go post(spec, i, loops[i])
	}
	return s.source(trigger, func(from, upto uint64) error {
		for n := from; n <= upto; n++ {
			for _, loop := range loops {
				loop <- n
			}
		}
		return nil
	})
}

// post is the loop of one target; what fails is missing in the count.
func post(spec PostSpec, target int, numbers <-chan uint64) {
	client := &fasthttp.HostClient{Addr: spec.Addr, MaxConns: 1}
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	body := append([]byte(nil), spec.Body...)
	places := load.Places(body)
	req.Header.SetMethod(fasthttp.MethodPost)
	req.SetRequestURI("http://" + spec.Addr + load.HookPath(target))
	req.Header.SetContentType("application/json")
	for n := range numbers {
		for _, place := range places {
			load.PutDigits(body[place:], n)
		}
		req.SetBodyRaw(body)
		if err := client.Do(req, resp); err != nil {
			return
		}
	}
}
