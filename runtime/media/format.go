package media

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// unknownType is the type of everything that cannot be shown or played.
const unknownType = "application/octet-stream"

// measure finds out what a file is from its bytes alone; what it was called or
// declared as does not count. What only begins like a picture is of no known
// type.
func measure(file io.ReadSeeker) (measures, error) {
	mime, err := sniff(file)
	if err != nil {
		return measures{}, disk(err)
	}
	m := measures{MIME: mime}
	switch {
	case strings.HasPrefix(mime, "image/"):
		var ok bool
		if m, ok = pictureOf(file, mime); !ok {
			m = measures{MIME: unknownType}
		}
	case mime == "video/mp4" || mime == "audio/mp4":
		film := filmOf(file)
		m.Width, m.Height, m.Duration = film.width, film.height, seconds(film.length)
	case strings.HasPrefix(mime, "audio/"):
		m.Duration = seconds(soundLength(file, mime))
	}
	return m, nil
}

// seconds rounds as QQ's clients show it: what sounds at all takes a second.
func seconds(d time.Duration) int {
	if d <= 0 {
		return 0
	}
	return max(1, int(d.Round(time.Second)/time.Second))
}

// magic is how a kind of file begins that the standard library does not know,
// or names otherwise.
type magic struct{ start, mime string }

func magics() [11]magic {
	return [...]magic{
		{"\x02#!SILK_V3", "audio/silk"}, {"#!SILK_V3", "audio/silk"}, {"#!AMR-WB\n", "audio/amr-wb"}, {"#!AMR\n", "audio/amr"},
		{"fLaC", "audio/flac"}, {"ID3", "audio/mpeg"},
		{"\xff\xfb", "audio/mpeg"}, {"\xff\xfa", "audio/mpeg"}, {"\xff\xf3", "audio/mpeg"}, {"\xff\xf2", "audio/mpeg"},
		{"OggS", "audio/ogg"},
	}
}

// sniff names the type that the first bytes tell and goes back to the start.
func sniff(file io.ReadSeeker) (mime string, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	head := make([]byte, 512) // all that the library's sniffer looks at
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", err
	}
	_, err = file.Seek(0, io.SeekStart)
	return typeOf(head[:n]), err
}

func typeOf(head []byte) string {
	for _, m := range magics() {
		if bytes.HasPrefix(head, []byte(m.start)) {
			return m.mime
		}
	}
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		if brand := string(head[8:11]); brand == "M4A" || brand == "M4B" {
			return "audio/mp4"
		}
		return "video/mp4"
	}
	mime, _, _ := strings.Cut(http.DetectContentType(head), ";")
	if mime == "audio/wave" {
		return "audio/wav"
	}
	if extension(mime) == "" {
		return unknownType
	}
	return mime
}

// extension ends the names of files of a type; "" when the store does not
// tell that type apart.
func extension(mime string) string {
	switch mime {
	case "image/png", "image/gif", "image/webp", "image/bmp", "audio/wav", "audio/ogg", "audio/amr", "audio/silk", "audio/flac",
		"video/mp4", "video/webm", "video/avi", "application/pdf", "application/zip":
		_, kind, _ := strings.Cut(mime, "/")
		return "." + kind
	case "image/jpeg":
		return ".jpg"
	case "audio/mpeg":
		return ".mp3"
	case "audio/amr-wb":
		return ".awb"
	case "audio/mp4":
		return ".m4a"
	case "text/plain":
		return ".txt"
	}
	return ""
}

// shown tells whether a browser may show or play a type by itself; everything
// else is offered as a file to be saved.
func shown(mime string) bool {
	kind, _, _ := strings.Cut(mime, "/")
	return kind == "image" || kind == "audio" || kind == "video"
}
