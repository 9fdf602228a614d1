package onebot11

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
	"llbot/protocols/wire"
)

// anySendable draws a segment of a kind that can be sent and received.
func anySendable(t *rapid.T) qq.Segment {
	word := rapid.StringN(1, 20, -1)
	url := func() string { return "http://h/" + word.Draw(t, "url") }
	file := func() qq.Media { return qq.Media{URL: url(), Name: word.Draw(t, "name"), Size: 7} }
	maybe := func(name string) string { return rapid.String().Draw(t, name) }
	switch rapid.IntRange(0, 14).Draw(t, "kind") {
	case 0:
		return &qq.Record{Media: file()}
	case 1:
		return &qq.Video{Media: file()}
	case 2:
		return &qq.Forward{ID: qq.ForwardID(word.Draw(t, "id"))}
	case 3:
		return &qq.Dice{Result: rapid.IntRange(0, 6).Draw(t, "result")}
	case 4:
		return &qq.RPS{Result: rapid.IntRange(0, 3).Draw(t, "result")}
	case 5:
		return &qq.Shake{}
	case 6:
		return &qq.Poke{Kind: rapid.Int().Draw(t, "kind"), ID: rapid.Int().Draw(t, "id")}
	case 7:
		return &qq.Share{URL: url(), Title: word.Draw(t, "title"), Content: maybe("content"), Image: maybe("image")}
	case 8:
		return &qq.Contact{User: qq.UserID(rapid.Int64Range(1, 1<<60).Draw(t, "user"))}
	case 9:
		return &qq.Contact{Group: qq.GroupID(rapid.Int64Range(1, 1<<60).Draw(t, "group"))}
	case 10:
		return &qq.Location{
			Latitude: rapid.Float64Range(-90, 90).Draw(t, "lat"), Longitude: rapid.Float64Range(-180, 180).Draw(t, "lon"),
			Title: maybe("title"), Content: maybe("content"),
		}
	case 11:
		return &qq.Music{URL: url(), Title: word.Draw(t, "title"), Audio: maybe("audio"), Singer: maybe("singer"), Content: maybe("content"), Image: maybe("image")}
	case 12:
		return &qq.LightApp{Payload: string(wire.MustMarshal(map[string]string{"app": word.Draw(t, "app")}))}
	case 13:
		return &qq.XML{Payload: word.Draw(t, "xml")}
	}
	return &qq.MarketFace{Package: rapid.Int64().Draw(t, "package"), ID: word.Draw(t, "id"), Key: word.Draw(t, "key"), Summary: maybe("summary")}
}

// sentBack is what a received segment becomes when it is sent again: blobs are
// named by their addresses.
func sentBack(s qq.Segment) qq.Segment {
	again := qq.Segments{s}.Clone()[0]
	switch s := again.(type) {
	case *qq.Record:
		s.Media = qq.Media{URI: s.URL}
	case *qq.Video:
		s.Media = qq.Media{URI: s.URL}
	}
	return again
}

// Every kind of segment survives both formats, in both directions.
func TestEveryKindSurvivesBothFormats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySendable(t)
		pieces := EncodeSegments(qq.Segments{s})
		for _, text := range [][]byte{FormatArray(pieces), wire.MustMarshal(FormatCQ(pieces))} {
			var p struct {
				Message Content `json:"message"`
			}
			if err := (&wire.Decoder{}).Decode([]byte(`{"message":`+string(text)+`}`), &p); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			got, err := p.Message.Segments("message", false, true)
			if diff := cmp.Diff(qq.Segments{sentBack(s)}, got); err != nil || diff != "" {
				t.Fatalf("%s: %v (-want +got):\n%s", text, err, diff)
			}
		}
	})
}

// FuzzSegments: whatever is taken as a message can be written in both formats,
// and what is written is taken again.
func FuzzSegments(f *testing.F) {
	for _, seed := range []string{
		`"a[CQ:face,id=1]"`, `[{"type":"music","data":{"type":"custom","url":"u","title":"t"}}]`, `{"type":"dice"}`, `[{"type":"json","data":{"data":{"a":1}}}]`,
		`[{"type":"location","data":{"lat":1,"lon":"2"}},{"type":"poke","data":{"type":1}}]`, `"[CQ:image,file=x]"`,
	} {
		f.Add([]byte(seed))
	}
	read := func(text []byte) (qq.Segments, error) {
		var p struct {
			Message Content `json:"message"`
		}
		if err := (&wire.Decoder{}).Decode([]byte(`{"message":`+string(text)+`}`), &p); err != nil {
			return nil, err
		}
		return p.Message.Segments("message", false, true)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		content, err := read(text)
		if err != nil {
			return
		}
		for _, s := range content { // as QQ would hand it back
			_ = qq.Segments{s}.EachMedia(func(m *qq.Media) error {
				m.URL, m.Size = "http://media/x", 1
				return nil
			})
		}
		pieces := EncodeSegments(content)
		for _, again := range [][]byte{FormatArray(pieces), wire.MustMarshal(FormatCQ(pieces))} {
			if _, err := read(again); err != nil {
				t.Fatalf("%s became %s: %v", text, again, err)
			}
		}
	})
}

// A name that was seen in a message is looked up; one that nobody saw is left
// to ingest.
func TestBlobsAreFoundByName(t *testing.T) {
	op := func() qq.SendMessage {
		return qq.SendMessage{Segments: qq.Segments{&qq.Image{Media: qq.Media{URI: "seen.png"}}, &qq.Image{Media: qq.Media{URI: "http://h/a"}}}}
	}
	caller := &fakeCaller{id: self}
	if _, err := qq.Do(t.Context(), finder{caller}, op()); err != nil {
		t.Fatal(err)
	}
	if got := opsText(caller.ops); !strings.Contains(got, `FindMedia {"Name":"seen.png"`) || !strings.Contains(got, `"id":"r1"`) {
		t.Error(got)
	}
	lost := op()
	if _, err := (finder{refusing{}}).Do(t.Context(), qq.Keyed{Key: "k", Op: lost}); err != nil || lost.Segments[0].(*qq.Image).URI != "seen.png" {
		t.Errorf("%v, %+v", err, lost.Segments[0])
	}
}

// refusing knows no blobs.
type refusing struct{}

func (refusing) Account() qq.UserID { return self }

func (refusing) Do(_ context.Context, op qq.Operation) (any, error) {
	if _, find := op.(qq.FindMedia); find {
		return nil, qq.Errorf(qq.ErrNotFound, "nobody saw it")
	}
	return fakeSent, nil
}

// unconvertible holds voices in the form they came in only.
type unconvertible struct{ fakeCaller }

func (c *unconvertible) Do(ctx context.Context, op qq.Operation) (any, error) {
	if find, ok := op.(qq.FindMedia); ok && find.Format != "" {
		return nil, qq.Errorf(qq.ErrMedia, "no mp3 can be made of it")
	}
	return c.fakeCaller.Do(ctx, op)
}

func TestAVoiceThatCannotBeConvertedIsAnsweredAsItIs(t *testing.T) {
	c := &unconvertible{fakeCaller{id: self}}
	if got, err := getRecord(t.Context(), c, recordParam{File: "a.silk"}); err != nil || got.Name != "a.png" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := getRecord(t.Context(), c, recordParam{File: "a.silk", Format: wire.Optional[wire.Str]{Value: "mp3", Set: true}}); err == nil {
		t.Error("another form than the one that was asked for")
	}
}
