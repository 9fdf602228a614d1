package bench

import (
	"testing"
	"time"

	"llbot/bench/floor"
	"llbot/runtime/config"

	"github.com/valyala/fasthttp"
)

// BenchmarkAction is the round trip of one HTTP action, from 64 keep-alive
// connections, held against a bare fasthttp answer of the same length. Reads
// are answered from the account's cache, "driver" ones go through its mailbox
// and the simulated QQ.
func BenchmarkAction(b *testing.B) {
	for name, c := range map[string]struct{ path, body string }{
		"onebot/cached": {"/get_group_info", `{"group_id":123456,"no_cache":false}`},
		"onebot/driver": {"/get_group_info", `{"group_id":123456,"no_cache":true}`},
	} {
		b.Run(name, func(b *testing.B) {
			_, addr := serve(b)
			url := "http://" + addr[config.KindOneBotHTTP] + c.path
			answer := post(b, url, c.body)
			bare, stop, err := floor.Hello(answer)
			if err != nil {
				b.Fatal(err)
			}
			defer stop()
			ours := rate(b, url, c.body)
			floor := rate(b, "http://"+bare+"/", c.body)
			b.ReportMetric(ours, "calls/s")
			b.ReportMetric(floor, "floor/s")
			b.ReportMetric(ours/floor, "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func post(b *testing.B, url, body string) []byte {
	b.Helper()
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	prepare(req, url, body)
	if err := fasthttp.Do(req, resp); err != nil || resp.StatusCode() != 200 {
		b.Fatalf("%s: %d %v %s", url, resp.StatusCode(), err, resp.Body())
	}
	return append([]byte(nil), resp.Body()...)
}

func prepare(req *fasthttp.Request, url, body string) {
	req.SetRequestURI(url)
	req.Header.SetMethod("POST")
	req.Header.SetContentType("application/json")
	req.SetBodyString(body)
}

// rate is calls per second from 64 connections, over at least b.N calls.
func rate(b *testing.B, url, body string) float64 {
	b.Helper()
	client := &fasthttp.Client{MaxConnsPerHost: 64}
	defer client.CloseIdleConnections()
	calls, begun := max(b.N, 20_000), time.Now()
	next := make(chan struct{}, calls)
	for range calls {
		next <- struct{}{}
	}
	close(next)
	done := make(chan error, 64)
	for range 64 {
		go func() {
			req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
			defer fasthttp.ReleaseRequest(req)
			defer fasthttp.ReleaseResponse(resp)
			prepare(req, url, body)
			for range next {
				if err := client.Do(req, resp); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 64 {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	return float64(calls) / time.Since(begun).Seconds()
}
