package metrics

import (
	"bytes"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var update = flag.Bool("update", false, "write the golden files anew")

func full() Snapshot {
	return Snapshot{
		Accounts: []Account{
			{Account: 1234567890, Online: true, Linked: true, Accepted: 7, Received: 5, Sent: 2},
			{Account: 1234567891, Accepted: 1 << 40},
		},
		Endpoints: []Endpoint{{"onebot11-http", true}, {`odd "name"`, false}},
		Delivery:  Delivery{Published: 8, Frames: 800, Bytes: 432000, Lagged: 3, Aborted: 1, EncoderPanics: 2, Live: 99, Outboxes: 100},
		Actors:    Actors{DeadLetters: 4, Panics: 5, Restarts: 6, GivenUp: 1},
		Log: Log{
			First: 11, Last: 18, Synced: 17, Bytes: 4096, Segments: 2, Pending: 600, Appended: 8, Repeats: 1, Refused: 3, Failures: 4,
			Lost: 5, Syncs: 6, SyncP50: 1500 * time.Microsecond, SyncP99: 20 * time.Millisecond,
		},
		Targets: []Target{
			{Name: "onebot11-webhook/1234567890", Kind: "webhook", State: "retrying", Cursor: 12, Lag: 90 * time.Second, Delivered: new(uint64(2)),
				Retries: 3, Gaps: 1, Refused: 4, Skipped: 5, Letters: 6, LettersDropped: 7, Tries: 8, Replaying: 9},
			{Name: `forward "mine"`, Kind: "forward", State: "live-only"},
		},
	}
}

func newMetrics(t *testing.T, snapshot func() Snapshot) *Metrics {
	t.Helper()
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	m, err := New(Options{
		Snapshot: snapshot, Version: "0.1.0", Go: "go1.26.0",
		Started: start, Now: func() time.Time { return start.Add(90 * time.Second) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// scrape answers the text of a scrape.
func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if ct := w.Header().Get("Content-Type"); !strings.HasPrefix(ct, "text/plain") {
		t.Errorf("Content-Type is %q", ct)
	}
	return w.Body.String()
}

// own keeps the lines of our own families: the rest differs from run to run.
func own(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, "llbot_") {
			out.WriteString(line)
		}
	}
	return out.String()
}

func TestScrapeGolden(t *testing.T) {
	got := own(scrape(t, newMetrics(t, full)))
	const path = "testdata/scrape.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("scrape differs from %s:\n%s", path, got)
	}
}

func TestScrapeHasRuntimeFigures(t *testing.T) {
	text := scrape(t, newMetrics(t, full))
	for _, name := range []string{"go_goroutines", "go_memstats_heap_alloc_bytes", "process_"} {
		if !strings.Contains(text, name) {
			t.Errorf("no %s", name)
		}
	}
}

func TestEachScrapeAsksAgain(t *testing.T) {
	var n uint64
	m := newMetrics(t, func() Snapshot { n++; return Snapshot{Delivery: Delivery{Frames: n}} })
	for _, want := range []string{"llbot_delivered_frames_total 1\n", "llbot_delivered_frames_total 2\n"} {
		if text := scrape(t, m); !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestEmptySnapshotIsScraped(t *testing.T) {
	text := scrape(t, newMetrics(t, func() Snapshot { return Snapshot{} }))
	if !strings.Contains(text, "llbot_log_last_sn 0\n") || strings.Contains(text, "llbot_account_online{") || strings.Contains(text, "llbot_target_") {
		t.Errorf("unexpected:\n%s", own(text))
	}
}

func TestRegistryIsItsOwn(t *testing.T) {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "somebody_elses"})
	prometheus.MustRegister(g)
	defer prometheus.Unregister(g)
	if strings.Contains(scrape(t, newMetrics(t, full)), "somebody_elses") {
		t.Error("a figure of the default registry shows up")
	}
	newMetrics(t, full) // a second one in the same process is no clash
}

// TestPanicOfSnapshot would end the process if the panic were not caught.
func TestPanicOfSnapshot(t *testing.T) {
	var log bytes.Buffer
	m, err := New(Options{
		Snapshot: func() Snapshot { panic("boom") },
		Logger:   slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	text := scrape(t, m)
	if !strings.Contains(text, "go_goroutines") || strings.Contains(text, "llbot_outboxes") {
		t.Errorf("the other figures should stand:\n%s", own(text))
	}
	if !strings.Contains(log.String(), "boom") {
		t.Errorf("the log does not tell: %s", log.String())
	}
}

func TestConcurrentScrapes(t *testing.T) {
	m := newMetrics(t, full)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { scrape(t, m) })
	}
	wg.Wait()
}

func TestSnapshotIsRequired(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("no error")
	}
}

// TestStatesAreTold: a target is in one state, and in one that is known.
func TestStatesAreTold(t *testing.T) {
	text := scrape(t, newMetrics(t, full))
	for _, target := range full().Targets {
		in := 0
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, `llbot_target_state{`) && strings.Contains(line, strconv.Quote(target.Name)) && strings.HasSuffix(line, " 1\n") {
				in++
				if !strings.Contains(line, `state="`+target.State+`"`) {
					t.Errorf("%s: %s", target.Name, line)
				}
			}
		}
		if in != 1 {
			t.Errorf("%s is in %d states", target.Name, in)
		}
	}
}

// TestFamiliesAreSound lets the library check names, helps and labels.
func TestFamiliesAreSound(t *testing.T) {
	r := prometheus.NewPedanticRegistry()
	if err := r.Register(newCollector(full)); err != nil {
		t.Fatal(err)
	}
	got, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(families()) {
		t.Errorf("%d families come of %d", len(got), len(families()))
	}
	for _, f := range got {
		if counter := f.GetType().String() == "COUNTER"; counter != strings.HasSuffix(f.GetName(), "_total") {
			t.Errorf("%s: counters, and only they, end in _total", f.GetName())
		}
		if !strings.HasSuffix(f.GetHelp(), ".") {
			t.Errorf("%s: help %q is no sentence", f.GetName(), f.GetHelp())
		}
	}
}
