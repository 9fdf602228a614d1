package milky

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"llbot/protocols/qq"
	"llbot/protocols/wire"

	schema "llbot/protocols/milky/spec"
)

// content generates what can pass through Milky in both directions.
func content(depth int, incoming bool) *rapid.Generator[qq.Segments] {
	return rapid.Custom(func(t *rapid.T) qq.Segments {
		out := qq.Segments{}
		for range rapid.IntRange(0, 5).Draw(t, "length") {
			out = append(out, segment(t, depth, incoming))
		}
		return out
	})
}

func segment(t *rapid.T, depth int, incoming bool) qq.Segment {
	user := func() qq.UserID { return qq.UserID(rapid.Int64Range(qq.MinUin, qq.MaxUin).Draw(t, "user")) }
	text := func() string { return rapid.String().Draw(t, "text") }
	kinds := []string{"text", "mention", "mention_all", "face", "reply", "image", "record", "video", "forward", "light_app"}
	if incoming {
		kinds = append(kinds, "file", "market_face", "xml", "markdown")
	}
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	switch kind {
	case "text":
		return &qq.Text{Text: text()}
	case "mention":
		m := &qq.Mention{User: user()}
		if incoming {
			m.Name = text()
		}
		return m
	case "mention_all":
		return &qq.MentionAll{}
	case "face":
		return &qq.Face{ID: text(), Large: rapid.Bool().Draw(t, "large")}
	case "reply":
		r := &qq.Reply{MessageRef: qq.MessageRef{Chat: qq.GroupChat(club), Seq: rapid.Int64Range(0, maxWhole).Draw(t, "seq")}}
		if incoming {
			r.Sender, r.Time, r.Quoted = user(), qq.Time(rapid.Int64Range(0, 1<<40).Draw(t, "time")*1000), qq.Segments{}
			if depth > 0 {
				r.Quoted = content(depth-1, true).Draw(t, "quoted")
			}
		}
		return r
	case "forward":
		return forward(t, depth, incoming)
	case "light_app":
		card := &qq.LightApp{Payload: text()}
		if incoming {
			card.App = text()
		}
		return card
	case "file":
		return &qq.File{Media: qq.Media{Name: text(), Size: rapid.Int64Range(0, maxWhole).Draw(t, "size")}, FileID: qq.FileID(text()), Hash: text()}
	case "market_face":
		return &qq.MarketFace{Package: rapid.Int64Range(0, maxWhole).Draw(t, "package"), ID: text(), Key: text(), Summary: text(), URL: text()}
	case "xml":
		return &qq.XML{Service: rapid.IntRange(0, 1<<20).Draw(t, "service"), Payload: text()}
	case "markdown":
		return &qq.Markdown{Content: text()}
	}
	return blob(t, kind, incoming)
}

func forward(t *rapid.T, depth int, incoming bool) qq.Segment {
	text := rapid.String()
	f := &qq.Forward{Title: text.Draw(t, "title"), Summary: text.Draw(t, "summary")}
	if incoming {
		f.ID, f.Preview = qq.ForwardID(text.Draw(t, "id")), rapid.SliceOf(text).Draw(t, "preview")
		return f
	}
	f.Prompt = text.Draw(t, "prompt")
	if lines := rapid.SliceOfN(text, 0, 4).Draw(t, "preview"); len(lines) > 0 {
		f.Preview = lines
	}
	for range rapid.IntRange(1, 3).Draw(t, "nodes") {
		node := &qq.ForwardNode{
			Sender: qq.UserID(rapid.Int64Range(qq.MinUin, qq.MaxUin).Draw(t, "sender")), Name: text.Draw(t, "name"),
			Time: qq.Time(rapid.Int64Range(0, 1<<40).Draw(t, "time") * 1000), Segments: qq.Segments{},
		}
		if depth > 0 {
			node.Segments = content(depth-1, false).Draw(t, "inside")
		}
		f.Nodes = append(f.Nodes, node)
	}
	return f
}

