package media

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
)

func little(parts ...any) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		if text, ok := p.(string); ok {
			p = []byte(text)
		}
		_ = binary.Write(&b, binary.LittleEndian, p)
	}
	return b.Bytes()
}

func wav(samples int) []byte {
	return little("RIFF", uint32(36+samples), "WAVE", "fmt ", uint32(16), uint16(1), uint16(1), uint32(8000), uint32(8000), uint16(1), uint16(8),
		"LIST", uint32(3), "abc\x00", "data", uint32(samples), bytes.Repeat([]byte{128}, samples))
}

// ogg is two pages: the codec's name, and the end at a position.
func ogg(codec []byte, position uint64) []byte {
	return append(little("OggS", uint16(2), uint64(0), make([]byte, 14), codec), little("OggS", uint16(4), position, make([]byte, 100))...)
}

func box(kind string, body ...[]byte) []byte {
	all := bytes.Join(body, nil)
	return append(binary.BigEndian.AppendUint32(nil, uint32(8+len(all))), append([]byte(kind), all...)...)
}

func big(at int, v uint32, b []byte) []byte {
	binary.BigEndian.PutUint32(b[at:], v)
	return b
}

// mp4 is a film of 2.5 seconds, 640 by 480; wide uses the long form of times.
func mp4(wide bool, brand string) []byte {
	mvhd := big(12, 1000, big(16, 2500, make([]byte, 100)))
	tkhd := big(76, 640<<16, big(80, 480<<16, make([]byte, 84)))
	if wide {
		mvhd = big(20, 1000, big(28, 2500, make([]byte, 112)))
		tkhd = big(88, 640<<16, big(92, 480<<16, make([]byte, 96)))
		mvhd[0], tkhd[0] = 1, 1
	}
	sound := box("trak", box("tkhd", make([]byte, 84)))
	return bytes.Join([][]byte{box("ftyp", []byte(brand)), box("free"), box("moov", box("mvhd", mvhd), sound, box("trak", box("tkhd", tkhd)))}, nil)
}

// mp3 is frames of 128 kbit/s at 44.1 kHz behind a tag.
func mp3(frames int) []byte {
	frame := append([]byte{0xff, 0xfb, 0x90, 0x00}, make([]byte, 413)...)
	return append([]byte("ID3\x04\x00\x00\x00\x00\x00\x05hello"), bytes.Repeat(frame, frames)...)
}

func TestMeasures(t *testing.T) {
	flac := little("fLaC", byte(0x80), "\x00\x00\x22", make([]byte, 10))
	flac = binary.BigEndian.AppendUint64(flac, 48000<<44|15<<36|48000*7)
	for name, c := range map[string]struct {
		data          []byte
		mime, ends    string
		seconds       int
		width, height int
	}{
		"wav":              {wav(24000), "audio/wav", ".wav", 3, 0, 0},
		"short wav":        {wav(100), "audio/wav", ".wav", 1, 0, 0},
		"cut wav":          {wav(24000)[:16050], "audio/wav", ".wav", 2, 0, 0},
		"wav of a head":    {wav(1)[:30], "audio/wav", ".wav", 0, 0, 0},
		"flac":             {flac, "audio/flac", ".flac", 7, 0, 0},
		"opus":             {ogg(little("OpusHead\x01\x02", uint16(312), make([]byte, 9)), 312+48000*4), "audio/ogg", ".ogg", 4, 0, 0},
		"vorbis":           {ogg(little("\x01vorbis", uint32(0), byte(2), uint32(22050), make([]byte, 14)), 22050*6), "audio/ogg", ".ogg", 6, 0, 0},
		"ogg of a head":    {[]byte("OggS"), "audio/ogg", ".ogg", 0, 0, 0},
		"silk of QQ":       {append([]byte("\x02#!SILK_V3"), bytes.Repeat([]byte{3, 0, 1, 2, 3}, 100)...), "audio/silk", ".silk", 2, 0, 0},
		"silk with an end": {append([]byte("#!SILK_V3"), append(bytes.Repeat([]byte{1, 0, 9}, 150), 0xff, 0xff, 0xff)...), "audio/silk", ".silk", 3, 0, 0},
		"amr":              {append([]byte("#!AMR\n"), bytes.Repeat(append([]byte{0x3c}, make([]byte, 31)...), 50)...), "audio/amr", ".amr", 1, 0, 0},
		"wide amr":         {append([]byte("#!AMR-WB\n"), bytes.Repeat(append([]byte{0x04}, make([]byte, 17)...), 200)...), "audio/amr-wb", ".awb", 4, 0, 0},
		"mp3":              {mp3(77), "audio/mpeg", ".mp3", 2, 0, 0},
		"bare mp3":         {mp3(77)[15:], "audio/mpeg", ".mp3", 2, 0, 0},
		"mp3 with a tail":  {append(mp3(77), strings.Repeat("TAG", 100)...), "audio/mpeg", ".mp3", 2, 0, 0},
		"film":             {mp4(false, "isom\x00\x00\x00\x00"), "video/mp4", ".mp4", 3, 640, 480},
		"film, wide":       {mp4(true, "mp42\x00\x00\x00\x00"), "video/mp4", ".mp4", 3, 640, 480},
		"m4a":              {mp4(false, "M4A \x00\x00\x00\x00"), "audio/mp4", ".m4a", 3, 640, 480},
		"film of a head":   {[]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), "video/mp4", ".mp4", 0, 0, 0},
		"lying box":        {append(box("ftyp", []byte("isom")), "\xff\xff\xff\xffmoov"...), "video/mp4", ".mp4", 0, 0, 0},
		"words":            {[]byte("plain words"), "text/plain", ".txt", 0, 0, 0},
		"zip":              {[]byte("PK\x03\x04" + strings.Repeat("\x00", 60)), "application/zip", ".zip", 0, 0, 0},
		"pdf":              {[]byte("%PDF-1.7\n"), "application/pdf", ".pdf", 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, Options{})
			m := ingest(t, s, b64(c.data))
			if m.MIME != c.mime || !strings.HasSuffix(m.Name, c.ends) || m.Duration != c.seconds || m.Width != c.width || m.Height != c.height {
				t.Errorf("%+v", m)
			}
			if again, ok := s.Stat(m.ID); !ok || again != m {
				t.Errorf("read back as %+v", again)
			}
		})
	}
}

func FuzzMeasure(f *testing.F) {
	for _, data := range [][]byte{wav(9), mp3(2), mp4(true, "isom"), mp4(false, "M4A "), ogg([]byte("OpusHead\x01\x02\x00\x00\x00"), 9),
		[]byte("\x02#!SILK_V3\x01\x00x"), []byte("#!AMR\n\x3c"), []byte("fLaC\x00\x00\x00\x22")} {
		f.Add(data)
	}
	lossy, err := base64.StdEncoding.DecodeString(webpLossy)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(lossy)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := measure(bytes.NewReader(data))
		if err != nil || m.Duration < 0 || m.Width < 0 || m.Height < 0 || m.MIME == "" {
			t.Fatalf("%+v, %v", m, err)
		}
	})
}
