package transport

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"llbot/actors/conn"

	"github.com/valyala/fasthttp"
)

// answered takes an answer whose head was read; all tells that its body was
// read to the end. Of one that is longer than we want the rest is not read:
// drop closes the connection before the library looks for its end.
func answered(resp *fasthttp.Response, drop func()) (a conn.Answer, all bool, err error) {
	a = conn.Answer{Status: resp.StatusCode(), RetryAfter: retryAfter(string(resp.Header.Peek("Retry-After")), time.Now())}
	stream := resp.BodyStream()
	if stream == nil {
		return a, true, nil
	}
	body, err := readLimit(make([]byte, 0, min(max(resp.Header.ContentLength(), 0), maxAnswer)), stream, maxAnswer)
	if err != nil {
		drop()
	}
	_ = resp.CloseBodyStream()
	if err != nil && err != errLimit {
		return conn.Answer{}, false, ownBodyWords(err)
	}
	a.Body = body
	return a, err == nil, nil
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110
// §10.2.3). What it does not understand, and what is past, is 0.
func retryAfter(value string, now time.Time) time.Duration {
	if value = strings.TrimSpace(value); value == "" { // as most have it; the parsers would make errors
		return 0
	}
	const longest = 365 * 24 * 3600
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), longest)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(now), 0), longest*time.Second)
	}
	return 0
}