// blob is an image, record or video.
func blob(t *rapid.T, kind string, incoming bool) qq.Segment {
	size := rapid.IntRange(0, 1<<20)
	m := qq.Media{}
	if incoming {
		m.ID, m.URL = qq.ResourceID(rapid.String().Draw(t, "id")), rapid.String().Draw(t, "url")
	} else {
		m = *address(t)
	}
	if incoming && kind != "record" {
		m.Width, m.Height = size.Draw(t, "width"), size.Draw(t, "height")
	}
	if incoming && kind != "image" {
		m.Duration = size.Draw(t, "duration")
	}
	switch kind {
	case "record":
		return &qq.Record{Media: m}
	case "video":
		v := &qq.Video{Media: m}
		if !incoming && rapid.Bool().Draw(t, "has a still") {
			v.Thumb = address(t)
		}
		return v
	}
	return &qq.Image{Media: m, Sticker: rapid.Bool().Draw(t, "sticker"), Summary: rapid.String().Draw(t, "summary")}
}

func address(t *rapid.T) *qq.Media {
	scheme := rapid.SampledFrom([]string{"file:///", "http://", "HTTPS://", "base64://"}).Draw(t, "scheme")
	return &qq.Media{URI: scheme + rapid.String().Draw(t, "address")}
}

