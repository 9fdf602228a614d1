package transport

import (
	"bytes"
	"io"
	"testing"
	"time"

	"llbot/protocols/face"
)

func TestStream(t *testing.T) {
	f := newFake()
	_, addr := open(t, Options{}, f)
	// The head must arrive although nothing was sent yet.
	resp, err := client(t).Get("http://" + addr + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for name, value := range map[string]string{
		"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache", "Connection": "keep-alive",
		"Access-Control-Allow-Origin": "*", "Content-Length": "", "Date": "", "Server": ""} {
		if got := resp.Header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	s := f.socket(t)
	if s.Masked() {
		t.Error("masked")
	}
	_, end := frames(s)
	event := face.AppendSSE(nil, "milky_event", []byte(`{}`), 7)
	for range 3 {
		if n, err := s.TryWrite(event); n != len(event) || err != nil {
			t.Fatal(n, err)
		}
		got := make([]byte, len(event))
		if _, err := io.ReadFull(resp.Body, got); err != nil || !bytes.Equal(got, event) {
			t.Fatalf("%q, %v", got, err)
		}
	}
	_ = resp.Body.Close()
	if err := next(t, end); err == nil {
		t.Error("the end has no reason")
	}
}

func TestStreamEnds(t *testing.T) {
	f := newFake()
	srv, addr := open(t, Options{}, f)
	resp, err := client(t).Get("http://" + addr + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	s := f.socket(t)
	_, end := frames(s)
	_ = s.WriteAll([]byte("data: 1\n\n"), time.Second)
	s.Close()
	if b, err := io.ReadAll(resp.Body); string(b) != "data: 1\n\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	next(t, end)
	waitFor(t, "the end", func() bool { return srv.Conns() == 0 })

	raw := dial(t, addr)
	_, _ = io.WriteString(raw, "GET /events HTTP/1.1\r\nHost: h\r\n\r\n")
	_, end = frames(f.socket(t))
	go func() { _, _ = io.Copy(raw, endless{}) }()
	if err := next(t, end); err == nil {
		t.Error("a talkative client is borne")
	}
}
