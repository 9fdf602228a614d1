package transport

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"llbot/actors/endpoint"
	"llbot/protocols/face"

	"pgregory.net/rapid"
)

// counting counts the write calls of the connections that a listener takes.
type counting struct {
	net.Listener
	writes atomic.Int64
}

func (l *counting) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &writeCounted{c, &l.writes}, nil
}

type writeCounted struct {
	net.Conn
	writes *atomic.Int64
}

func (c *writeCounted) Write(b []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(b)
}

func (c *writeCounted) CloseWrite() error { return closeWrite(c.Conn) }

// openCounting is open with the number of write calls.
func openCounting(t *testing.T, h endpoint.Handler) (*counting, endpoint.Listening) {
	t.Helper()
	l := &counting{}
	s := newServer(Options{}, func(addr string) (_ net.Listener, err error) {
		l.Listener, err = net.Listen("tcp", addr)
		return l, err
	})
	open, err := s.Listen("127.0.0.1:0", h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = open.Stop(ctx)
	})
	return l, open
}

// sized answers with as many bytes as the request names, each answer with other ones.
func sized() *fake {
	f := newFake()
	f.serve = func(_ context.Context, req face.Request) face.Response {
		n, _ := strconv.Atoi(string(req.Body))
		return face.Response{Status: 200, ContentType: "application/json", Body: bytes.Repeat([]byte{byte('a' + n%26)}, n)}
	}
	return f
}

func asking(size int) string {
	n := strconv.Itoa(size)
	return "POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: " + strconv.Itoa(len(n)) + "\r\n\r\n" + n
}

// wholeAnswer reads an answer of sized.
func wholeAnswer(t interface{ Fatalf(string, ...any) }, r *bufio.Reader, size int) {
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatalf("answer of %d bytes: %v", size, err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || !bytes.Equal(body, bytes.Repeat([]byte{byte('a' + size%26)}, size)) {
		t.Fatalf("answer of %d bytes: %d came, %v", size, len(body), err)
	}
}

// headOf is how long the head of an answer is whose length has four digits, or more.
func headOf(size int) int {
	return len("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \r\n\r\n") + len(strconv.Itoa(size))
}

// exactly is the size of a body whose answer is so many bytes long.
func exactly(whole int) int {
	size := whole - headOf(whole)
	return size + headOf(whole) - headOf(size)
}

// Many answers of a kilobyte go out with few write calls, and so does a large one.
func TestAnswersAreJoined(t *testing.T) {
	l, open := openCounting(t, sized())
	c := dial(t, open.Addr())
	r := bufio.NewReader(c)
	for _, of := range []struct {
		sizes []int
		most  int64
	}{
		{[]int{900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900, 900}, 1},
		{[]int{10}, 1},
		{[]int{exactly(answerBuffer)}, 1},
		{[]int{exactly(3 * answerBuffer)}, 1},
		{[]int{exactly(joinedRoom)}, 1},
		{[]int{joinedRoom + answerBuffer}, 2}, // one with a connection that takes many pieces
		{[]int{300_000}, 2},
	} {
		before := l.writes.Load()
		text := ""
		for _, size := range of.sizes {
			text += asking(size)
		}
		_, _ = io.WriteString(c, text)
		for _, size := range of.sizes {
			wholeAnswer(t, r, size)
		}
		if n := l.writes.Load() - before; n > of.most {
			t.Errorf("%d write calls for answers of %d bytes", n, of.sizes)
		}
	}
}

// However long answers are and however many are asked for at a time, all of
// them come before more is asked for.
func TestJoinedAnswersAreWhole(t *testing.T) {
	_, open := openCounting(t, sized())
	size := rapid.OneOf(rapid.IntRange(0, 1<<12), rapid.IntRange(0, 1<<16), rapid.Custom(func(t *rapid.T) int {
		return exactly(rapid.IntRange(1, 9).Draw(t, "buffers")*answerBuffer) + rapid.IntRange(-1, 1).Draw(t, "more")
	}))
	rapid.Check(t, func(rt *rapid.T) {
		c := dial(t, open.Addr())
		defer c.Close()
		r := bufio.NewReader(c)
		for _, sizes := range rapid.SliceOfN(rapid.SliceOfN(size, 1, 12), 1, 4).Draw(rt, "sizes") {
			text := ""
			for _, size := range sizes {
				text += asking(size)
			}
			cut := rapid.IntRange(0, len(text)).Draw(rt, "cut") // also in the middle of a request
			_, _ = io.WriteString(c, text[:cut])
			_, _ = io.WriteString(c, text[cut:])
			for _, size := range sizes {
				wholeAnswer(rt, r, size)
			}
		}
	})
}

// What is held goes out before the connection ends, whoever ends it and why, and
// before it becomes a socket.
func TestHeldAnswersComeFirst(t *testing.T) {
	full := exactly(answerBuffer)
	for name, then := range map[string]string{
		"the client's end": "POST /act HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\n0",
		"a refusal":        "POST /plain HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nno",
		"nonsense":         "what\r\n\r\n",
		"a socket":         "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
	} {
		for _, size := range []int{full, full + 1, exactly(2 * answerBuffer)} {
			t.Run(fmt.Sprint(name, " ", size), func(t *testing.T) {
				_, addr := open(t, Options{}, sized())
				c := dial(t, addr)
				_, _ = io.WriteString(c, asking(size)+then)
				r := bufio.NewReader(c)
				wholeAnswer(t, r, size)
				resp, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Fatal(err)
				}
				if upgraded := strings.HasPrefix(then, "GET"); (resp.StatusCode == 101) != upgraded {
					t.Errorf("then came %s", resp.Status)
				}
			})
		}
	}
	t.Run("alone, with an end", func(t *testing.T) {
		_, addr := open(t, Options{}, sized())
		closing := len("Connection: close\r\n")
		got := say(t, addr, strings.Replace(asking(full-closing), "Host: h\r\n", "Host: h\r\nConnection: close\r\n", 1))
		if len(got) != answerBuffer {
			t.Errorf("%d bytes came", len(got))
		}
	})
}

// A port that stops cuts those who wait for nothing, and lets an answer through
// that fills the buffer.
func TestStopWithFullAnswers(t *testing.T) {
	for range 20 {
		f := sized()
		serve, going, stopped := f.serve, make(chan struct{}), make(chan error, 1)
		f.serve = func(ctx context.Context, req face.Request) face.Response {
			close(going)
			return serve(ctx, req)
		}
		_, l := openCounting(t, f)
		c := dial(t, l.Addr())
		_, _ = io.WriteString(c, asking(exactly(answerBuffer)))
		<-going
		go func() { stopped <- l.Stop(t.Context()) }()
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(answer.Body); err != nil || int64(len(body)) != answer.ContentLength {
			t.Errorf("%d bytes of %d, %v", len(body), answer.ContentLength, err)
		}
		if err := next(t, stopped); err != nil {
			t.Error(err)
		}
	}
}