func roundTrip(t *rapid.T, pointer string, segments []Segment, into any) {
	text, err := wire.Marshal(segments)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := loadSpecification()
	list, err := schema.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list.([]any) {
		if faults := s.Faults(pointer, e); len(faults) > 0 {
			t.Fatalf("%s: %v", text, faults)
		}
	}
	if err := new(wire.Decoder).Decode(text, into); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func TestIncomingRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := content(2, true).Draw(t, "content")
		var got Incoming
		roundTrip(t, "#/structs/IncomingSegment", EncodeIncoming(want), &got)
		if diff := cmp.Diff(want, got.In(qq.GroupChat(club))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestOutgoingRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := content(2, false).Draw(t, "content")
		var got Outgoing
		roundTrip(t, "#/structs/OutgoingSegment", EncodeOutgoing(want), &got)
		if diff := cmp.Diff(want, got.In(qq.GroupChat(club))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEveryDomainSegmentHasBothForms(t *testing.T) {
	content := qq.Segments{
		&qq.Text{}, &qq.Mention{User: alice}, &qq.MentionAll{}, &qq.Face{}, &qq.Reply{Sender: alice}, &qq.Image{Media: qq.Media{URL: "https://x"}},
		&qq.Record{}, &qq.Video{}, &qq.LightApp{}, &qq.Forward{Nodes: []*qq.ForwardNode{{Sender: alice}}},
	}
	in, out := EncodeIncoming(content), EncodeOutgoing(content)
	for i, seg := range content {
		if kind := qq.SegmentKind(seg); in[i].Type != kind || out[i].Type != kind {
			t.Errorf("%s became %s and %s", kind, in[i].Type, out[i].Type)
		}
	}
	if got := out[5].Data.(outgoingImageData).URI; got != "https://x" {
		t.Errorf("an image without URI goes by %q", got)
	}
}

func TestSegmentsWithoutAMilkyForm(t *testing.T) {
	content := qq.Segments{&qq.Raw{Kind: "record", Data: []byte(`{}`)}, &qq.Reply{MessageRef: qq.MessageRef{Seq: 1}}}
	if got := EncodeIncoming(content); got == nil || len(got) != 0 {
		t.Errorf("incoming: %v", got)
	}
	if got := EncodeOutgoing(content[:1]); got == nil || len(got) != 0 {
		t.Errorf("outgoing: %v", got)
	}
	if got := EncodeIncoming(qq.Segments{&qq.Mention{Name: "Eve"}}); !reflect.DeepEqual(got, []Segment{{"text", textData{"@Eve"}}}) {
		t.Errorf("a mention of nobody known: %v", got)
	}
}

func TestIncomingOfOtherServers(t *testing.T) {
	for text, want := range map[string]qq.Segments{
		`[{"type":"hologram","data":{"key":1}}]`:                                      {&qq.Raw{Kind: "hologram", Data: []byte(`{"key":1}`)}},
		`[{"type":"market_face","data":{"url":"https://m.example/1"}}]`:               {&qq.MarketFace{URL: "https://m.example/1"}},
		`[{"type":"forward","data":{"forward_id":"f"}}]`:                              {&qq.Forward{ID: "f"}},
		`[{"type":"mention","data":{"user_id":20002000}}]`:                            {&qq.Mention{User: alice}},
		`[{"type":"reply","data":{"message_seq":5}}]`:                                 {&qq.Reply{MessageRef: qq.MessageRef{Seq: 5}}},
		`[{"type":"image","data":{"resource_id":"r","temp_url":"u","more":[1,2]}}]`:   {&qq.Image{Media: qq.Media{ID: "r", URL: "u"}}},
		`[{"data":{"text":"turned"},"type":"text"},{"type":"mention_all","data":{}}]`: {&qq.Text{Text: "turned"}, &qq.MentionAll{}},
	} {
		var got Incoming
		if err := new(wire.Decoder).Decode([]byte(text), &got); err != nil {
			t.Errorf("%s: %v", text, err)
		} else if diff := cmp.Diff(want, qq.Segments(got)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestOutgoingFaults(t *testing.T) {
	for text, want := range map[string]string{
		`7`:                                   "must be an array, not a number",
		`{"type":"text"}`:                     "must be an array, not an object",
		`["hi"]`:                              "[0]: must be an object, not a string",
		`[{}]`:                                "[0].data: is required; [0].type: is required",
		`[{"type":1,"data":{}}]`:              "[0].type: must be a string, not a number",
		`[{"type":"text","data":null}]`:       "[0].data: is required",
		`[{"type":"text","data":"hi"}]`:       "[0].data: must be an object, not a string",
		`[{"type":"text","data":{}}]`:         "[0].data.text: is required",
		`[{"type":"text","data":{"text":7}}]`: "[0].data.text: must be a string, not a number",
		`[{"type":"mention","data":{"user_id":"20002000"}}]`:                "[0].data.user_id: must be an integer written as a JSON number, not a string",
		`[{"type":"mention","data":{"user_id":10000}}]`:                     "[0].data.user_id: must lie between 10001 and 4294967295",
		`[{"type":"mention_all","data":[]}]`:                                "[0].data: must be an object, not an array",
		`[{"type":"face","data":{"face_id":1}}]`:                            "[0].data.face_id: must be a string, not a number",
		`[{"type":"reply","data":{"message_seq":-1}}]`:                      "[0].data.message_seq: must lie between 0 and 9007199254740991",
		`[{"type":"reply","data":{"message_seq":1.5}}]`:                     "[0].data.message_seq: must be a whole number",
		`[{"type":"image","data":{"uri":"/etc/passwd"}}]`:                   "[0].data.uri: must begin with file://, http://, https:// or base64://",
		`[{"type":"image","data":{"uri":"data:image/png;base64,aGk="}}]`:    "[0].data.uri: must begin with file://, http://, https:// or base64://",
		`[{"type":"image","data":{"uri":"http://x","sub_type":"huge"}}]`:    "[0].data.sub_type: must be normal or sticker",
		`[{"type":"image","data":{"uri":"http://x","sub_type":1}}]`:         "[0].data.sub_type: must be normal or sticker, not a number",
		`[{"type":"poke","data":{}}]`:                                       "[0].type: is no segment type that can be sent",
		`[{"type":"market_face","data":{}}]`:                                "[0].type: is no segment type that can be sent",
		`[{"type":"text","data":{"text":"ok"}},{"type":"video","data":{}}]`: "[1].data.uri: is required",
		`[{"type":"record","data":{"uri":"1.mp3"}}]`:                        "[0].data.uri: must begin with",
		`[{"type":"video","data":{"uri":"http://x","thumb_uri":"x"}}]`:      "[0].data.thumb_uri: must begin with",
		`[{"type":"light_app","data":{"json_payload":{}}}]`:                 "[0].data.json_payload: must be a string, not an object",
		`[{"type":"forward","data":{}}]`:                                    "[0].data.messages: is required",
		`[{"type":"forward","data":{"messages":[1],"preview":[1]}}]`:        "[0].data.messages[0]: must be an object, not a number; [0].data.preview[0]: must be a string, not a number",
		`[{"type":"forward","data":{"messages":[{"user_id":20002000,"sender_name":"A","segments":[{"type":"x","data":{}}],"time":"1"}]}}]`: "[0].data.messages[0].segments[0].type: is no segment type that can be sent; [0].data.messages[0].time: must be an integer written as a JSON number, not a string",
	} {
		var got Outgoing
		err := new(wire.Decoder).Decode([]byte(text), &got)
		if err == nil {
			t.Errorf("%s: no fault", text)
			continue
		}
		for _, fault := range strings.Split(want, "; ") {
			if !strings.Contains(err.Error(), fault) {
				t.Errorf("%s: %v, want %s", text, err, fault)
			}
		}
		if n := len(err.(wire.Faults)); n != strings.Count(want, "; ")+1 {
			t.Errorf("%s: %d faults: %v", text, n, err)
		}
	}
}
