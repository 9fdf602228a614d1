package media

import (
	"context"
	"encoding/base64"
	"runtime"
	"strings"
	"testing"

	"llbot/protocols/qq"
)

// base64:// is decoded as a stream: taking a large file in allocates nothing of
// its size.
func TestBase64IsAStream(t *testing.T) {
	const size = 24 << 20
	s, err := Open(Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	uri := "base64://" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("0123456789abcdef", size/16)))
	var before, behind runtime.MemStats
	runtime.ReadMemStats(&before)
	m := qq.Media{URI: uri}
	if err := s.Ingest(context.Background(), &m); err != nil || m.Size != size {
		t.Fatalf("%d bytes, %v", m.Size, err)
	}
	runtime.ReadMemStats(&behind)
	if used := behind.TotalAlloc - before.TotalAlloc; used > size/16 {
		t.Errorf("%d bytes were allocated for a file of %d", used, size)
	} else {
		t.Logf("%d KB were allocated for a file of %d KB", used>>10, size>>10)
	}
}
