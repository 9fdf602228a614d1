package bench

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"llbot/bench/floor"
	"llbot/bench/load"
	"llbot/bench/part"
	"llbot/bench/subject"
)

// BenchmarkCall is what an action costs the server, whole and over loopback,
// from one connection, beside the bare answer of the same bytes: the client
// writes and reads what was made before and costs next to nothing. cpu-ns/op
// is of the whole process, kernel included, and steadier than the time.
func BenchmarkCall(b *testing.B) {
	var s subject.Service
	at := subject.Addresses{}
	if err := s.Serve(subject.Spec{Members: members}, &at); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	run := &session{Options: Options{Log: io.Discard}, ctx: context.Background()}
	for _, c := range calls(false) {
		spec := run.callSpec(c, run.at(at.Ports[c.port]))
		b.Run(strings.ReplaceAll(c.Name, "/", "."), func(b *testing.B) { benchmarkCall(b, spec) })
	}
	var bare floor.Service
	b.Cleanup(func() { _ = bare.Close() })
	for _, c := range calls(false)[:2] {
		spec := run.callSpec(c, run.at(at.Ports[c.port]))
		spec.Expect = ""
		hello := floor.HelloSpec{Body: bytes.Repeat([]byte("x"), 100), ContentType: "application/json"}
		if err := bare.Hello(hello, &spec.Addr); err != nil {
			b.Fatal(err)
		}
		b.Run("floor."+strings.ReplaceAll(c.Name, "/", "."), func(b *testing.B) { benchmarkCall(b, spec) })
	}
}

func benchmarkCall(b *testing.B, spec load.CallSpec) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	conn, err := net.Dial("tcp", spec.Addr)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	one := answerSize(b, conn, spec)
	request, answers := bytes.Repeat(spec.Request, spec.Depth), make([]byte, one*spec.Depth)
	number, places := uint64(0), load.Places(request) // each call says something new
	var before, after part.Figures
	var own part.Measured
	b.ReportAllocs()
	if err := own.Figures(false, &before); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for n := 0; n < b.N; n += spec.Depth {
		number++
		for _, place := range places {
			load.PutDigits(request[place:], number)
		}
		if _, err := conn.Write(request); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(conn, answers); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if err := own.Figures(false, &after); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64((after.CPU-before.CPU).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// answerSize calls once and tells how long the answer is.
func answerSize(b *testing.B, conn net.Conn, spec load.CallSpec) int {
	b.Helper()
	if _, err := conn.Write(spec.Request); err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 256<<10)
	size := 0
	for wait := 10 * time.Second; ; wait = 100 * time.Millisecond {
		if err := conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
			b.Fatal(err)
		}
		n, err := conn.Read(buf[size:])
		if size += n; err != nil {
			break
		}
	}
	if !bytes.Contains(buf[:size], []byte(spec.Expect)) {
		b.Fatalf("%s", buf[:size])
	}
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		b.Fatal(err)
	}
	return size
}
